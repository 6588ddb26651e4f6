import { type Optimizer, type Point, ranked, type SearchSettings } from "./optimizer.ts";
import { isFinished, type Strategy, sampleStrategy, startStrategy, updateStrategy } from "./strategy.ts";

/** Several evolution strategies in parallel, each with its share of the candidates of a generation. */
export interface CmaState {
  readonly strategies: readonly Strategy[];
  /** Good points of the first generation, from which strategies restart. */
  readonly pool: readonly Point[];
  /** The best point so far and its loss. */
  readonly best: Point;
  readonly bestLoss: number;
  readonly restarts: number;
}

/** Suitable number of candidates of one strategy; a larger generation has more strategies. */
const SHARE = 64;
const POOL = 64;
/** Width of a strategy that explores, and of those that search around the best point, as fractions of the ranges. */
const WIDE = 0.2;
const NARROW = [0.05, 0.01] as const;

const strategyCount = ({ size }: SearchSettings): number => Math.max(1, Math.round(size / SHARE));
/** First candidate of a strategy. */
const firstOf = (strategy: number, settings: SearchSettings): number =>
  Math.floor((strategy * settings.size) / strategyCount(settings));

const distance = (a: Point, b: Point): number => {
  const square = a.reduce((sum, x, i) => sum + (x - b[i]!) * (x - b[i]!), 0);
  return Math.sqrt(square / a.length);
};

/** The best points, without those near a better selected point. */
const spreadBest = (points: readonly Point[], order: readonly number[], count: number): Point[] => {
  const chosen: Point[] = [];
  for (const least of [0.2, 0.1, 0.05, 0]) {
    for (const k of order) {
      if (chosen.length === count) return chosen;
      if (chosen.every((other) => other !== points[k] && distance(other, points[k]!) >= least)) chosen.push(points[k]!);
    }
  }
  return chosen;
};

/**
 * CMA-ES with restarts. A finished strategy restarts, alternately wide at a good point of the first generation, and
 * narrow at the best point so far. Hansen and Ostermeier 2001, Evol. Comput. 9:159.
 */
export const cmaes: Optimizer<CmaState> = {
  start: (points, losses, settings) => {
    const order = ranked(losses);
    const count = strategyCount(settings);
    const given = settings.start ? [startStrategy(settings.start, NARROW[0])] : [];
    const spread = spreadBest(points, order, count).map((point) => startStrategy(point, WIDE));
    return {
      strategies: [...given, ...spread].slice(0, count),
      pool: order.slice(0, POOL).map((k) => points[k]!),
      best: points[order[0]!]!,
      bestLoss: losses[order[0]!]!,
      restarts: 0,
    };
  },

  ask: ({ strategies }, generation, settings) =>
    strategies.flatMap((strategy, s) => {
      const first = firstOf(s, settings);
      const normal = (candidate: number, d: number): number =>
        settings.draws.normal((first + candidate) * settings.dimensions + d, 2 * generation);
      return sampleStrategy(strategy, firstOf(s + 1, settings) - first, normal);
    }),

  tell: (state, generation, points, losses, settings) => {
    let { best, bestLoss, restarts } = state;
    points.forEach((point, k) => {
      if (losses[k]! < bestLoss) [best, bestLoss] = [point, losses[k]!];
    });
    const strategies = state.strategies.map((strategy, s) => {
      const from = firstOf(s, settings);
      const to = firstOf(s + 1, settings);
      const next = updateStrategy(strategy, points.slice(from, to), losses.slice(from, to));
      if (!isFinished(next)) return next;
      restarts++;
      if (restarts % 2 === 0) return startStrategy(best, NARROW[(restarts / 2) % 2]!);
      const pick = settings.draws.uniform(s, 2 * generation + 1);
      return startStrategy(state.pool[Math.floor(pick * state.pool.length)]!, WIDE);
    });
    return { strategies, pool: state.pool, best, bestLoss, restarts };
  },
};
