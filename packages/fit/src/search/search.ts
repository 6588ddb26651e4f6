import { type Draws, drawsFor } from "spark-snn";
import { type Evaluator, Stopped } from "../evaluate.ts";
import { cmaes } from "./cma.ts";
import { differentialEvolution } from "./differential.ts";
import { latinHypercube, type Optimizer, type Point } from "./optimizer.ts";

/** Search method. */
export type Method = "cmaes" | "differentialEvolution";
export const methods: Readonly<Record<Method, Optimizer<unknown>>> = {
  cmaes: cmaes as Optimizer<unknown>,
  differentialEvolution: differentialEvolution as Optimizer<unknown>,
};

/** A candidate with its score, and its loss, which distinguishes candidates of equal score. */
export interface Scored {
  readonly point: Point;
  readonly score: number;
  readonly loss: number;
}

/** Whether the first is better. */
const isBetter = (a: Scored, b: Scored): boolean => a.score > b.score || (a.score === b.score && a.loss < b.loss);

/** One generation in the history of a search. */
export interface Generation {
  /** Number of candidates evaluated until the end of the generation. */
  readonly evaluated: number;
  /** Best score until the end of the generation. */
  readonly best: number;
  /** Best and median score of the candidates of the generation. */
  readonly top: number;
  readonly median: number;
}

/** The complete state of a search, as plain data. */
export interface SearchState {
  readonly evaluated: number;
  readonly history: readonly Generation[];
  /** The best candidates, best first. */
  readonly kept: readonly Scored[];
  /** For each parameter and each part of its range: the best candidate found there. */
  readonly seen: readonly (readonly (Scored | null)[])[];
  /** The optimizer's own state. */
  readonly optimizer: unknown;
}

export interface SearchOptions {
  readonly method: Method;
  readonly dimensions: number;
  readonly seed: number;
  /** Purpose of the draws, which differs between the searches of one fit. */
  readonly purpose: string;
  /** Number of candidates of a generation, and of the first one. */
  readonly size: number;
  readonly firstSize: number;
  /** Total number of candidates to evaluate. */
  readonly candidates: number;
  /** Time in performance.now() after which no further generation begins. */
  readonly until: number;
  /** A point among the first ones, from which the optimizer starts. */
  readonly start?: Point | undefined;
  readonly state?: SearchState | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each generation. */
  readonly generation: (state: SearchState) => void | Promise<void>;
}

export type SearchStop = "candidates" | "seconds" | "abort";

const KEPT = 50;
/** Number of parts of a range. */
export const PARTS = 40;

/**
 * Searches for the best candidate, from the given state if any. The result is undefined if no candidate was evaluated.
 */
export const runSearch = async (
  evaluator: Evaluator,
  options: SearchOptions,
): Promise<{ readonly state: SearchState | undefined; readonly stoppedBy: SearchStop }> => {
  const { method, dimensions, size, seed, purpose, signal } = options;
  const optimizer = methods[method];
  const draws: Draws = drawsFor(seed, `${purpose}.generations`);
  const settings = { dimensions, size, draws };
  let state = options.state;
  try {
    if (!state) {
      if (signal?.aborted) return { state, stoppedBy: "abort" };
      const spread = latinHypercube(options.firstSize, dimensions, drawsFor(seed, `${purpose}.start`));
      const points = options.start ? [options.start, ...spread.slice(1)] : spread;
      const { scores, losses } = await evaluator.evaluate(points, signal);
      state = {
        ...note(undefined, points, scores, losses),
        optimizer: optimizer.start(points, losses, { ...settings, start: options.start }),
      };
      await options.generation(state);
    }
    while (state.evaluated < options.candidates) {
      if (signal?.aborted) return { state, stoppedBy: "abort" };
      if (performance.now() >= options.until) return { state, stoppedBy: "seconds" };
      const number = state.history.length;
      const points = optimizer.ask(state.optimizer, number, settings);
      const { scores, losses } = await evaluator.evaluate(points, signal);
      const next = optimizer.tell(state.optimizer, number, points, losses, settings);
      state = { ...note(state, points, scores, losses), optimizer: next };
      await options.generation(state);
    }
  } catch (error) {
    if (error instanceof Stopped) return { state, stoppedBy: "abort" };
    throw error;
  }
  return { state, stoppedBy: "candidates" };
};

/** Adds the results of a generation to the state. */
const note = (
  before: SearchState | undefined,
  points: readonly Point[],
  scores: Float64Array,
  losses: readonly number[],
): Omit<SearchState, "optimizer"> => {
  const sorted = scores.slice().sort();
  const top = sorted[sorted.length - 1]!;
  const evaluated = (before?.evaluated ?? 0) + points.length;
  const best = Math.max(top, before?.history.at(-1)?.best ?? Number.NEGATIVE_INFINITY);
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const all = points.map((point, k): Scored => ({ point, score: scores[k]!, loss: losses[k]! }));
  const last = before && before.kept.length === KEPT ? before.kept[KEPT - 1] : undefined;
  const fresh = last ? all.filter((candidate) => isBetter(candidate, last)) : all;
  // The sort is stable: of equal candidates, the earlier one stays ahead.
  const kept = [...(before?.kept ?? []), ...fresh].sort((a, b) => b.score - a.score || a.loss - b.loss).slice(0, KEPT);
  const history = [...(before?.history ?? []), { evaluated, best, top, median }];
  return { evaluated, history, kept, seen: noteParts(before?.seen, all) };
};

const noteParts = (before: SearchState["seen"] | undefined, all: readonly Scored[]): SearchState["seen"] => {
  const seen = all[0]!.point.map((_, d) => (before ? [...before[d]!] : new Array<Scored | null>(PARTS).fill(null)));
  for (const candidate of all) {
    candidate.point.forEach((place, d) => {
      const part = Math.min(PARTS - 1, Math.floor(place * PARTS));
      const present = seen[d]![part];
      if (!present || isBetter(candidate, present)) seen[d]![part] = candidate;
    });
  }
  return seen;
};
