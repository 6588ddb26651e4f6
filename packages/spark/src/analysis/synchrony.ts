import { ConfigError } from "../errors/errors.ts";
import { binCountsIn, stepBinsFrom } from "./bins.ts";
import { received, requireList, requireOptions } from "./checks.ts";
import { describedWindow, type PopulationWindow, populationKeys, requireEventsIn, type SpikeEvents } from "./events.ts";

export interface SynchronyOptions extends PopulationWindow {
  /** Width of a bin, ms, a whole number of steps. Default 3. */
  readonly width?: number | undefined;
}

/**
 * Fano factor: variance (over n, not n − 1) of counts divided by their mean. For the `binCounts` of a population it
 * increases with synchrony: 1 for independent Poisson units, 0 for constant counts. NaN for fewer than two counts or a
 * mean of 0.
 * @throws ConfigError for a count that is negative or not finite
 */
export function fanoFactor(counts: ArrayLike<number>): number {
  requireList("fanoFactor.counts", counts, "counts");
  let sum = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index]!;
    if (!(Number.isFinite(count) && count >= 0)) {
      const message = `must be a finite count of at least 0; received ${received(count, "")}. Give counts of spikes in bins.`;
      throw new ConfigError({ path: `fanoFactor.counts[${index}]`, message });
    }
    sum += count;
  }
  if (counts.length < 2 || sum === 0) return Number.NaN;
  const mean = sum / counts.length;
  let squares = 0;
  for (let index = 0; index < counts.length; index++) squares += (counts[index]! - mean) * (counts[index]! - mean);
  return squares / counts.length / mean;
}

/**
 * Synchrony of a population: the Fano factor of its spikes in bins of 3 ms, as defined by Potjans and Diesmann. It is 1
 * for independent Poisson units, and increases with the number of units at constant correlation. The bins start at
 * `from`; a partial bin at the end of the window is ignored. NaN for fewer than two bins and without spikes. Potjans,
 * Diesmann 2014, Cereb. Cortex 24:785.
 * @throws ConfigError or ShapeError for invalid events, window or width
 */
export function synchrony(events: SpikeEvents, options: SynchronyOptions = {}): number {
  requireOptions("synchrony", options, populationKeys);
  const described = describedWindow("synchrony", events, options);
  const bins = stepBinsFrom("synchrony", { ...described, width: described.width ?? 3 });
  requireEventsIn("synchrony", events, described);
  return fanoFactor(binCountsIn(events, bins));
}
