import type { Model } from "spark-snn";
import type { Membrane } from "../recording/measure.ts";
import type { ReadRecording } from "../recording/recording.ts";
import type { Bounds } from "./space.ts";

/** Scales of the parameters, derived from the recordings. */
export interface Scales {
  /** mV */
  readonly rest: number;
  /** GΩ */
  readonly resistance: number;
  /** Change of the potential that the largest currents could cause, mV. */
  readonly reach: number;
  /** Interval between spikes of a repetition that a tenth of the intervals stay below, ms. */
  readonly short: number;
  readonly dt: number;
}

/** Quantile of the samples that defines the currents of `reach`. */
const LARGE = 0.999;

/** Fraction of the intervals that may be shorter than the longest refractory period of the search. */
const SHORT = 0.1;
/** Longest refractory period of any search, ms. */
const LONGEST_COOLDOWN = 50;

/** The current that hardly any sample exceeds, pA. */
const largeCurrent = ({ current }: ReadRecording): number => {
  const sorted = current.values.slice().sort();
  return sorted[Math.floor(LARGE * (sorted.length - 1))]!;
};

export const scalesOf = (recordings: readonly ReadRecording[], { rest, resistance }: Membrane, dt: number): Scales => {
  const largest = recordings.reduce((most, recording) => Math.max(most, largeCurrent(recording)), 0);
  const trains = recordings.flatMap(({ repetitions }) => repetitions);
  const intervals = trains.flatMap((train) => Array.from(train.subarray(1), (time, k) => time - train[k]!));
  const sorted = Float64Array.from(intervals).sort();
  const short = sorted[Math.floor(SHORT * (sorted.length - 1))] ?? LONGEST_COOLDOWN;
  return { rest, resistance, reach: Math.abs(resistance) * largest, short, dt };
};

const linear = (from: number, to: number): Bounds => ({ from: digits(from), to: digits(to), scale: "linear" });
const log = (from: number, to: number): Bounds => ({ from: digits(from), to: digits(to), scale: "log" });
const digits = (value: number): number => Number(value.toPrecision(3));

/**
 * Bounds for the fields of the leaky somas, wide enough for any neuron. Potentials extend from the rest as far as the
 * largest current could change them. A refractory period is at most as long as all but the shortest intervals. Time
 * constants cover the range of membranes and adaptation.
 */
const derived: Readonly<Record<string, (scales: Scales) => Bounds>> = {
  potentialRest: ({ rest }) => linear(rest - 10, rest + 10),
  potentialReset: ({ rest, reach }) => linear(rest - reach / 2, rest + reach),
  potentialTau: ({ dt }) => log(Math.max(0.5, dt / 2), 100),
  resistance: ({ resistance }) => log(resistance / 4, resistance * 4),
  threshold: ({ rest, reach }) => linear(rest + 0.01 * reach, rest + reach),
  cooldown: ({ short, dt }) => linear(0, Math.max(dt, Math.min(short, LONGEST_COOLDOWN))),
  thresholdTau: () => log(2, 2000),
  thresholdDelta: ({ reach }) => linear(0, reach),
};

/** Bounds of a field that follow from the data, or undefined for a field that only its author knows. */
export const deriveBounds = (model: Model, name: string, scales: Scales): Bounds | undefined => {
  if (!Object.hasOwn(model.fields, name) || !Object.hasOwn(derived, name)) return undefined;
  const bounds = derived[name]!(scales);
  return bounds.to > bounds.from && Number.isFinite(bounds.to - bounds.from) ? bounds : undefined;
};

/** Fields that spike times alone do not constrain: if potentials are scaled about the rest, a soma spikes as before. */
export const scaleFields: readonly string[] = ["potentialRest", "resistance"];
