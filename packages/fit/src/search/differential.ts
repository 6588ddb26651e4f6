import { type Optimizer, type Point, ranked, reflect } from "./optimizer.ts";

/** The population of differential evolution and its losses. */
export interface DifferentialState {
  readonly points: readonly Point[];
  readonly losses: readonly number[];
}

/** Fraction of the population that a candidate may move toward. */
const ELITE = 0.1;

/**
 * Differential evolution. Each member creates a candidate that moves toward one of the best and along the difference of
 * two others, and is crossed with the member itself. The better of the two stays. The scale of the move and the rate of
 * crossing are drawn for each. Storn and Price 1997, J. Global Optim. 11:341; the move is that of Zhang and Sanderson
 * 2009, IEEE Trans. Evol. Comput. 13:945.
 */
export const differentialEvolution: Optimizer<DifferentialState> = {
  start: (points, losses, { size }) => {
    const order = ranked(losses).slice(0, size);
    return { points: order.map((k) => points[k]!), losses: order.map((k) => losses[k]!) };
  },

  ask: ({ points, losses }, generation, { dimensions, draws }) => {
    const order = ranked(losses);
    const elite = Math.max(2, Math.round(points.length * ELITE));
    return points.map((point, k) => {
      const draw = (what: number): number => draws.uniform(k * (dimensions + 6) + what, generation);
      const best = points[order[Math.floor(draw(0) * elite)]!]!;
      const first = points[Math.floor(draw(1) * points.length)]!;
      const second = points[Math.floor(draw(2) * points.length)]!;
      const factor = 0.4 + 0.5 * draw(3);
      const crossing = 0.5 + 0.5 * draw(4);
      const kept = Math.floor(draw(5) * dimensions);
      return point.map((x, d) =>
        d === kept || draw(6 + d) < crossing ? reflect(x + factor * (best[d]! - x + first[d]! - second[d]!)) : x,
      );
    });
  },

  tell: ({ points, losses }, _generation, tried, found) => ({
    points: points.map((point, k) => (found[k]! <= losses[k]! ? tried[k]! : point)),
    losses: losses.map((loss, k) => Math.min(loss, found[k]!)),
  }),
};
