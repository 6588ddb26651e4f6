import { constant, dt, type Float, type Int } from "../expr/expr.ts";
import { add, div, exp, expm1, max, min, mul, nearest, neg, quantity, sub, toInt } from "../expr/verbs.ts";

/** Half of the numbers that 32 random bits can be. */
const HALF = 2 ** 31;

/**
 * The whole number below which 32 random bits, read as a number from −2147483648 on, are with a probability that fields
 * and dt tell. It is worked out in double precision and true to 2^-30; what is impossible never happens.
 */
export const bound = (probability: Float): Int => {
  // A count must stay below 2147483647, so half of the bound is counted.
  const half = toInt(nearest(mul(min(probability, 1 - 2 / HALF), HALF)));
  return add(add(half, half), constant("int", -HALF));
};

/** Number of events to be expected in a step, from a rate in Hz. */
export const perStep = (rate: Float): Float => mul(mul(rate, quantity(0.001, "s/ms")), dt);

/** Chance that a Poisson number of the given mean is above 0, above 1, and so on; `terms` of them. */
export const exceedances = (mean: Float, terms: number): Float[] => {
  let exactly: Float = exp(neg(mean));
  let above: Float = neg(expm1(neg(mean)));
  const all = [above];
  for (let k = 1; k < terms; k++) {
    exactly = mul(exactly, div(mean, k));
    above = max(0, sub(above, exactly));
    all.push(above);
  }
  return all;
};
