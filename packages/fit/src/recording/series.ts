import type { NumericArray } from "spark-snn";
import {
  byDefault,
  chooseGroup,
  custom,
  describe,
  isRecord,
  number,
  optional,
  optionsSchema,
  readOptions,
  required,
  type Site,
  time,
  type Written,
} from "spark-snn/documents";
import { describeList, isList, readFinite, refuseDisorder } from "./lists.ts";
import type { Sampled } from "./recording.ts";

/** Unit of samples: of a current, or of a potential. */
export type SampledUnit = "pA" | "mV";

/** Fraction of equal distances between samples above which a longer distance counts as a gap. */
const REGULAR = 0.9;

const samples = (unit: SampledUnit) => {
  const takes = `a list of at least 2 samples in ${unit}`;
  return custom<readonly number[] | NumericArray, Float64Array>({
    about: "Samples.",
    unit,
    takes,
    remedy: "Give the samples.",
    schema: { description: `Samples in ${unit}.`, type: "array", minItems: 2, items: { type: "number" } },
    read: (value, site) =>
      isList(value) && value.length >= 2
        ? readFinite(value, unit, "Repair the sample, or cut the recording there.", site)
        : site.refuse(`must be ${takes}; received ${describeList(value)}. Give the samples.`),
  });
};

const times = custom<readonly number[] | NumericArray, Float64Array>({
  about: "Time of each sample, ascending; replaces interval and start.",
  unit: "ms",
  takes: "a list of times, one per sample",
  remedy: "Give one per sample.",
  schema: { description: "Time of each sample in ms, ascending.", type: "array", items: { type: "number" } },
  read: (value, site) =>
    isList(value)
      ? readFinite(value, "ms", "Give the time of the sample.", site)
      : site.refuse(`must be a list of times in ms; received ${describe(value)}. Give one per sample.`),
});

/** A run needs its current from 0 ms on. A voltage may start later. */
const startOf = (unit: SampledUnit) =>
  unit === "mV"
    ? number("Time of the first sample.", { unit: "ms", remedy: "Give the time of the first sample." })
    : number("Time of the first sample, at most 0 ms, where the run starts.", {
        unit: "ms",
        holds: (start) => start <= 0,
        takes: "at most 0 ms, where the run starts",
        remedy: "Add the current from 0 ms on, or shift the clock of the recording with its spikes and voltage.",
        schema: { maximum: 0 },
      });

export const sampleOptions = (unit: SampledUnit) => ({
  /** pA, or mV for a potential. */
  series: samples(unit),
  /** Time between samples, ms. */
  interval: optional(time("Time between samples.", "Give the time between samples in ms, or times.")),
  /** Time of the first sample, ms. Default 0. */
  start: byDefault(0, startOf(unit)),
  /** Time of each sample, ms, ascending; replaces interval and start. */
  times: optional(times),
});

/** Samples of a current or a potential: at regular intervals, or each with its time. */
export interface SampledSeries extends Written<ReturnType<typeof sampleOptions>> {}

/** Samples at regular intervals. */
export const evenSamples = (unit: SampledUnit) => {
  const { series, interval, start } = sampleOptions(unit);
  return { series, interval: required(interval), start };
};

/** Samples with their times. */
export const timedSamples = (unit: SampledUnit) => {
  const { series } = sampleOptions(unit);
  return { series, times: required(times) };
};

/** Samples of a quantity. */
export const sampled = (about: string, unit: SampledUnit) =>
  custom<SampledSeries, Sampled>({
    about,
    unit,
    takes: "{ series, interval } or { series, times }",
    remedy: `Give { series, interval }, samples in ${unit} and the time between them.`,
    schema: {
      description: about,
      anyOf: [
        optionsSchema(evenSamples(unit), "Samples at regular intervals."),
        optionsSchema(timedSamples(unit), "Samples with their times."),
      ],
    },
    parts: sampleOptions(unit),
    read: (value, site) => readSampled(value, unit, site),
  });

/** Reads samples with their times. Adds an issue for every problem. */
const readSampled = (given: unknown, unit: SampledUnit, site: Site): Sampled | undefined => {
  const before = site.issues.length;
  if (!isRecord(given)) {
    return site.refuse(
      `takes { series: […], interval: MS }, samples in ${unit}; received ${describe(given)}. Give the samples and their distance.`,
    );
  }
  const timing = chooseGroup(given, [["interval", "start"], ["times"]], site);
  const sampledAt = (timing.key === "interval" ? readEven : readTimed)(timing.given, unit, site);
  return site.issues.length > before ? undefined : sampledAt;
};

type Given = Readonly<Record<string, unknown>>;

const readEven = (given: Given, unit: SampledUnit, site: Site): Sampled | undefined => {
  const read = readOptions(evenSamples(unit), given, site);
  if (!read) return undefined;
  const { series: values, interval, start } = read;
  return { values, times: values.map((_, k) => start + k * interval), interval, even: true };
};

const readTimed = (given: Given, unit: SampledUnit, site: Site): Sampled | undefined => {
  const read = readOptions(timedSamples(unit), given, site);
  if (!read) return undefined;
  const { series: values, times: own } = read;
  const at = site.at("times");
  if (own.length !== values.length) {
    return at.refuse(
      `must contain one time for each of the ${values.length} samples; received ${own.length} times. Give one per sample.`,
    );
  }
  startOf(unit).read(own[0], at.at(0));
  refuseDisorder(own, "time before", "Sort the samples by time.", at);
  const interval = medianOf(own.subarray(1).map((value, k) => value - own[k]!));
  refuseGap(own, interval, at);
  return { values, times: own, interval, even: false };
};

/** If samples are otherwise regular, a longer distance means that a part is missing. */
const refuseGap = (list: Float64Array, interval: number, site: Site): void => {
  let regular = 0;
  let widest = 0;
  let widestAt = 0;
  for (let k = 1; k < list.length; k++) {
    const distance = list[k]! - list[k - 1]!;
    if (Math.abs(distance - interval) <= 0.05 * interval) regular++;
    if (distance > widest) [widest, widestAt] = [distance, k];
  }
  if (list.length < 20 || regular < REGULAR * (list.length - 1) || widest < 1.5 * interval) return;
  site
    .at(widestAt)
    .refuse(
      `has a gap: ${list[widestAt]} ms is ${Number(widest.toPrecision(6))} ms after the sample before it, but ${Number(interval.toPrecision(6))} ms is usual. Cut the recording there, fill in the samples, or give interval instead of times.`,
    );
};

/** The median of a list, or the lower of the two values in the middle. */
export const medianOf = (values: Float64Array): number => values.slice().sort()[Math.floor((values.length - 1) / 2)]!;

/** How long each sample lasts, ms. The last one lasts as long as the one before it. */
export const durationsOf = (list: Float64Array): Float64Array =>
  list.map((value, k) => (k + 1 < list.length ? list[k + 1]! - value : k === 0 ? 1 : value - list[k - 1]!));

/** The smallest value that, with all smaller ones, has at least half of the total weight. */
export const weightedMedian = (values: Float64Array, weights: Float64Array): number => {
  const order = Uint32Array.from(values, (_, k) => k).sort((a, b) => values[a]! - values[b]!);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let below = 0;
  for (const k of order) {
    below += weights[k]!;
    if (below >= half) return values[k]!;
  }
  return values[order[order.length - 1]!]!;
};
