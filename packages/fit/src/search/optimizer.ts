import type { Draws } from "spark-snn";

/** A point in the unit cube: one number from 0 to 1 for each free parameter. */
export type Point = readonly number[];

/** Settings of an optimizer. */
export interface SearchSettings {
  /** Number of free parameters. */
  readonly dimensions: number;
  /** Number of candidates per generation. */
  readonly size: number;
  readonly draws: Draws;
  /** A point to start from. */
  readonly start?: Point | undefined;
}

/**
 * A search that asks for a whole generation at once and receives the losses of all its candidates. Its state is plain
 * data, so that a search can resume from a file bit for bit. Its draws depend only on the seed and the number of the
 * generation.
 */
export interface Optimizer<S> {
  /** Creates the state from the first, evenly spread points and their losses. */
  start(points: readonly Point[], losses: readonly number[], settings: SearchSettings): S;
  /** The candidates of generation `generation`. */
  ask(state: S, generation: number, settings: SearchSettings): Point[];
  /** The state after the losses of these candidates are known; smaller is better. */
  tell(state: S, generation: number, points: readonly Point[], losses: readonly number[], settings: SearchSettings): S;
}

/** Folds a number back into [0, 1], as mirrors at both ends would. */
export const reflect = (value: number): number => {
  const folded = Math.abs(value) % 2;
  return folded > 1 ? 2 - folded : folded;
};

/** Indices of losses, best first; equal losses keep their order. */
export const ranked = (losses: readonly number[]): number[] =>
  losses.map((_, k) => k).sort((a, b) => losses[a]! - losses[b]! || a - b);

/**
 * Evenly spread points. The range of each parameter is divided into as many slices as there are points, and each slice
 * contains one point. McKay, Beckman, Conover 1979, Technometrics 21:239.
 */
export const latinHypercube = (count: number, dimensions: number, draws: Draws): Point[] => {
  const columns = Array.from({ length: dimensions }, (_, d) => {
    const order = Array.from({ length: count }, (_, k) => k);
    for (let k = count - 1; k > 0; k--) {
      const other = Math.floor(draws.uniform(k, 2 * d) * (k + 1));
      [order[k], order[other]] = [order[other]!, order[k]!];
    }
    return order.map((slice, k) => (slice + draws.uniform(k, 2 * d + 1)) / count);
  });
  return Array.from({ length: count }, (_, k) => columns.map((column) => column[k]!));
};
