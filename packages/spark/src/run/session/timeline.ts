import type { Entry } from "../values.ts";

/** The changes of a session in order, and which of them have been made. */
export class Timeline {
  #all: Entry[] = [];
  /** Number of changes that have been made. */
  #made = 0;
  /** Number of entries of the log of the simulation that are known. */
  #seen = 0;
  /** Number of changes that were repeated since the last look at the log. */
  #repeated = 0;

  get made(): number {
    return this.#made;
  }

  /** The changes that have been made. */
  get present(): readonly Entry[] {
    return this.#all.slice(0, this.#made);
  }

  /** The next change, if there is one. */
  get next(): Entry | undefined {
    return this.#all[this.#made];
  }

  /** Notes that `next` is being repeated. */
  repeat(): void {
    this.#made++;
    this.#repeated++;
  }

  /** Forgets the changes that have not been made, because the future is another one. */
  cut(): void {
    this.#all.length = this.#made;
  }

  /** Adds the new entries of the log of the simulation. */
  read(log: readonly Entry[]): void {
    // Repeated changes come first. They are in the log once a chunk has begun with them.
    const repeated = Math.min(this.#repeated, log.length - this.#seen);
    for (const change of log.slice(this.#seen + repeated)) {
      this.cut();
      this.#all.push(change);
      this.#made++;
    }
    this.#repeated -= repeated;
    this.#seen = log.length;
  }

  /** Knows the log as it is now. */
  begin(log: readonly Entry[]): void {
    this.#seen = log.length;
  }

  /** The projections whose weights were written after some changes. */
  weighedSince(made: number): ReadonlySet<number> {
    const later = this.#all.slice(made, this.#made);
    return new Set(later.flatMap((change) => ("weights" in change ? [change.projection] : [])));
  }

  /** Returns to a point at which some changes had been made. The log of the simulation is then empty. */
  rewind(made: number): void {
    this.#made = made;
    this.#seen = 0;
    this.#repeated = 0;
  }
}
