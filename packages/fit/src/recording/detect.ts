import { ConfigError } from "spark-snn";

/** Where a spike is seen in a potential. */
export interface DetectOptions {
  /** Time from sample to sample, ms. */
  readonly interval: number;
  /** Time of the first sample, ms; default 0. */
  readonly start?: number;
  /** Potential that a spike crosses from below, mV. Default: halfway between the median and the highest value. */
  readonly level?: number;
  /** Time after a spike within which no other is seen, ms; default 1. */
  readonly dead?: number;
}

/** Height above the median, mV, that the highest value must reach for there to be spikes. */
const LEAST_HEIGHT = 25;

/**
 * Times of the spikes in a potential, ms: where it crosses a level from below. Gives none where the potential stays
 * within 25 mV above its median and no level is given.
 *
 * @throws ConfigError for a bad option.
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
