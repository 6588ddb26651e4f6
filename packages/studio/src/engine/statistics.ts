import { analysis } from "spark-snn";
import type { IntervalStatistics, RateSpectrum, SpikeWindow } from "../core/protocol.ts";

/* Statistics for panels, computed by the functions of the library. */

const histogramBins = 50;

/** Rounds up to 1, 2 or 5 times a power of ten, so that the edges of bins are readable. */
export const rounded = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (value <= power ? 1 : value <= 2 * power ? 2 : value <= 5 * power ? 5 : 10);
};

/** The histogram of the intervals of all units, and the usual statistics of the population. */
export const intervalStatistics = ({ steps, units, dt, unitCount, from, to }: SpikeWindow): IntervalStatistics => {
  const events = { steps, units, dt, unitCount };
  const window = { dt, unitCount, duration: to, from, to };
  const { rate, cv, cvUnits, synchrony } = analysis.populationSummary(events, window);
  const trains = analysis.trainsOf(events).filter((train) => train.length > 1);
  let intervals = 0;
  let total = 0;
  for (const train of trains) {
    intervals += train.length - 1;
    total += train[train.length - 1]! - train[0]!;
  }
  if (intervals === 0) return { histogram: undefined, intervals, rate, cv, cvUnits, synchrony };
  // Four mean intervals contain 98 % of the intervals of a Poisson process.
  const longest = Math.max(histogramBins * dt, rounded((4 * total) / intervals));
  const counts = new Float64Array(histogramBins);
  let edges = new Float64Array();
  let above = 0;
  for (const train of trains) {
    const own = analysis.intervalHistogram(train, { to: longest, binCount: histogramBins });
    for (let bin = 0; bin < histogramBins; bin++) counts[bin]! += own.counts[bin]!;
    above += own.above;
    edges = own.edges as Float64Array<ArrayBuffer>;
  }
  return { histogram: { edges, counts, above }, intervals, rate, cv, cvUnits, synchrony };
};

/** The power spectrum of a rate, averaged over segments of a quarter of the window where that leaves enough lines. */
export const rateSpectrum = (values: Float64Array, width: number): RateSpectrum => {
  const segment = Math.min(values.length, Math.max(64, Math.floor(values.length / 4))) * width;
  const { frequencies, power, segmentCount } = analysis.powerSpectrum(values, {
    width,
    segment,
    highest: Math.min(300, 500 / width),
  });
  return { frequencies, power, segments: segmentCount };
};
