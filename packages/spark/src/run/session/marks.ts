import type { Mark } from "../calls.ts";

/** A point to which a session can return. */
export interface Kept {
  readonly mark: Mark;
  /** Number of changes that had been made. */
  readonly changes: number;
  readonly bytes: number;
}

/** Wall-clock time of computing between two marks, ms: going back by a step repeats at most this much. */
const INTERVAL = 100;
/** The time between two marks is at least this multiple of the time that the last one took. */
const RARITY = 50;

/**
 * The points to which a session can return, within a memory budget. When the budget is exceeded, points are dropped
 * where they are closest together in relation to their age, but never the first. So the whole session stays in reach;
 * the further back, the more steps have to be repeated.
 */
export class Marks {
  readonly #budget: number;
  #kept: Kept[] = [];
  #bytes = 0;
  #last = 0;
  #cost = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** The earliest step to return to; undefined if there is none. */
  get earliest(): number | undefined {
    return this.#kept[0]?.mark.step;
  }

  /** Bytes of the smallest mark that did not fit the budget. */
  tooLarge: number | undefined;

  /** Whether it is time for a mark at a step, after computing for some milliseconds in total. */
  isDue(step: number, computed: number): boolean {
    if (this.#budget === 0 || this.tooLarge !== undefined) return false;
    if (this.#kept.length === 0) return true;
    if (computed - this.#last < Math.max(INTERVAL, RARITY * this.#cost)) return false;
    // Steps that are repeated have marks already.
    return !this.#kept.some(({ mark }) => mark.step >= step);
  }

  /** Keeps a mark that took `cost` milliseconds. */
  keep(mark: Mark, changes: number, cost: number, computed: number): void {
    this.#last = computed;
    this.#cost = cost;
    const bytes = bytesOf(mark);
    if (bytes > this.#budget) {
      this.tooLarge = bytes;
      return;
    }
    this.#kept.push({ mark, changes, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#budget) this.#thin(mark.step);
  }

  /** The last point that is not after a step, or the first one. */
  before(step: number): Kept | undefined {
    return this.#kept.findLast(({ mark }) => mark.step <= step) ?? this.#kept[0];
  }

  /** Drops the points of a future that no longer follows. */
  cut(step: number, changes: number): void {
    const last = this.#kept.at(-1);
    if (!last || (last.mark.step <= step && last.changes <= changes)) return;
    this.#kept = this.#kept.filter((kept) => kept.mark.step <= step && kept.changes <= changes);
    this.#bytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #thin(now: number): void {
    let drop = this.#kept.length - 1;
    let least = Infinity;
    for (let k = 1; k < this.#kept.length - 1; k++) {
      const gap = this.#kept[k + 1]!.mark.step - this.#kept[k - 1]!.mark.step;
      const share = gap / (now - this.#kept[k]!.mark.step);
      if (share >= least) continue;
      least = share;
      drop = k;
    }
    this.#bytes -= this.#kept.splice(drop, 1)[0]!.bytes;
  }
}

const bytesOf = ({ state, spikes, weights, learned, readouts, values }: Mark): number => {
  const arrays = [
    ...Object.values(state),
    ...Object.values(weights ?? {}),
    ...Object.values(learned ?? {}).flatMap((states) => Object.values(states)),
    ...spikes.map(({ sources }) => sources),
    ...Object.values(readouts ?? {}).flatMap((kept) => [kept.values, kept.since]),
    ...Object.values(values ?? {}).filter((value) => typeof value !== "number"),
  ];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
};
