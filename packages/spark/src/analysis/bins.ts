import { ConfigError } from "../errors/errors.ts";
import { positive, refuse, requireOptions } from "./checks.ts";
import {
  type DescribedWindow,
  describedWindow,
  gridIssues,
  type PopulationWindow,
  populationKeys,
  requireEventsIn,
  type SpikeEvents,
  stepWindow,
  wholeStepsIssue,
} from "./events.ts";

/**
 * A window divided into bins of equal width. Bin k holds the spikes with from + k·width < time <= from + (k+1)·width.
 * The width must be a whole number of steps, and the window a whole number of bins. A partial last bin is refused,
 * because it would be a sample of another kind.
 */
export interface BinnedWindow extends PopulationWindow {
  /** Width of a bin, ms. */
  readonly width: number;
}

/** A window in steps, divided into `binCount` bins of `binSteps` steps. */
export interface StepBins {
  readonly first: number;
  readonly binSteps: number;
  readonly binCount: number;
}

/**
 * Checks the bins and returns them in steps.
 * @throws ConfigError for an invalid window or width, and if the window is not a whole number of bins
 */
export function stepBins(where: string, options: DescribedWindow<BinnedWindow>): StepBins {
  const { dt, width } = options;
  const bins = stepBinsFrom(where, options);
  const { first, last } = stepWindow(where, options);
  const { binSteps, binCount } = bins;
  if (binCount * binSteps !== last - first) {
    const rule = `must cut the window of ${(last - first) * dt} ms into whole bins`;
    const remedy =
      binCount > 0 ? `End the window at ${(first + binCount * binSteps) * dt} ms or` : "Make it shorter or";
    const message = `${rule}; received ${width} ms. ${remedy} choose a width that divides it.`;
    throw new ConfigError({ path: `${where}.width`, message });
  }
  return bins;
}

/** Like `stepBins`, but drops a partial bin at the end of the window. */
export function stepBinsFrom(where: string, options: DescribedWindow<BinnedWindow>): StepBins {
  const { dt, width } = options;
  refuse([
    ...gridIssues(where, options),
    positive(`${where}.width`, width, "ms", "Give the width of a bin."),
    width > 0 ? wholeStepsIssue(`${where}.width`, width, dt) : undefined,
  ]);
  const { first, last } = stepWindow(where, options);
  const binSteps = Math.max(1, Math.round(width / dt));
  return { first, binSteps, binCount: Math.floor((last - first) / binSteps) };
}

/**
 * Number of spikes of the whole population in each bin.
 * @throws ConfigError or ShapeError for invalid events or bins
 */
export function binCounts(events: SpikeEvents, options: BinnedWindow): Uint32Array {
  return countInBins("binCounts", events, options, false).counts;
}

/**
 * Number of spikes of each unit in each bin, one row per unit: the count of unit u in bin k is at `u * binCount + k`,
 * where binCount is the length divided by `unitCount`.
 * @throws ConfigError or ShapeError for invalid events or bins
 */
export function unitBinCounts(events: SpikeEvents, options: BinnedWindow): Uint32Array {
  return countInBins("unitBinCounts", events, options, true).counts;
}

/** The counts of `binCounts` or `unitBinCounts`, with errors in the name of the caller, and the complete options. */
export function countInBins(where: string, events: SpikeEvents, options: BinnedWindow, perUnit: boolean) {
  requireOptions(where, options, populationKeys);
  const described = describedWindow(where, events, options);
  const bins = stepBins(where, described);
  requireEventsIn(where, events, described);
  return { counts: binCountsIn(events, bins, perUnit ? described.unitCount : undefined), described };
}

/** Counts of checked events: of the population, or one row for each of `unitCount` units. */
export function binCountsIn(events: SpikeEvents, bins: StepBins, unitCount?: number): Uint32Array {
  const { first, binSteps, binCount } = bins;
  const counts = new Uint32Array(binCount * (unitCount ?? 1));
  const { steps, units } = events;
  for (let index = 0; index < steps.length; index++) {
    const bin = Math.floor((steps[index]! - first - 1) / binSteps);
    if (bin >= 0 && bin < binCount) counts[unitCount === undefined ? bin : units[index]! * binCount + bin]!++;
  }
  return counts;
}
