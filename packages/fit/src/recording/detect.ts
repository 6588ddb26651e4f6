import { ConfigError } from "spark-snn";
import { requireOptions } from "../given.ts";
import { orderProblem } from "../sample-times.ts";
import { isList, shown } from "../shown.ts";
import { durationsOf, weightedMedian } from "./series.ts";

/** Options of spike detection. */
export interface DetectOptions {
  /** Time between samples, ms. Required without `times`. */
  readonly interval?: number;
  /** Time of the first sample, ms. Default 0. */
  readonly start?: number;
  /** Time of each sample, ms, ascending; replaces `interval` and `start`. */
  readonly times?: ArrayLike<number>;
  /** Potential that a spike crosses from below, mV. Default: halfway between the median and the highest value. */
  readonly level?: number;
  /** Time after a spike without further detection, ms. Default 1. */
  readonly dead?: number;
}

/** Minimum height of the highest value above the median for a recording with spikes, mV. */
export const LEAST_HEIGHT = 25;

/**
 * Detects spikes in a potential: the times, ms, at which it crosses a level from below. Returns none if no level is
 * given and the potential stays within 25 mV above its median.
 *
 * @throws ConfigError for an invalid option.
 */
export const detectSpikes = (potential: ArrayLike<number>, options: DetectOptions): Float64Array => {
  checkGiven(potential, options);
  const { dead = 1 } = options;
  const timeOf = timesOf(potential.length, options);
  const sorted = Float64Array.from(potential).sort();
  const highest = sorted[sorted.length - 1] ?? 0;
  const median = options.times ? medianInTime(potential, options.times) : (sorted[Math.floor(sorted.length / 2)] ?? 0);
  if (options.level === undefined && !(highest - median >= LEAST_HEIGHT)) return new Float64Array();
  const level = options.level ?? (highest + median) / 2;
  const times: number[] = [];
  for (let k = 1; k < potential.length; k++) {
    if (!(potential[k]! >= level && potential[k - 1]! < level)) continue;
    const time = timeOf(k);
    if (times.length === 0 || time - times[times.length - 1]! >= dead) times.push(time);
  }
  return Float64Array.from(times);
};

const checkGiven = (potential: unknown, options: DetectOptions): void => {
  requireOptions("detectSpikes", options, ["interval", "start", "times", "level", "dead"]);
  for (const [name, list] of Object.entries({ potential, times: options.times ?? [] })) {
    if (isList(list) && Array.from(list).every((value) => typeof value === "number")) continue;
    const message = `must be a list of numbers; received ${shown(list)}. Give an array.`;
    throw new ConfigError({ path: `detectSpikes.${name}`, message });
  }
  for (const [key, unit] of Object.entries({ interval: "ms", start: "ms", level: "mV", dead: "ms" })) {
    const value = options[key as keyof DetectOptions];
    if (value === undefined || Number.isFinite(value)) continue;
    const message = `must be a finite number; received ${shown(value, unit)}. Give a number of ${unit}, or omit it.`;
    throw new ConfigError({ path: `detectSpikes.${key}`, message });
  }
};

/** A function that gives the time of each sample, ms. */
const timesOf = (count: number, { interval, start = 0, times }: DetectOptions): ((sample: number) => number) => {
  if (times === undefined) {
    if (interval !== undefined && interval > 0) return (sample) => start + sample * interval;
    const received = interval === undefined ? "received none" : `received ${interval} ms`;
    const message = `must be greater than 0 ms; ${received}. Give the time between samples, or times.`;
    throw new ConfigError({ path: "detectSpikes.interval", message });
  }
  if (times.length !== count) {
    const message = `must contain one time for each of the ${count} samples; received ${times.length}. Give one per sample.`;
    throw new ConfigError({ path: "detectSpikes.times", message });
  }
  const back = orderProblem(times);
  if (back) throw new ConfigError({ path: `detectSpikes.times[${back.at}]`, message: back.message });
  return (sample) => times[sample]!;
};

/** The median over time: a sample counts as long as it lasts, so that dense samples around spikes do not move it. */
const medianInTime = (values: ArrayLike<number>, times: ArrayLike<number>): number =>
  values.length === 0 ? 0 : weightedMedian(Float64Array.from(values), durationsOf(Float64Array.from(times)));
