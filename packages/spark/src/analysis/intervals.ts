import { requireAscending, timeSlack } from "./checks.ts";
import { countValues, type Histogram, type HistogramOptions } from "./histogram.ts";

/**
 * Intervals between successive spikes of one train, ms. The result has one value fewer than spikes, and is empty for
 * fewer than two.
 * @throws ConfigError if the times are not finite or not strictly ascending
 */
export function intervals(times: ArrayLike<number>): Float64Array {
  return intervalsOf("intervals", times);
}

/** The intervals, with errors in the name of the caller. */
export function intervalsOf(where: string, times: ArrayLike<number>): Float64Array {
  requireAscending(`${where}.times`, times, true);
  return Float64Array.from({ length: Math.max(0, times.length - 1) }, (_, i) => times[i + 1]! - times[i]!);
}

/** Histogram of the intervals of one train, ms. @throws ConfigError for invalid times or bins */
export function intervalHistogram(times: ArrayLike<number>, options: HistogramOptions): Histogram {
  const gaps = intervalsOf("intervalHistogram", times);
  return countValues(
    "intervalHistogram",
    gaps,
    options,
    "ms",
    timeSlack(times, Math.abs(times[times.length - 1] ?? 0)),
  );
}
