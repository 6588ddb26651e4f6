import { edgedPair } from "./edges.ts";
import type { TimeWindow } from "./window.ts";

/** A function of time that is constant between breakpoints. */
export interface StepProfile {
  /** Breakpoints, ms, from the start to the end of the window; one more than the number of pieces. */
  readonly times: Float64Array;
  /** Value on each piece. */
  readonly values: Float64Array;
}

/**
 * Profile of the ISI-distance of two trains: |ν₁ − ν₂| / max(ν₁, ν₂), where ν is the current interval of a train.
 * Values are between 0 and 1, without a unit. Kreuz et al. 2007, J. Neurosci. Methods 165:151; edges as in PySpike.
 * @throws ConfigError for times that are not finite, not strictly ascending or outside the window, and for an empty
 * window
 */
export function isiProfile(first: ArrayLike<number>, second: ArrayLike<number>, window: TimeWindow): StepProfile {
  return profileOf("isiProfile", first, second, window);
}

/**
 * ISI-distance of two trains: the mean of `isiProfile` over the window. Symmetric, 0 for equal trains.
 * @throws ConfigError like `isiProfile`
 */
export function isiDistance(first: ArrayLike<number>, second: ArrayLike<number>, window: TimeWindow): number {
  const { times, values } = profileOf("isiDistance", first, second, window);
  let area = 0;
  for (let piece = 0; piece < values.length; piece++) area += values[piece]! * (times[piece + 1]! - times[piece]!);
  return area / (times[values.length]! - times[0]!);
}

function profileOf(
  where: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  window: TimeWindow,
): StepProfile {
  const pair = edgedPair(where, first, second, window);
  const one = pair.first.times;
  const two = pair.second.times;
  const times = [pair.from];
  const values: number[] = [];
  let i = 0;
  let j = 0;
  for (let time = pair.from; time < pair.to; times.push(time)) {
    const intervalOne = one[i + 1]! - one[i]!;
    const intervalTwo = two[j + 1]! - two[j]!;
    values.push(Math.abs(intervalOne - intervalTwo) / Math.max(intervalOne, intervalTwo));
    time = Math.min(one[i + 1]!, two[j + 1]!, pair.to);
    if (one[i + 1] === time) i++;
    if (two[j + 1] === time) j++;
  }
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}
