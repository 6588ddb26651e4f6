import { keysOf, notNegative, refuse, requireOptions } from "./checks.ts";
import { intervalsOf } from "./intervals.ts";

export interface RevisedLocalVariationOptions {
  /** Refractoriness constant R, ms, at least 0. Default 5, the value fitted by Shinomoto et al. (2009). */
  readonly refractoriness?: number | undefined;
}

const revisedKeys = keysOf<RevisedLocalVariationOptions>({ refractoriness: true });

/**
 * Coefficient of variation (CV) of the intervals of one train: standard deviation (over n, not n − 1) divided by mean.
 * It is 0 for a clock and 1 for a long Poisson train. NaN for fewer than two intervals.
 * @throws ConfigError if the times are not finite or not strictly ascending
 */
export function coefficientOfVariation(times: ArrayLike<number>): number {
  const gaps = intervalsOf("coefficientOfVariation", times);
  if (gaps.length < 2) return Number.NaN;
  let sum = 0;
  for (const gap of gaps) sum += gap;
  const mean = sum / gaps.length;
  let squares = 0;
  for (const gap of gaps) squares += (gap - mean) * (gap - mean);
  return Math.sqrt(squares / gaps.length) / mean;
}

/**
 * Local variation, LV = 3/(n−1) Σ ((I_i − I_{i+1})/(I_i + I_{i+1}))² over the n intervals of one train. It is
 * insensitive to slow changes of the rate, 0 for a clock and 1 for Poisson. NaN for fewer than two intervals.
 * Shinomoto, Shima, Tanji 2003, Neural Comput. 15:2823.
 * @throws ConfigError like `coefficientOfVariation`
 */
export function localVariation(times: ArrayLike<number>): number {
  return 3 * meanOverNeighbours("localVariation", times, (a, b) => ((a - b) / (a + b)) * ((a - b) / (a + b)));
}

/**
 * Revised local variation LvR: each term of LV times 1 + 4R/(I_i + I_{i+1}), which corrects for the refractoriness R.
 * NaN for fewer than two intervals. Shinomoto et al. 2009, PLoS Comput. Biol. 5:e1000433.
 * @throws ConfigError like `coefficientOfVariation`, and for a negative R
 */
export function revisedLocalVariation(times: ArrayLike<number>, options: RevisedLocalVariationOptions = {}): number {
  requireOptions("revisedLocalVariation", options, revisedKeys);
  const { refractoriness = 5 } = options;
  const path = "revisedLocalVariation.refractoriness";
  refuse([notNegative(path, refractoriness, "ms", "Give the refractoriness constant R.")]);
  return (
    3 *
    meanOverNeighbours("revisedLocalVariation", times, (a, b) => {
      const contrast = (a - b) / (a + b);
      return contrast * contrast * (1 + (4 * refractoriness) / (a + b));
    })
  );
}

/**
 * CV2: mean of 2|I_{i+1} − I_i|/(I_{i+1} + I_i) over neighbouring intervals, 0 for a clock and 1 for Poisson. NaN for
 * fewer than two intervals. Holt, Softky, Koch, Douglas 1996, J. Neurophysiol. 75:1806.
 * @throws ConfigError like `coefficientOfVariation`
 */
export function coefficientOfVariation2(times: ArrayLike<number>): number {
  return meanOverNeighbours("coefficientOfVariation2", times, (a, b) => (2 * Math.abs(b - a)) / (a + b));
}

function meanOverNeighbours(
  where: string,
  times: ArrayLike<number>,
  term: (interval: number, next: number) => number,
): number {
  const gaps = intervalsOf(where, times);
  let sum = 0;
  for (let index = 1; index < gaps.length; index++) sum += term(gaps[index - 1]!, gaps[index]!);
  return gaps.length < 2 ? Number.NaN : sum / (gaps.length - 1);
}
