import type { ReadRecording, Sampled } from "./recording.ts";
import { medianOf } from "./series.ts";

/** Membrane properties that the recorded potential shows directly. */
export interface Membrane {
  /** mV */
  readonly rest: number;
  /** GΩ */
  readonly resistance: number;
}

/** Excluded time around a recorded spike, ms. */
const BEFORE = 2;
const AFTER = 10;
/** A current below this fraction of the largest counts as zero. */
const QUIET = 0.03;
/** Minimum time without current to measure the resting potential, ms. */
const LEAST_QUIET = 100;

/** Returns a function of time that gives the last sample. */
export const holdAt = ({ values, times }: Sampled): ((time: number) => number) => {
  let k = 0;
  return (time) => {
    while (k > 0 && times[k]! > time) k--;
    while (k + 1 < times.length && times[k + 1]! <= time) k++;
    return values[k]!;
  };
};

/**
 * Measures rest and resistance in a recording with a voltage; undefined if that is impossible. The rest is the median
 * potential before the current starts, if this time is long enough. The resistance is the median deviation of the
 * driven potential from the rest, per mean current. If the mean current is almost zero, or the current has no pause,
 * both follow from the regression line of potential and current.
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
