import { keysOf, ordered, refuse, requireFinite, requireOptions, wholeCount } from "./checks.ts";

/** Range and number of the bins of a histogram, in the unit of its values. */
export interface HistogramOptions {
  /** Left border of the first bin. Default 0. */
  readonly from?: number | undefined;
  /** Right border of the last bin, which includes this border. */
  readonly to: number;
  /** Number of bins of equal width, at least 1. */
  readonly binCount: number;
}

/** Fraction of the width of a bin up to which a value belongs to a border. */
const ROUNDING = 1e-7;

const histogramKeys = keysOf<HistogramOptions>({ from: true, to: true, binCount: true });

export interface Histogram {
  /** Borders of the bins, one more than the number of bins. */
  readonly edges: Float64Array;
  /** Number of values in each bin: edges[k] <= value < edges[k + 1], up to rounding. The last bin also includes its right border. */
  readonly counts: Uint32Array;
  /** Number of values below the first border. */
  readonly below: number;
  /** Number of values above the last border. */
  readonly above: number;
}

/**
 * Histogram of values. Values outside the range are counted in `below` and `above`. `error` is the rounding error of
 * the values.
 */
export function countValues(
  where: string,
  values: ArrayLike<number>,
  options: HistogramOptions,
  unit: string,
  error = 0,
): Histogram {
  requireOptions(where, options, histogramKeys);
  const { from = 0, to, binCount } = options;
  refuse([ordered(where, from, to, unit), wholeCount(`${where}.binCount`, binCount, "Give the number of bins.")]);
  requireFinite(`${where}.values`, values, unit);
  const edges = Float64Array.from({ length: binCount + 1 }, (_, k) => from + ((to - from) * k) / binCount);
  edges[binCount] = to;
  const counts = new Uint32Array(binCount);
  // A value that differs from a border only by rounding errors, such as a difference of times, lies on the border.
  const width = (to - from) / binCount;
  const slack = Math.min(Math.max(ROUNDING * width, error), width / 2);
  let below = 0;
  let above = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value < from - slack) below++;
    else if (value > to + slack) above++;
    else counts[binOf(value + slack, edges, from, to)]!++;
  }
  return { edges, counts, below, above };
}

function binOf(value: number, edges: Float64Array, from: number, to: number): number {
  const last = edges.length - 2;
  let bin = Math.min(last, Math.floor(((value - from) / (to - from)) * (last + 1)));
  // The quotient is rounded; comparison with the borders corrects it.
  while (bin > 0 && value < edges[bin]!) bin--;
  while (bin < last && value >= edges[bin + 1]!) bin++;
  return bin;
}
