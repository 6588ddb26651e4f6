import { ConfigError } from "../errors/errors.ts";
import { positive, refuse } from "./checks.ts";
import {
  gridIssues,
  type PopulationWindow,
  requireEvents,
  type SpikeEvents,
  stepWindow,
  wholeStepsIssue,
} from "./events.ts";

/**
 * A window cut into bins of one width. Bin k holds the spikes with from + k·width < time <= from + (k+1)·width.
 * The width is a whole number of steps and the window a whole number of bins: a partial last bin would be a sample
 * unlike the others, so it is refused.
 */
export interface BinnedWindow extends PopulationWindow {
  /** Width of a bin, ms. */
  readonly width: number;
}

/** A window in steps, cut into `binCount` bins of `binSteps` steps. */
export interface StepBins {
  readonly first: number;
  readonly binSteps: number;
  readonly binCount: number;
}

/** Checks the bins and gives them in steps; a window that is no whole number of bins is refused. Throws ConfigError. */
export function stepBins(where: string, options: BinnedWindow): StepBins {
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

/** As `stepBins`, but a last part of the window that is shorter than a bin is left out. */
export function stepBinsFrom(where: string, options: BinnedWindow): StepBins {
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

/** Spikes of the whole population in each bin. Throws ConfigError or ShapeError for bad events or bins. */
export function binCounts(events: SpikeEvents, options: BinnedWindow): Uint32Array {
  return countInBins("binCounts", events, options, false);
}

/**
 * Spikes of each unit in each bin, one row a unit: the count of unit u in bin k is at `u * binCount + k`, where
 * binCount is the length divided by `unitCount`. Throws ConfigError or ShapeError for bad events or bins.
 */
export function unitBinCounts(events: SpikeEvents, options: BinnedWindow): Uint32Array {
  return countInBins("unitBinCounts", events, options, true);
}

/** The counts of `binCounts` or `unitBinCounts`, with errors in the name of the caller. */
export function countInBins(where: string, events: SpikeEvents, options: BinnedWindow, perUnit: boolean): Uint32Array {
  const bins = stepBins(where, options);
  requireEvents(where, events, options.unitCount, Math.round(options.duration / options.dt));
  return binCountsIn(events, bins, perUnit ? options.unitCount : undefined);
}

/** Counts of events that were checked: of the population, or a row for each of `unitCount` units. */
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
