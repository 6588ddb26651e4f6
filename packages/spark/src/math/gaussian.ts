import { doubles } from "./doubles.ts";
import { exp } from "./elementary.ts";

const SERIES_TO = 3;
const FRACTION_TERMS = 120;

const density = (z: number): number => exp(doubles, -0.5 * z * z) / 2.5066282746310002;

/** Probability that a standard normal number exceeds z, for z ≥ 3, by Laplace's continued fraction. */
const tail = (z: number): number => {
  let rest = z;
  for (let k = FRACTION_TERMS; k >= 1; k--) rest = z + k / rest;
  return density(z) / rest;
};

/** Probability that a standard normal number is below z. The probability or its complement has 14 correct digits. */
export const normalBelow = (z: number): number => {
  if (z < -SERIES_TO) return z < -39 ? 0 : tail(-z);
  if (z > SERIES_TO) return z > 39 ? 1 : 1 - tail(z);
  let term = z;
  let sum = z;
  for (let n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + density(z) * sum;
};
