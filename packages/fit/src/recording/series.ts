import type { Issue } from "spark-snn";
import { orderProblem, startProblem } from "../sample-times.ts";
import { isList, isObject, readNumber, refuseUnknown, shown } from "../shown.ts";
import type { Sampled } from "./recording.ts";

const keys = ["series", "interval", "start", "times"];
/** Fraction of equal distances between samples above which a longer distance counts as a gap. */
const REGULAR = 0.9;

/** Reads samples with their times. Adds an issue for every problem. */
export const readSampled = (path: string, given: unknown, unit: "pA" | "mV", issues: Issue[]): Sampled | undefined => {
  const before = issues.length;
  if (!isObject(given)) {
    const message = `takes { series: […], interval: MS }, samples in ${unit}; received ${shown(given)}. Give the samples and their distance.`;
    issues.push({ path, message });
    return undefined;
  }
  refuseUnknown(path, given, keys, issues);
  const values = readValues(`${path}.series`, given["series"], unit, issues);
  if (!values) return undefined;
  const sampled =
    given["times"] === undefined ? evenTimes(path, given, values, issues) : givenTimes(path, given, values, issues);
  const late = sampled && startProblem(sampled.times[0]!, unit);
  if (late) issues.push({ path: `${path}.${sampled.even ? "start" : "times[0]"}`, message: late.message });
  return issues.length > before ? undefined : sampled;
};

const readValues = (path: string, given: unknown, unit: string, issues: Issue[]): Float64Array | undefined => {
  if (!isList(given) || given.length < 2) {
    const message = `must be a list of at least 2 samples in ${unit}; received ${shown(given)}. Give the samples.`;
    issues.push({ path, message });
    return undefined;
  }
  return readFinite(path, given, unit, "Repair the sample, or cut the recording there.", issues);
};

/** The numbers of a list. The first invalid one becomes an issue, which also gives the number of invalid ones. */
export const readFinite = (
  path: string,
  given: ArrayLike<unknown>,
  unit: string,
  remedy: string,
  issues: Issue[],
): Float64Array | undefined => {
  let first = -1;
  let count = 0;
  for (let k = 0; k < given.length; k++) {
    if (typeof given[k] === "number" && Number.isFinite(given[k])) continue;
    if (count++ === 0) first = k;
  }
  if (count === 0) return Float64Array.from(given as ArrayLike<number>);
  const others = count > 1 ? ` ${count - 1} more of ${given.length} are not finite numbers.` : "";
  const message = `must be a finite number; received ${shown(given[first], unit)}.${others} ${remedy}`;
  issues.push({ path: `${path}[${first}]`, message });
  return undefined;
};

const evenTimes = (
  path: string,
  given: Readonly<Record<string, unknown>>,
  values: Float64Array,
  issues: Issue[],
): Sampled | undefined => {
  const { interval: gap, start: first } = given;
  if (gap === undefined) {
    issues.push({ path: `${path}.interval`, message: "is missing. Give the time between samples in ms, or times." });
  }
  const rule = { words: "greater than 0 ms", unit: "ms", holds: (value: number) => value > 0 };
  const interval = readNumber(`${path}.interval`, gap, { ...rule, remedy: "Give the time between samples." }, issues);
  const finite = {
    words: "a finite number",
    unit: "ms",
    holds: () => true,
    remedy: "Give the time of the first sample.",
  };
  const start = readNumber(`${path}.start`, first, finite, issues) ?? 0;
  if (interval === undefined) return undefined;
  return { values, times: values.map((_, k) => start + k * interval), interval, even: true };
};

const givenTimes = (
  path: string,
  given: Readonly<Record<string, unknown>>,
  values: Float64Array,
  issues: Issue[],
): Sampled | undefined => {
  const where = `${path}.times`;
  const list = given["times"];
  const extra = ["interval", "start"].find((key) => given[key] !== undefined);
  if (extra) {
    issues.push({ path: `${path}.${extra}`, message: "cannot be combined with times. Remove one of them." });
  }
  if (!isList(list) || list.length !== values.length) {
    const message = `must contain one time for each of the ${values.length} samples; received ${shown(list)}. Give one per sample.`;
    issues.push({ path: where, message });
    return undefined;
  }
  const times = readFinite(where, list, "ms", "Give the time of the sample.", issues);
  if (!times) return undefined;
  const back = orderProblem(times);
  if (back) {
    issues.push({ path: `${where}[${back.at}]`, message: back.message });
    return undefined;
  }
  const interval = medianOf(times.subarray(1).map((time, k) => time - times[k]!));
  const gap = gapIssue(where, times, interval);
  if (gap) issues.push(gap);
  return { values, times, interval, even: false };
};

/** If samples are otherwise regular, a longer distance means that a part is missing. */
const gapIssue = (path: string, times: Float64Array, interval: number): Issue | undefined => {
  let regular = 0;
  let widest = 0;
  let widestAt = 0;
  for (let k = 1; k < times.length; k++) {
    const distance = times[k]! - times[k - 1]!;
    if (Math.abs(distance - interval) <= 0.05 * interval) regular++;
    if (distance > widest) [widest, widestAt] = [distance, k];
  }
  if (times.length < 20 || regular < REGULAR * (times.length - 1) || widest < 1.5 * interval) return undefined;
  const message = `has a gap: ${times[widestAt]} ms is ${Number(widest.toPrecision(6))} ms after the sample before it, but ${Number(interval.toPrecision(6))} ms is usual. Cut the recording there, fill in the samples, or give interval instead of times.`;
  return { path: `${path}[${widestAt}]`, message };
};

/** The median of a list, or the lower of the two values in the middle. */
export const medianOf = (values: Float64Array): number => values.slice().sort()[Math.floor((values.length - 1) / 2)]!;

/** How long each sample lasts, ms. The last one lasts as long as the one before it. */
export const durationsOf = (times: Float64Array): Float64Array =>
  times.map((time, k) => (k + 1 < times.length ? times[k + 1]! - time : k === 0 ? 1 : time - times[k - 1]!));

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
