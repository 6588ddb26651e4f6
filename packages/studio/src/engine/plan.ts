/** A change at a chosen time, as `changes` of a run. */
export interface PlannedChange {
  /** ms */
  readonly at: number;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly weights?: Readonly<Record<string, number | readonly number[]>>;
  readonly inject?: Readonly<Record<string, readonly number[]>>;
  readonly trigger?: Readonly<Record<string, unknown>>;
}

/**
 * The changes of a document, and which of them the session knows: those that it has made, and those that it repeats after
 * going back.
 */
export class Plan {
  #changes: readonly (PlannedChange & { readonly step: number })[] = [];
  readonly #dt: number;
  /** All changes up to this step are known. */
  #known = -1;

  constructor(changes: readonly PlannedChange[], dt: number) {
    this.#dt = dt;
    this.#changes = this.#sorted(changes);
  }

  #sorted(changes: readonly PlannedChange[]): readonly (PlannedChange & { readonly step: number })[] {
    return changes
      .map((change) => ({ ...change, step: Math.round(change.at / this.#dt) }))
      .sort((a, b) => a.step - b.step);
  }

  /** The step of the next change, from a step on. */
  next(step: number): number | undefined {
    return this.#changes.find((change) => change.step >= step && change.step > this.#known)?.step;
  }

  /** The changes of a step, which are known from now on. */
  take(step: number): readonly PlannedChange[] {
    this.#known = Math.max(this.#known, step);
    return this.#changes.filter((change) => change.step === step);
  }

  /** The future is another one from a step on: its changes have to be made again. */
  cut(step: number): void {
    this.#known = Math.min(this.#known, step);
  }

  /** Returns to the start. */
  reset(changes: readonly PlannedChange[]): void {
    this.#known = -1;
    this.#changes = this.#sorted(changes);
  }

  /** Takes a list whose changes before `coming` have been made. */
  adopt(changes: readonly PlannedChange[], step: number, coming: number | undefined): void {
    this.reset(changes);
    this.#known = coming === step ? step - 1 : step;
  }

  /** Replaces the changes that are still to come. @throws Error if others differ, with a sentence for the user */
  replace(changes: readonly PlannedChange[], step: number): void {
    const next = this.#sorted(changes);
    const past = (list: typeof next) =>
      JSON.stringify(list.filter((change) => change.step < step || change.step <= this.#known));
    if (past(next) !== past(this.#changes)) throw new Error("Changes before the present time act after a restart.");
    this.#changes = next;
  }
}
