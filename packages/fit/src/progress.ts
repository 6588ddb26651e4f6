import type { FitProgress } from "./options.ts";
import type { Request } from "./read.ts";
import type { SearchState } from "./search/search.ts";

/** Reports the progress of a fit, based on the speed since it started or resumed. */
export class ProgressClock {
  readonly #request: Request;
  readonly #begin = performance.now();
  #isAsync = false;
  #failed: { readonly error: unknown } | undefined;
  /** Candidates evaluated before this call. */
  readonly #before: number;

  constructor(request: Request, searches: readonly SearchState[]) {
    this.#request = request;
    this.#before = searches.reduce((sum, { evaluated }) => sum + evaluated, 0);
  }

  /** Reports after a generation of search `k`, from 0; the earlier searches are finished. */
  tell(k: number, searches: readonly SearchState[]): void {
    const { given, trainings, candidates, seconds } = this.#request;
    if (!given.progress) return;
    const state = searches[k]!;
    const done = searches.reduce((sum, { evaluated }) => sum + evaluated, 0);
    const elapsed = (performance.now() - this.#begin) / 1000;
    const all = Math.max(done, candidates * trainings.length);
    const left = done > this.#before ? (elapsed / (done - this.#before)) * (all - done) : 0;
    const progress: FitProgress = {
      search: k + 1,
      searches: trainings.length,
      generation: state.history.length,
      evaluated: state.evaluated,
      candidates,
      best: state.history.at(-1)!.best,
      fraction: Math.max(done / all, Math.min(1, elapsed / seconds)),
      elapsed,
      remaining: Math.max(0, Math.min(left, seconds - elapsed)),
    };
    const returned: unknown = given.progress(progress);
    if (typeof (returned as Promise<void> | undefined)?.then !== "function") return;
    this.#isAsync = true;
    Promise.resolve(returned).catch((error: unknown) => {
      this.#failed ??= { error };
    });
  }

  /** @throws the rejection of a callback */
  check(): void {
    if (this.#failed) throw this.#failed.error;
  }

  /** Checks the last callback too. */
  async end(): Promise<void> {
    if (this.#isAsync) await new Promise((resolve) => setTimeout(resolve));
    this.check();
  }
}
