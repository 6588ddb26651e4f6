import { exactExp, exactLog } from "spark-snn";
import { eigen } from "./eigen.ts";
import { type Point, ranked, reflect } from "./optimizer.ts";

/** The state of one evolution strategy: a normal distribution over the unit cube, and the evolution paths. */
export interface Strategy {
  readonly mean: readonly number[];
  readonly sigma: number;
  readonly covariance: readonly (readonly number[])[];
  readonly sigmaPath: readonly number[];
  readonly covariancePath: readonly number[];
  /** Generations since its start. */
  readonly age: number;
  /** Smallest loss so far. */
  readonly best: number;
  /** Generations since the last notable improvement of the loss. */
  readonly stalled: number;
}

/** Weights and rates, which depend on the number of parameters and candidates. */
interface Rates {
  readonly weights: readonly number[];
  readonly mass: number;
  readonly sigma: number;
  readonly damping: number;
  readonly path: number;
  readonly rankOne: number;
  readonly rankMany: number;
  readonly expectedLength: number;
}

/** The settings of Hansen's tutorial, table 1, with weights for the better half and no negative weights. */
const ratesFor = (n: number, size: number): Rates => {
  const raw = Array.from({ length: Math.floor(size / 2) }, (_, k) => exactLog((size + 1) / 2) - exactLog(k + 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const mass = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  const sigma = (mass + 2) / (n + mass + 5);
  const rankOne = 2 / ((n + 1.3) * (n + 1.3) + mass);
  return {
    weights,
    mass,
    sigma,
    damping: 1 + 2 * Math.max(0, Math.sqrt((mass - 1) / (n + 1)) - 1) + sigma,
    path: (4 + mass / n) / (n + 4 + (2 * mass) / n),
    rankOne,
    rankMany: Math.min(1 - rankOne, (2 * (mass - 2 + 1 / mass)) / ((n + 2) * (n + 2) + mass)),
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
};

const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

export const startStrategy = (mean: Point, sigma: number): Strategy => ({
  mean: [...mean],
  sigma,
  covariance: identity(mean.length),
  sigmaPath: mean.map(() => 0),
  covariancePath: mean.map(() => 0),
  age: 0,
  best: Number.MAX_VALUE,
  stalled: 0,
});

/** Square roots of the variances along the axes, bounded away from zero. */
const axesOf = (values: readonly number[]): number[] => values.map((value) => Math.sqrt(Math.max(value, 1e-20)));

/** Draws candidates. `normal` gives a standard normal number for a candidate and a dimension. Bounds act as mirrors. */
export const sampleStrategy = (
  { mean, sigma, covariance }: Strategy,
  size: number,
  normal: (candidate: number, dimension: number) => number,
): Point[] => {
  const { values, vectors } = eigen(covariance);
  const axes = axesOf(values);
  return Array.from({ length: size }, (_, candidate) => {
    const z = axes.map((axis, d) => axis * normal(candidate, d));
    return mean.map((middle, i) => reflect(middle + sigma * dot(vectors[i]!, z)));
  });
};

const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
};

/** Improvement of the loss in a generation that counts as progress. */
const PROGRESS = 2e-5;

/**
 * Moves and reshapes the distribution after a generation: covariance matrix adaptation. Hansen 2016, "The CMA Evolution
 * Strategy: A Tutorial", arXiv:1604.00772, figure 6. A mirrored candidate counts at its mirrored position.
 */
export const updateStrategy = (state: Strategy, points: readonly Point[], losses: readonly number[]): Strategy => {
  const n = state.mean.length;
  const rates = ratesFor(n, points.length);
  const order = ranked(losses);
  const steps = rates.weights.map((_, k) => points[order[k]!]!.map((x, i) => (x - state.mean[i]!) / state.sigma));
  const mean = state.mean.map((_, i) => {
    const move = rates.weights.reduce((sum, weight, k) => sum + weight * steps[k]![i]!, 0);
    return state.mean[i]! + state.sigma * move;
  });
  const shift = mean.map((x, i) => (x - state.mean[i]!) / state.sigma);
  const { values, vectors } = eigen(state.covariance);
  const axes = axesOf(values);
  const along = axes.map((axis, j) => vectors.reduce((sum, row, i) => sum + row[j]! * shift[i]!, 0) / axis);
  const keep = Math.sqrt(rates.sigma * (2 - rates.sigma) * rates.mass);
  const sigmaPath = state.sigmaPath.map((x, i) => (1 - rates.sigma) * x + keep * dot(vectors[i]!, along));
  const length = Math.sqrt(dot(sigmaPath, sigmaPath));
  // The path of the covariance pauses while the step size grows quickly.
  let fading = 1;
  for (let k = 0; k < 2 * (Math.min(state.age, 1000) + 1); k++) fading *= 1 - rates.sigma;
  const steady = length / Math.sqrt(1 - fading) < (1.4 + 2 / (n + 1)) * rates.expectedLength ? 1 : 0;
  const carry = steady * Math.sqrt(rates.path * (2 - rates.path) * rates.mass);
  const covariancePath = state.covariancePath.map((x, i) => (1 - rates.path) * x + carry * shift[i]!);
  const lost = (1 - steady) * rates.path * (2 - rates.path);
  const covariance = state.covariance.map((row, i) =>
    row.map((value, j) => {
      const many = rates.weights.reduce((sum, weight, k) => sum + weight * steps[k]![i]! * steps[k]![j]!, 0);
      const one = covariancePath[i]! * covariancePath[j]! + lost * value;
      return (1 - rates.rankOne - rates.rankMany) * value + rates.rankOne * one + rates.rankMany * many;
    }),
  );
  const growth = exactExp(Math.min(1, (rates.sigma / rates.damping) * (length / rates.expectedLength - 1)));
  const least = losses[order[0]!]!;
  const better = least < state.best - PROGRESS;
  return {
    mean,
    sigma: Math.min(1, state.sigma * growth),
    covariance,
    sigmaPath,
    covariancePath,
    age: state.age + 1,
    best: better ? least : state.best,
    stalled: better ? 0 : state.stalled + 1,
  };
};

/** Whether a strategy is finished: it no longer improves, or its width is negligible. */
export const isFinished = ({ sigma, covariance, stalled }: Strategy): boolean => {
  const widest = Math.max(...covariance.map((row, i) => row[i]!));
  return stalled >= 12 || sigma * Math.sqrt(widest) < 2e-4;
};
