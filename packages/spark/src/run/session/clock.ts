/** Wall-clock time, ms, by which a session may lag behind its pace. A larger lag is not caught up. */
const LAG = 250;

/** Says how many steps are due at the pace of a session. */
export class Clock {
  readonly #dt: number;
  #pace: number | "fastest";
  /** The time at which a step was due. */
  #at = 0;
  #step = 0;

  constructor(pace: number | "fastest", dt: number) {
    this.#pace = pace;
    this.#dt = dt;
  }

  get pace(): number | "fastest" {
    return this.#pace;
  }

  /** Changes the pace from a step on. */
  change(pace: number | "fastest", step: number, now: number): void {
    this.#pace = pace;
    this.restart(step, now);
  }

  /** Counts from a step that is due now. */
  restart(step: number, now: number): void {
    this.#at = now;
    this.#step = step;
  }

  /** The time at which the number of steps is due. */
  timeOf(step: number): number {
    return this.#pace === "fastest" ? 0 : this.#at + ((step - this.#step) * this.#dt) / this.#pace;
  }

  /** The number of steps that are due after some steps. */
  due(step: number, now: number): number {
    if (this.#pace === "fastest") return Infinity;
    if (now - this.timeOf(step) > LAG) this.restart(step, now - LAG);
    // A timer may fire slightly before its time.
    return Math.floor(((now - this.timeOf(step)) * this.#pace) / this.#dt + 1e-3);
  }
}
