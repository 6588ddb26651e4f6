import { sameTime } from "./clock.ts";

/** Where a time falls among samples: at or after sample `index`, by `fraction` of the way to the next one. */
export interface Position {
  /** Negative before the first sample; may be beyond the last one where samples are evenly spaced. */
  readonly index: number;
  /** From 0 up to, but not, 1. */
  readonly fraction: number;
}

/** The times of samples, ms. */
export interface Sampling {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** When a held series ends, and where a repeated one starts again. */
  readonly end: number;
  readonly locate: (time: number) => Position;
}

/** Samples at start, start + interval and on. A time within rounding of a sample's is that sample's. */
export const evenSampling = (count: number, interval: number, start: number, dt: number): Sampling => ({
  count,
  first: start,
  last: start + (count - 1) * interval,
  end: start + count * interval,
  locate: (time) => {
    const position = (time - start) / interval;
    const whole = Math.round(position);
    if (sameTime(time, start + whole * interval, Math.min(dt, interval))) return { index: whole, fraction: 0 };
    const index = Math.floor(position);
    return { index, fraction: position - index };
  },
});

/** Samples at given times, ascending. The last one lasts as long as the one before it. */
export const timedSampling = (times: Float64Array, dt: number): Sampling => {
  const count = times.length;
  const last = times[count - 1]!;
  const locate = (time: number): Position => {
    // The first sample after the time, by halving.
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    if (low < count && sameTime(time, times[low]!, dt)) return { index: low, fraction: 0 };
    const index = low - 1;
    if (index < 0 || sameTime(time, times[index]!, dt)) return { index, fraction: 0 };
    const next = low < count ? times[low]! : last + (last - (times[count - 2] ?? last));
    return time < next ? { index, fraction: (time - times[index]!) / (next - times[index]!) } : { index: count, fraction: 0 };
  };
  return { count, first: times[0]!, last, end: last + (last - (times[count - 2] ?? last)), locate };
};

/** The time within the first period of a repeated series that a later time stands for. */
export const foldTime = (time: number, { first, end }: Sampling, dt: number): number => {
  const period = end - first;
  const cycles = Math.floor((time - first) / period);
  const next = first + (cycles + 1) * period;
  if (sameTime(time, next, dt)) return first;
  return time - cycles * period;
};
