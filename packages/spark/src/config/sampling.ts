import type { Issue } from "../errors/errors.ts";
import { sameTime } from "./clock.ts";
import type { Place } from "./place.ts";
import type { Shape, ShapedArray } from "./shape.ts";

/** Times of samples: even, or one by one. */
export type SampleTimes = { readonly interval: number; readonly start: number } | { readonly times: Float64Array };

/** Values between, before and after the samples. */
export interface SeriesChoices {
  readonly between: "hold" | "linear";
  readonly before: "error" | "hold" | "zero";
  readonly after: "error" | "hold" | "zero" | "repeat";
}

/** A valid series. */
export interface Series {
  /** Shape of each sample, if samples have one value per unit. A flat shape fits every shape of the same length. */
  readonly shape?: Shape;
  readonly flat?: boolean;
  /** The samples are along the first axis. */
  readonly samples: ShapedArray;
  readonly sampling: SampleTimes & SeriesChoices;
  /** Whether the value is 0 before or after the samples. */
  readonly zero: boolean;
  /** The series on a grid of time steps, ms. `place` is that of its samples. */
  readonly on: (dt: number, place: Place) => SteppedSeries;
}

export interface SteppedSeries {
  /** Number of values at a time: 1 for all units, or one per unit. */
  readonly columns: number;
  /** Writes the values at a time, ms. @throws ConfigError if the series does not cover that time. */
  readonly write: (time: number, into: Float64Array | Float32Array | Int32Array | Uint32Array, offset: number) => void;
  /** Problems of a run of `steps` steps that starts at time 0; Infinity for a run without a set end. */
  readonly issues: (steps: number) => Issue[];
  /** A sentence about samples that have no effect in a run of the steps from `first` to `end`, if any. */
  readonly doubt: (first: number, end: number) => string | undefined;
}

/** Position of a time among samples: `fraction` of the way from sample `index` to the next one. */
export interface Position {
  /** Negative before the first sample; may exceed the index of the last one. */
  readonly index: number;
  /** At least 0 and less than 1. */
  readonly fraction: number;
}

/** The times of samples, ms. */
export interface Sampling {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** Time at which a held series ends and a repeated one starts again. */
  readonly end: number;
  /** Shortest time between two samples. */
  readonly shortest: number;
  readonly locate: (time: number) => Position;
  /** Like `locate`, for an endlessly repeated series and a time at or after the first sample. */
  readonly locateRepeated: (time: number) => Position;
}

/** Samples at start, start + interval, start + 2·interval, … A time equal to a sample's up to rounding belongs to it. */
export const evenSampling = (count: number, interval: number, start: number, dt: number): Sampling => {
  const locate = (time: number): Position => {
    const position = (time - start) / interval;
    const whole = Math.round(position);
    const scale = Math.max(Math.abs(time), Math.abs(start));
    if (sameTime(time, start + whole * interval, Math.min(dt, interval), scale)) return { index: whole, fraction: 0 };
    const index = Math.floor(position);
    return { index, fraction: position - index };
  };
  return {
    count,
    first: start,
    last: start + (count - 1) * interval,
    end: start + count * interval,
    shortest: interval,
    locate,
    locateRepeated: (time) => {
      const { index, fraction } = locate(time);
      return { index: index % count, fraction };
    },
  };
};

/** Samples at given ascending times. The last sample lasts as long as the one before it. */
export const timedSampling = (times: Float64Array, dt: number): Sampling => {
  const count = times.length;
  const first = times[0]!;
  const last = times[count - 1]!;
  const end = last + (last - (times[count - 2] ?? last));
  const find = (time: number, scale: number): Position => {
    // Binary search for the first sample after the time.
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    const next = low < count ? times[low]! : end;
    const index = low - 1;
    if (index >= 0 && sameTime(time, times[index]!, dt, scale)) return { index, fraction: 0 };
    if (sameTime(time, next, dt, scale)) return { index: low, fraction: 0 };
    if (index < 0) return { index, fraction: 0 };
    if (time > next) return { index: count, fraction: 0 };
    return { index, fraction: (time - times[index]!) / (next - times[index]!) };
  };
  const locate = (time: number): Position => find(time, Math.max(Math.abs(time), Math.abs(first), Math.abs(last)));
  const locateRepeated = (time: number): Position => {
    const period = end - first;
    const cycles = Math.floor((time - first) / period);
    const { index, fraction } = find(time - cycles * period, Math.max(Math.abs(time), Math.abs(first)));
    return index < count ? { index, fraction } : { index: 0, fraction: 0 };
  };
  const shortest = times.reduce((least, time, k) => (k > 0 ? Math.min(least, time - times[k - 1]!) : least), Infinity);
  return { count, first, last, end, shortest, locate, locateRepeated };
};
