import type { Model } from "spark-snn";
import type { Evaluator } from "../evaluate.ts";
import type { Point } from "../search/optimizer.ts";
import { PARTS, type Scored, type SearchState } from "../search/search.ts";
import { type Bounds, type Space, stepsInMs, valueAt } from "../space/space.ts";
import type { FittedParameter } from "./result.ts";

/** Number of points of a profile, without its best value. */
const PROFILE = 40;
/** Relative difference to the best score within which candidates count as equally good. */
const EQUAL = 0.01;
/** Fraction of the width of the bounds within which a value counts as at the bound. */
const EDGE = 0.01;

/** Value, spread and profile of each free parameter. */
export const describeParameters = async (
  model: Model,
  space: Space,
  state: SearchState,
  evaluator: Evaluator,
  dt: number,
): Promise<FittedParameter[]> => {
  const best = state.kept[0]!;
  const axes = axesOf(model, space, dt);
  const places = axes.map((_, d) => placesOf(best.point[d]!));
  const points = places.flatMap((list, d) => list.map((place) => replaced(best.point, d, place)));
  const { scores } = await evaluator.evaluate(points);
  let next = 0;
  return axes.map(({ name, unit, bounds, toValue }, d): FittedParameter => {
    const profileScores = Array.from(scores.subarray(next, next + places[d]!.length));
    next += places[d]!.length;
    const held = places[d]!.map(
      (place, k): Scored => ({
        point: replaced(best.point, d, place),
        score: profileScores[k]!,
        loss: 1 - profileScores[k]!,
      }),
    );
    const seen = bestByPart(state.seen[d]!, held, d);
    const floor = best.score - EQUAL * Math.abs(best.score);
    const good = [...seen, ...state.kept].filter(({ score }) => score >= floor).map(({ point }) => point[d]!);
    const place = best.point[d]!;
    return {
      name,
      unit,
      value: toValue(place),
      bounds,
      low: toValue(Math.min(...good)),
      high: toValue(Math.max(...good)),
      atBound: place < EDGE ? "from" : place > 1 - EDGE ? "to" : undefined,
      profile: {
        values: places[d]!.map((one) => valueAt(bounds, one)),
        scores: profileScores,
        bestValues: seen.map(({ point }) => valueAt(bounds, point[d]!)),
        bestScores: seen.map(({ score }) => score),
      },
    };
  });
};

/** A free parameter, in the order of the coordinates of a point. */
interface Axis {
  readonly name: string;
  readonly unit: string;
  readonly bounds: Bounds;
  readonly toValue: (place: number) => number;
}

const axesOf = (model: Model, { names, bounds, latency }: Space, dt: number): Axis[] => {
  const axes = names.map((name, d): Axis => {
    const own = bounds[d]!;
    return { name, unit: model.fields[name]!.unit, bounds: own, toValue: (place) => valueAt(own, place) };
  });
  if (typeof latency !== "object") return axes;
  const toValue = (place: number): number => stepsInMs(Math.round(valueAt(latency, place) / dt), dt);
  return [...axes, { name: "latency", unit: "ms", bounds: latency, toValue }];
};

/** The best candidates of each part of the range, among those of the search and those of the profile. */
const bestByPart = (seen: readonly (Scored | null)[], held: readonly Scored[], d: number): Scored[] => {
  const best = [...seen];
  for (const candidate of held) {
    const part = Math.min(PARTS - 1, Math.floor(candidate.point[d]! * PARTS));
    const present = best[part];
    if (!present || candidate.score > present.score) best[part] = candidate;
  }
  return best.filter((part): part is Scored => part !== null);
};

/** Places evenly over the range, including the best place. */
const placesOf = (best: number): number[] =>
  [...Array.from({ length: PROFILE + 1 }, (_, k) => k / PROFILE).filter((place) => place !== best), best].sort(
    (a, b) => a - b,
  );

const replaced = (point: Point, dimension: number, place: number): Point =>
  point.map((x, d) => (d === dimension ? place : x));

/** Warnings about parameters at the end of their bounds. */
export const boundWarnings = (fitted: readonly FittedParameter[]): string[] =>
  fitted
    .filter(({ atBound }) => atBound !== undefined)
    .map(({ name, unit, value, bounds, atBound }) => {
      const shown = unit === "1" ? "" : ` ${unit}`;
      const side = atBound === "from" ? "lower" : "upper";
      return `${name} is ${value}${shown}, at the ${side} bound of ${bounds[atBound!]}${shown}. A better value may lie beyond it: widen the bounds if this is plausible.`;
    });
