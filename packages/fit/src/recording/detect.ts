import { ConfigError } from "spark-snn";

/** Options of spike detection. */
export interface DetectOptions {
  /** Time between samples, ms. */
  readonly interval: number;
  /** Time of the first sample, ms. Default 0. */
  readonly start?: number;
  /** Potential that a spike crosses from below, mV. Default: halfway between the median and the highest value. */
  readonly level?: number;
  /** Time after a spike without further detection, ms. Default 1. */
  readonly dead?: number;
}

/** Minimum height of the highest value above the median for a recording with spikes, mV. */
const LEAST_HEIGHT = 25;

/**
 * Detects spikes in a potential: the times, ms, at which it crosses a level from below. Returns none if no level is
 * given and the potential stays within 25 mV above its median.
 *
 * @throws ConfigError for an invalid option.
 */
export const detectSpikes = (potential: ArrayLike<number>, options: DetectOptions): Float64Array => {
  const { interval, start = 0, dead = 1 } = options;
  if (!(interval > 0)) {
    const message = `must be greater than 0 ms; received ${interval} ms. Give the time between samples.`;
    throw new ConfigError({ path: "detectSpikes.interval", message });
  }
  const sorted = Float64Array.from(potential).sort();
  const highest = sorted[sorted.length - 1] ?? 0;
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (options.level === undefined && !(highest - median >= LEAST_HEIGHT)) return new Float64Array();
  const level = options.level ?? (highest + median) / 2;
  const times: number[] = [];
  for (let k = 1; k < potential.length; k++) {
    if (!(potential[k]! >= level && potential[k - 1]! < level)) continue;
    const time = start + k * interval;
    if (times.length === 0 || time - times[times.length - 1]! >= dead) times.push(time);
  }
  return Float64Array.from(times);
};
