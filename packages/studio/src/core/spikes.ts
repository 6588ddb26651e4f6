/* The spikes of a population since the start, up to a limit. */

export interface SpikeStore {
  /** Steps and units of the spikes. Only the first `count` entries count, and they are ordered by step. */
  readonly steps: Uint32Array;
  readonly units: Uint32Array;
  readonly count: number;
  /** The step from which on all spikes are kept. */
  readonly since: number;
  /** Number of times that spikes were taken back, so that a picture knows when to begin anew. */
  readonly cuts: number;
  append(steps: ArrayLike<number>, units: ArrayLike<number>): void;
  /** Forgets the spikes after a step. */
  cut(step: number): void;
}

/** Index of the first entry above a value, in an ascending list of `count` entries. */
export const firstAbove = (list: ArrayLike<number>, count: number, value: number): number => {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Keeps at most `most` spikes. When it is full, it forgets the oldest quarter. */
export const spikeStore = (most: number, since: number): SpikeStore => {
  let steps = new Uint32Array(Math.min(most, 1024));
  let units = new Uint32Array(steps.length);
  let count = 0;
  let first = since;
  let cuts = 0;

  const forget = (fewer: number): void => {
    // A step is forgotten whole.
    const step = steps[fewer - 1]!;
    const from = firstAbove(steps, count, step);
    steps.copyWithin(0, from, count);
    units.copyWithin(0, from, count);
    count -= from;
    first = step;
  };
  const reserve = (more: number): void => {
    while (count > 0 && count + more > most) forget(Math.min(count, Math.max(more, most >>> 2)));
    if (count + more <= steps.length) return;
    const size = Math.min(Math.max(most, more), Math.max(2 * steps.length, count + more));
    const [ownSteps, ownUnits] = [new Uint32Array(size), new Uint32Array(size)];
    ownSteps.set(steps.subarray(0, count));
    ownUnits.set(units.subarray(0, count));
    steps = ownSteps;
    units = ownUnits;
  };
  return {
    get steps() {
      return steps;
    },
    get units() {
      return units;
    },
    get count() {
      return count;
    },
    get since() {
      return first;
    },
    append: (newSteps, newUnits) => {
      reserve(newSteps.length);
      steps.set(newSteps, count);
      units.set(newUnits, count);
      count += newSteps.length;
    },
    get cuts() {
      return cuts;
    },
    cut: (step) => {
      const left = firstAbove(steps, count, step);
      if (left < count) cuts++;
      count = left;
    },
  };
};
