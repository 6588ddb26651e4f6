import { constant, dt, type Float, type Int } from "../expr/expr.ts";
import { add, div, exp, expm1, max, min, mul, nearest, neg, quantity, sub, toInt } from "../expr/verbs.ts";

/** Half of the number of values of a 32-bit word. */
const HALF = 2 ** 31;

/**
 * Threshold for random bits: 32 random bits, read as a signed integer, are below it with the given probability. The
 * probability may depend on fields and dt. It is computed in double precision with an error below 2^-30. An event of
 * probability 0 never happens.
 */
export const bound = (probability: Float): Int => {
  // A count must stay below 2147483647, so this uses half of the bound.
  const half = toInt(nearest(mul(min(probability, 1 - 2 / HALF), HALF)));
  return add(add(half, half), constant("int", -HALF));
};

/** Expected number of events per step, from a rate in Hz. */
export const perStep = (rate: Float): Float => mul(mul(rate, quantity(0.001, "s/ms")), dt);

/** Probabilities that a Poisson number of the given mean exceeds 0, 1, …, `terms` − 1. */
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
