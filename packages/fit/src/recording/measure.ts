import type { ReadRecording, Sampled } from "./recording.ts";
import { medianOf } from "./series.ts";

/** What the recorded potential shows of the membrane by itself. */
export interface Membrane {
  /** mV */
  readonly rest: number;
  /** GΩ */
  readonly resistance: number;
}

/** Time around a recorded spike that does not count, ms. */
const BEFORE = 2;
const AFTER = 10;
/** A current below this share of the largest is none. */
const QUIET = 0.03;
/** Least quiet time that tells the rest, ms. */
const LEAST_QUIET = 100;

/** The current at a time: the last sample, held. */
export const holdAt = ({ values, times }: Sampled): ((time: number) => number) => {
  let k = 0;
  return (time) => {
    while (k > 0 && times[k]! > time) k--;
    while (k + 1 < times.length && times[k + 1]! <= time) k++;
    return values[k]!;
  };
};

/**
 * Rest and resistance of a recording with a voltage, or undefined where they cannot be told. The rest is the median
 * potential before the current begins, where it begins late enough; the resistance is how far the driven potential
 * stands from it, in the median, for the mean current. Where the current has hardly any mean, or never rests, both come
 * from the line through potential and current.
 */
export const measureMembrane = (recording: ReadRecording): Membrane | undefined => {
  const { voltage, current, repetitions } = recording;
  if (!voltage) return undefined;
  const at = holdAt(current);
  const largest = current.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const spikes = repetitions[0]!;
  let next = 0;
  const pairs: { readonly current: number; readonly potential: number }[] = [];
  const quiet: number[] = [];
  let driven = false;
  voltage.values.forEach((potential, k) => {
    const time = voltage.times[k]!;
    while (next < spikes.length && spikes[next]! + AFTER < time) next++;
    if (next < spikes.length && spikes[next]! - BEFORE <= time) return;
    const value = at(time);
    driven ||= Math.abs(value) > QUIET * largest;
    if (driven) pairs.push({ current: value, potential });
    else quiet.push(potential);
  });
  if (pairs.length < 10) return undefined;
  const mean = pairs.reduce((sum, pair) => sum + pair.current, 0) / pairs.length;
  const variance = pairs.reduce((sum, pair) => sum + (pair.current - mean) * (pair.current - mean), 0) / pairs.length;
  const line = lineThrough(pairs, mean, variance);
  const calm = quiet.length * voltage.interval >= LEAST_QUIET;
  const rest = calm ? medianOf(Float64Array.from(quiet)) : line.rest;
  const median = medianOf(Float64Array.from(pairs, (pair) => pair.potential));
  const steady = calm && mean * mean > 0.1 * variance;
  const resistance = steady ? (median - rest) / mean : line.resistance;
  return resistance > 0 && Number.isFinite(rest) && Number.isFinite(resistance) ? { rest, resistance } : undefined;
};

const lineThrough = (
  pairs: readonly { readonly current: number; readonly potential: number }[],
  mean: number,
  variance: number,
): Membrane => {
  const middle = pairs.reduce((sum, pair) => sum + pair.potential, 0) / pairs.length;
  const shared = pairs.reduce((sum, pair) => sum + (pair.current - mean) * (pair.potential - middle), 0) / pairs.length;
  const resistance = variance > 0 ? shared / variance : Number.NaN;
  return { rest: middle - resistance * mean, resistance };
};
