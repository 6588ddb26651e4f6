import { type BinnedWindow, countInBins } from "./bins.ts";
import { notNegative, ordered, refuse, requireAscending, requireList, requireOptions, timeSlack } from "./checks.ts";
import {
  describedWindow,
  type PopulationWindow,
  populationKeys,
  requireEventsIn,
  type SpikeEvents,
  stepWindow,
} from "./events.ts";
import { countValues, type Histogram, type HistogramOptions } from "./histogram.ts";
import { type TimeWindow, windowKeys } from "./window.ts";

/** One value for each bin of a window. */
export interface BinnedValues {
  /** Centres of the bins, ms. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Mean firing rate of one train, Hz: the number of spikes with from < time <= to (borders up to rounding) over the
 * width of the window.
 * @throws ConfigError for times that are not ascending or not finite, and for an empty window
 */
export function firingRate(times: ArrayLike<number>, window: TimeWindow): number {
  requireOptions("firingRate", window, windowKeys);
  const { from = 0, to } = window;
  refuse([ordered("firingRate", from, to, "ms")]);
  requireAscending("firingRate.times", times, false);
  const slack = timeSlack(times, Math.max(Math.abs(from), Math.abs(to)));
  let count = 0;
  for (let index = 0; index < times.length; index++) {
    const time = times[index]!;
    if (time > from + slack && time <= to + slack) count++;
  }
  return (1000 * count) / (to - from);
}

/**
 * Mean firing rate of each unit in the window, Hz; 0 for a silent unit.
 * @throws ConfigError or ShapeError for invalid events or options
 */
export function unitRates(events: SpikeEvents, options: PopulationWindow = {}): Float64Array {
  requireOptions("unitRates", options, populationKeys);
  const described = describedWindow("unitRates", events, options);
  const { first, last } = stepWindow("unitRates", described);
  requireEventsIn("unitRates", events, described);
  const rates = new Float64Array(described.unitCount);
  const { steps, units } = events;
  for (let index = 0; index < steps.length; index++) {
    if (steps[index]! > first && steps[index]! <= last) rates[units[index]!]!++;
  }
  const seconds = ((last - first) * described.dt) / 1000;
  return rates.map((count) => count / seconds);
}

/**
 * Population rate: spikes in each bin over units and width, Hz per unit.
 * @throws ConfigError or ShapeError for invalid events or options, and if the window is not a whole number of bins
 */
export function populationRate(events: SpikeEvents, options: BinnedWindow): BinnedValues {
  const { counts, described } = countInBins("populationRate", events, options, false);
  const { from, width, unitCount } = described;
  const scale = 1000 / (width * unitCount);
  return {
    times: Float64Array.from(counts, (_, bin) => from + (bin + 0.5) * width),
    values: Float64Array.from(counts, (count) => count * scale),
  };
}

/** Histogram of firing rates, Hz. @throws ConfigError for a negative or non-finite rate, and for invalid bins */
export function rateHistogram(rates: ArrayLike<number>, options: HistogramOptions): Histogram {
  requireList("rateHistogram.rates", rates, "rates in Hz");
  refuse(Array.from(rates, (rate, index) => rateIssue(rate, index)));
  return countValues("rateHistogram", rates, options, "Hz");
}

function rateIssue(rate: number, index: number): ReturnType<typeof notNegative> {
  return notNegative(`rateHistogram.rates[${index}]`, rate, "Hz", "Give firing rates.");
}
