import type { SweepProgress } from "./options.ts";
import type { SweepRow } from "./runs.ts";

/** Counts the runs of a sweep that have ended, and estimates the remaining time. */
export class SweepClock {
  readonly #start = performance.now();
  readonly #runs: number;
  /** Runs of an earlier call. */
  readonly #before: number;
  #done: number;
  #failed: number;

  constructor(runs: number, rows: readonly SweepRow[]) {
    this.#runs = runs;
    this.#before = rows.length;
    this.#done = rows.length;
    this.#failed = rows.filter(({ error }) => error !== undefined).length;
  }

  add({ error }: SweepRow): void {
    this.#done++;
    if (error !== undefined) this.#failed++;
  }

  get progress(): SweepProgress {
    const elapsed = (performance.now() - this.#start) / 1000;
    const own = this.#done - this.#before;
    const left = this.#runs - this.#done;
    return {
      done: this.#done,
      runs: this.#runs,
      failed: this.#failed,
      fraction: this.#runs === 0 ? 1 : this.#done / this.#runs,
      elapsed,
      remaining: left === 0 ? 0 : own === 0 ? Number.POSITIVE_INFINITY : (elapsed / own) * left,
    };
  }
}
