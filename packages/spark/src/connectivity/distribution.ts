import type { Initializer } from "../config/initializer.ts";
import { doubles } from "../math/doubles.ts";
import { log } from "../math/elementary.ts";
import { normalBelow } from "../math/gaussian.ts";

/** Distribution of a drawn value: the probability that it is below x, and its bounds. */
export interface Distribution {
  readonly below: (x: number) => number;
  readonly min: number;
  readonly max: number;
  /** Probability that an unbounded draw lies within the bounds. */
  readonly kept: number;
}

/** The distribution of an initializer; undefined for a constant. */
export const distributionOf = (initializer: Initializer): Distribution | undefined => {
  if ("uniform" in initializer) {
    const { min, max } = initializer.uniform;
    return {
      min,
      max,
      kept: 1,
      below: (x) => (x <= min ? 0 : x >= max ? 1 : (x - min) / (max - min)),
    };
  }
  if ("normal" in initializer) {
    const { mean, std, min, max } = initializer.normal;
    const free = (x: number): number => (std > 0 ? normalBelow((x - mean) / std) : x > mean ? 1 : 0);
    return bounded(
      free,
      min ?? Number.NEGATIVE_INFINITY,
      max ?? Number.POSITIVE_INFINITY,
      std === 0 ? mean : undefined,
    );
  }
  if ("logNormal" in initializer) {
    const { median, sigma, min, max } = initializer.logNormal;
    const free = (x: number): number => {
      if (x <= 0) return 0;
      if (x === Number.POSITIVE_INFINITY) return 1;
      return sigma > 0 ? normalBelow(log(doubles, x / median) / sigma) : x > median ? 1 : 0;
    };
    return bounded(free, min ?? 0, max ?? Number.POSITIVE_INFINITY, sigma === 0 ? median : undefined);
  }
  if ("sparseUniform" in initializer) {
    const { scale, density } = initializer.sparseUniform;
    const [min, max] = [Math.min(0, scale), Math.max(0, scale)];
    const nonzero = (x: number): number => (x <= min ? 0 : x >= max ? 1 : (x - min) / (max - min));
    return { min, max, kept: 1, below: (x) => density * nonzero(x) + (x > 0 ? 1 - density : 0) };
  }
  return undefined;
};

/** A distribution whose draws outside the bounds are redrawn. `only` is the value if there is just one. */
const bounded = (free: (x: number) => number, min: number, max: number, only: number | undefined): Distribution => {
  const low = free(min);
  const kept = only === undefined ? free(max) - low : only >= min && only <= max ? 1 : 0;
  return {
    min: only ?? min,
    max: only ?? max,
    kept,
    below: (x) => (x <= min ? 0 : x > max ? 1 : Math.min(1, (free(x) - low) / kept)),
  };
};
