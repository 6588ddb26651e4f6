import type { ReadRecording, Sampled } from "./recording.ts";
import { durationsOf, medianOf, weightedMedian } from "./series.ts";

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
  const pairs: Pair[] = [];
  const quiet: Pair[] = [];
  // A sample counts as long as it lasts. Equal samples count equally.
  const lasting = voltage.even ? undefined : durationsOf(voltage.times);
  let driven = false;
  voltage.values.forEach((potential, k) => {
    const time = voltage.times[k]!;
    while (next < spikes.length && spikes[next]! + AFTER < time) next++;
    if (next < spikes.length && spikes[next]! - BEFORE <= time) return;
    const value = at(time);
    driven ||= Math.abs(value) > QUIET * largest;
    (driven ? pairs : quiet).push({ current: value, potential, weight: lasting?.[k] ?? 1 });
  });
  if (pairs.length < 10) return undefined;
  const total = weightOf(pairs);
  const mean = pairs.reduce((sum, pair) => sum + pair.weight * pair.current, 0) / total;
  const variance =
    pairs.reduce((sum, pair) => sum + pair.weight * ((pair.current - mean) * (pair.current - mean)), 0) / total;
  const line = lineThrough(pairs, mean, variance);
  const calm = weightOf(quiet) * (lasting ? 1 : voltage.interval) >= LEAST_QUIET;
  const middle = lasting ? middleInTime : middleOf;
  const rest = calm ? middle(quiet) : line.rest;
  const median = middle(pairs);
  const steady = calm && mean * mean > 0.1 * variance;
  const resistance = steady ? (median - rest) / mean : line.resistance;
  return resistance > 0 && Number.isFinite(rest) && Number.isFinite(resistance) ? { rest, resistance } : undefined;
};

/** A sample of current and potential, with its weight. */
interface Pair {
  readonly current: number;
  readonly potential: number;
  readonly weight: number;
}

const weightOf = (pairs: readonly Pair[]): number => pairs.reduce((sum, { weight }) => sum + weight, 0);
const potentialsOf = (pairs: readonly Pair[]): Float64Array => Float64Array.from(pairs, ({ potential }) => potential);
const middleOf = (pairs: readonly Pair[]): number => medianOf(potentialsOf(pairs));
const middleInTime = (pairs: readonly Pair[]): number =>
  weightedMedian(
    potentialsOf(pairs),
    Float64Array.from(pairs, ({ weight }) => weight),
  );

const lineThrough = (pairs: readonly Pair[], mean: number, variance: number): Membrane => {
  const total = weightOf(pairs);
  const middle = pairs.reduce((sum, { weight, potential }) => sum + weight * potential, 0) / total;
  const shared =
    pairs.reduce((sum, { weight, current, potential }) => sum + weight * ((current - mean) * (potential - middle)), 0) /
    total;
  const resistance = variance > 0 ? shared / variance : Number.NaN;
  return { rest: middle - resistance * mean, resistance };
};
