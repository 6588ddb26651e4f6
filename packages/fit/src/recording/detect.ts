import { ConfigError } from "spark-snn";
import {
  byDefault,
  custom,
  describe,
  isRecord,
  number,
  optional,
  Place,
  type Read,
  readOptions,
  Site,
  time,
  type Written,
} from "spark-snn/documents";
import { describeList, isList, refuseDisorder } from "./lists.ts";
import { durationsOf, weightedMedian } from "./series.ts";

const finite = (about: string, unit: "ms" | "mV") =>
  number(about, { unit, remedy: `Give a number of ${unit}, or omit it.` });

const detectOptions = {
  /** Time between samples, ms. Required without `times`. */
  interval: optional(time("Time between samples.", "Give the time between samples, or times.")),
  /** Time of the first sample, ms. Default 0. */
  start: byDefault(0, finite("Time of the first sample.", "ms")),
  /** Time of each sample, ms, ascending; replaces `interval` and `start`. */
  times: optional(
    custom<ArrayLike<number>>({
      about: "Time of each sample, ascending; replaces interval and start.",
      unit: "ms",
      takes: "a list of numbers",
      schema: { type: "array", items: { type: "number" } },
      read: (value, site) => readNumbers(value, site),
    }),
  ),
  /** Potential that a spike crosses from below, mV. Default: halfway between the median and the highest value. */
  level: optional(
    finite(
      "Potential that a spike crosses from below. Default: halfway between the median and the highest value.",
      "mV",
    ),
  ),
  /** Time after a spike without further detection, ms. Default 1. */
  dead: byDefault(1, finite("Time after a spike without further detection.", "ms")),
};

/** Options of spike detection. */
export interface DetectOptions extends Written<typeof detectOptions> {}

const readNumbers = (value: unknown, site: Site): ArrayLike<number> | undefined =>
  isList(value) && Array.from(value).every((one) => typeof one === "number")
    ? (value as ArrayLike<number>)
    : site.refuse(`must be a list of numbers; received ${describeList(value)}. Give an array.`);

/** Minimum height of the highest value above the median for a recording with spikes, mV. */
export const LEAST_HEIGHT = 25;

/**
 * Detects spikes in a potential: the times, ms, at which it crosses a level from below. Returns none if no level is
 * given and the potential stays within 25 mV above its median.
 *
 * @throws ConfigError for an invalid option.
 */
export const detectSpikes = (potential: ArrayLike<number>, options: DetectOptions): Float64Array => {
  const { level: given, dead, timeOf, times } = readDetection(potential, options);
  const sorted = Float64Array.from(potential).sort();
  const highest = sorted[sorted.length - 1] ?? 0;
  const median = times ? medianInTime(potential, times) : (sorted[Math.floor(sorted.length / 2)] ?? 0);
  if (given === undefined && !(highest - median >= LEAST_HEIGHT)) return new Float64Array();
  const level = given ?? (highest + median) / 2;
  const found: number[] = [];
  for (let k = 1; k < potential.length; k++) {
    if (!(potential[k]! >= level && potential[k - 1]! < level)) continue;
    const time = timeOf(k);
    if (found.length === 0 || time - found[found.length - 1]! >= dead) found.push(time);
  }
  return Float64Array.from(found);
};

/** The checked options, and a function that gives the time of each sample, ms. @throws ConfigError */
const readDetection = (
  potential: unknown,
  options: unknown,
): Read<typeof detectOptions> & { readonly timeOf: (sample: number) => number } => {
  const place = new Place(["detectSpikes"]);
  if (!isRecord(options)) {
    const known = Object.keys(detectOptions).join(", ");
    const message = `takes an object of options; received ${describe(options)}. Give one with ${known}.`;
    throw new ConfigError(place.issue(message));
  }
  const site = new Site(place, [], undefined);
  const values = readNumbers(potential, site.at("potential"));
  const read = readOptions(detectOptions, options, site);
  const { times, interval, start = 0 } = read ?? {};
  if (values && times) {
    const own = site.at("times");
    if (times.length !== values.length) {
      own.refuse(
        `must contain one time for each of the ${values.length} samples; received ${times.length}. Give one per sample.`,
      );
    } else refuseDisorder(times, "time before", "Sort the samples by time.", own);
  } else if (read && interval === undefined) {
    site.at("interval").refuse("is missing. Give the time between samples in ms, or times.");
  }
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return { ...read!, timeOf: times ? (sample) => times[sample]! : (sample) => start + sample * interval! };
};

/** The median over time: a sample counts as long as it lasts, so that dense samples around spikes do not move it. */
const medianInTime = (values: ArrayLike<number>, times: ArrayLike<number>): number =>
  values.length === 0 ? 0 : weightedMedian(Float64Array.from(values), durationsOf(Float64Array.from(times)));
