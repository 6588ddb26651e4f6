import type { Field, Model } from "spark-snn";
import { brokenRule } from "spark-snn/documents";
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
  /** Current that hardly any sample exceeds, pA. */
  readonly large: number;
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
  return { rest, resistance, reach: Math.abs(resistance) * largest, large: largest, short, dt };
};

const linear = (from: number, to: number): Bounds => ({ from: digits(from), to: digits(to), scale: "linear" });
const log = (from: number, to: number): Bounds => ({ from: digits(from), to: digits(to), scale: "log" });
const digits = (value: number): number => Number(value.toPrecision(3));

interface Rule {
  readonly unit: string;
  readonly bounds: (scales: Scales) => Bounds;
}

const mV = (bounds: Rule["bounds"]): Rule => ({ unit: "mV", bounds });
const ms = (bounds: Rule["bounds"]): Rule => ({ unit: "ms", bounds });
const pA = (bounds: Rule["bounds"]): Rule => ({ unit: "pA", bounds });

/** Potentials from just above the rest to where the largest current could move them. */
const above = mV(({ rest, reach }) => linear(rest + 0.01 * reach, rest + reach));
const tau = ms(() => log(2, 2000));
const fastTau = ms(() => log(2, 100));
const slowTau = ms(() => log(20, 2000));
const verySlowTau = ms(() => log(1000, 30_000));
const increase = mV(({ reach }) => linear(0, reach));
const smallIncrease = mV(({ reach }) => linear(0, reach / 2));
/** A part that lasts for seconds is the sum over hundreds of spikes. */
const tinyIncrease = mV(({ reach }) => linear(0, reach / 400));
const spikeCurrent = pA(({ large }) => linear(-large / 4, large));
const slope = mV(({ reach }) => log(reach / 500, reach / 5));

/**
 * Bounds for the fields of leaky and exponential somas, wide enough for any neuron. Potentials extend from the rest as
 * far as the largest current could change them. A refractory period is at most as long as all but the shortest
 * intervals. Time constants cover the range of membranes and adaptation.
 */
const derived: Readonly<Record<string, Rule>> = {
  potentialRest: mV(({ rest }) => linear(rest - 10, rest + 10)),
  potentialReset: mV(({ rest, reach }) => linear(rest - reach / 2, rest + reach)),
  resetShare: { unit: "1", bounds: () => linear(0, 1) },
  potentialTau: ms(({ dt }) => log(Math.max(0.5, dt / 2), 100)),
  resistance: { unit: "GΩ", bounds: ({ resistance }) => log(resistance / 4, resistance * 4) },
  threshold: above,
  rheobaseThreshold: above,
  spikeSlope: slope,
  cooldown: ms(({ short, dt }) => linear(0, Math.max(dt, Math.min(short, LONGEST_COOLDOWN)))),
  thresholdTau: tau,
  thresholdDelta: increase,
  fastDelta: increase,
  fastTau,
  slowDelta: smallIncrease,
  slowTau,
  verySlowDelta: tinyIncrease,
  verySlowTau,
  fastThresholdDelta: increase,
  fastThresholdTau: fastTau,
  slowThresholdDelta: smallIncrease,
  slowThresholdTau: slowTau,
  fastCurrentDelta: spikeCurrent,
  fastCurrentTau: fastTau,
  slowCurrentDelta: spikeCurrent,
  slowCurrentTau: slowTau,
  adaptationTau: tau,
  adaptationDelta: spikeCurrent,
  adaptationSubthreshold: { unit: "nS", bounds: ({ resistance }) => linear(-0.5 / resistance, 2 / resistance) },
  inactivationPotential: mV(({ rest, reach }) => linear(rest - reach / 4, rest + reach)),
  inactivationSlope: mV(({ reach }) => log(reach / 100, reach / 2)),
  // From 1 on, a strong current could silence the soma, beyond the currents of the recordings.
  inactivationCoupling: { unit: "1", bounds: () => linear(0, 0.95) },
  inactivationTau: ms(() => log(0.5, 100)),
  escapeRate: { unit: "1/ms", bounds: () => log(1e-4, 10) },
  escapeSlope: slope,
  afterpotential: mV(({ reach }) => linear(-reach, 0)),
  afterpotentialTau: fastTau,
};

/** Factor from the value of a parameter to the bounds around it, and difference of a potential, mV. */
const WIDTH = 4;
const POTENTIAL = 20;

/** Bounds around the value of a preset or default: by factors if it is positive, otherwise by differences. */
const around = ({ checks, unit }: Field, value: number): Bounds | undefined => {
  const isPositive = checks.some(({ schema }) => schema["exclusiveMinimum"] === 0);
  if (isPositive) return log(value / WIDTH, value * WIDTH);
  if (unit === "mV") return linear(value - POTENTIAL, value + POTENTIAL);
  const range = checks.find(({ schema }) => "minimum" in schema && "maximum" in schema)?.schema;
  if (range) return linear(range["minimum"]!, range["maximum"]!);
  const isSigned = !checks.some(({ schema }) => schema["minimum"] === 0);
  const reach = Math.abs(value);
  return isSigned ? linear(value - reach, value + reach) : linear(0, WIDTH * value);
};

/** Bounds of a field that follow from the data; undefined for a field of which the data say nothing. */
export const deriveBounds = (model: Model, name: string, scales: Scales): Bounds | undefined => {
  const field = Object.hasOwn(model.fields, name) ? model.fields[name] : undefined;
  const rule = Object.hasOwn(derived, name) ? derived[name] : undefined;
  return field && rule?.unit === field.unit ? usable(field, rule.bounds(scales)) : undefined;
};

/** Bounds of a field that follow from the data, otherwise those around its value. */
export const boundsNear = (model: Model, name: string, scales: Scales, value: number): Bounds | undefined => {
  const field = model.fields[name]!;
  return deriveBounds(model, name, scales) ?? usable(field, around(field, value));
};

const usable = (field: Field, bounds: Bounds | undefined): Bounds | undefined => {
  if (!bounds || !(bounds.to > bounds.from) || !Number.isFinite(bounds.to - bounds.from)) return undefined;
  return brokenRule(field, bounds.from) || brokenRule(field, bounds.to) ? undefined : bounds;
};

/** Fields that spike times alone do not constrain: if potentials are scaled about the rest, a soma spikes as before. */
export const scaleFields: readonly string[] = ["potentialRest", "resistance"];
