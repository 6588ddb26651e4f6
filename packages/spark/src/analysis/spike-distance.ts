import { type EdgedTrain, edgedPair } from "./edges.ts";
import type { TimeWindow } from "./window.ts";

/** A function of time that is linear between breakpoints and may jump at them. */
export interface LinearProfile {
  /** Breakpoints, ms, from the start to the end of the window; one more than the number of pieces. */
  readonly times: Float64Array;
  /** Value at the start of each piece. */
  readonly starts: Float64Array;
  /** Value at the end of each piece. */
  readonly ends: Float64Array;
}

/**
 * Profile of the SPIKE-distance of two trains, S(t) = (S₁ν₂ + S₂ν₁) / (2⟨ν⟩²). S_n is the mean distance of the spikes
 * of train n before and after t to their nearest spikes in the other train, weighted by closeness to t. ν_n is the
 * current interval, and ⟨ν⟩ the mean of both. Values are at least 0, without a unit, and exceed 1 only for extreme
 * trains. Kreuz et al. 2013, J. Neurophysiol. 109:1457.
 *
 * Edges as in PySpike: an auxiliary spike has the distance of the spike next to it. PySpike 0.9.0 deviates from this
 * for a train with a single spike exactly at `from` (but not at `to`). Here both ends follow the rule, so reversing
 * time reverses the profile.
 * @throws ConfigError for times that are not finite, not strictly ascending or outside the window, and for an empty
 * window
 */
export function spikeProfile(first: ArrayLike<number>, second: ArrayLike<number>, window: TimeWindow): LinearProfile {
  return profileOf("spikeProfile", first, second, window);
}

/**
 * SPIKE-distance of two trains: the mean of `spikeProfile` over the window. Symmetric, 0 for equal trains.
 * @throws ConfigError like `spikeProfile`
 */
export function spikeDistance(first: ArrayLike<number>, second: ArrayLike<number>, window: TimeWindow): number {
  const { times, starts, ends } = profileOf("spikeDistance", first, second, window);
  let area = 0;
  for (let piece = 0; piece < starts.length; piece++) {
    area += 0.5 * (starts[piece]! + ends[piece]!) * (times[piece + 1]! - times[piece]!);
  }
  return area / (times[starts.length]! - times[0]!);
}

function profileOf(
  where: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  window: TimeWindow,
): LinearProfile {
  const pair = edgedPair(where, first, second, window);
  const one = pair.first.times;
  const two = pair.second.times;
  const distancesOne = nearestDistances(pair.first, two);
  const distancesTwo = nearestDistances(pair.second, one);
  const times = [pair.from];
  const starts: number[] = [];
  const ends: number[] = [];
  let i = 0;
  let j = 0;
  const valueAt = (time: number): number => {
    const intervalOne = one[i + 1]! - one[i]!;
    const intervalTwo = two[j + 1]! - two[j]!;
    const mean = 0.5 * (intervalOne + intervalTwo);
    const weighted =
      between(one, distancesOne, i, time) * intervalTwo + between(two, distancesTwo, j, time) * intervalOne;
    return (0.5 * weighted) / (mean * mean);
  };
  for (let time = pair.from; time < pair.to; times.push(time)) {
    starts.push(valueAt(time));
    time = Math.min(one[i + 1]!, two[j + 1]!, pair.to);
    ends.push(valueAt(time));
    if (one[i + 1] === time) i++;
    if (two[j + 1] === time) j++;
  }
  return { times: Float64Array.from(times), starts: Float64Array.from(starts), ends: Float64Array.from(ends) };
}

/** Value at `time`, interpolated between the distances of spikes `index` and `index + 1`. */
function between(times: Float64Array, distances: Float64Array, index: number, time: number): number {
  const before = times[index]!;
  const after = times[index + 1]!;
  return (distances[index]! * (after - time) + distances[index + 1]! * (time - before)) / (after - before);
}

/** Distance of each spike to the nearest spike of the other train; an auxiliary spike has that of its neighbour. */
function nearestDistances(train: EdgedTrain, others: Float64Array): Float64Array {
  const distances = new Float64Array(train.times.length);
  let nearest = 0;
  for (let index = train.first; index <= train.last; index++) {
    const time = train.times[index]!;
    while (nearest + 1 < others.length && Math.abs(others[nearest + 1]! - time) <= Math.abs(others[nearest]! - time)) {
      nearest++;
    }
    distances[index] = Math.abs(others[nearest]! - time);
  }
  if (train.first > 0) distances[0] = distances[train.first]!;
  if (train.last < distances.length - 1) distances[train.last + 1] = distances[train.last]!;
  return distances;
}
