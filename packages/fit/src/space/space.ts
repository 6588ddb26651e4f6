import { exactExp, exactLog } from "spark-snn";
import type { Point } from "../search/optimizer.ts";

/** Where a parameter is sought. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
  /** "log" where factors matter rather than differences; both bounds are then greater than 0. */
  readonly scale: "linear" | "log";
}

/** The parameters of a fit: which are sought where, and what the others are. */
export interface Space {
  readonly names: readonly string[];
  /** In the order of `names`. */
  readonly bounds: readonly Bounds[];
  /** Fields that share the value of another one. */
  readonly ties: Readonly<Record<string, string>>;
  readonly fixed: Readonly<Record<string, number>>;
}

/** Digits that a value has, so that what is printed is what was run. */
const DIGITS = 6;

/** The value of a parameter at a place from 0 to 1 of its bounds. */
export const valueAt = ({ from, to, scale }: Bounds, place: number): number => {
  const value = scale === "log" ? from * exactExp(place * exactLog(to / from)) : from + place * (to - from);
  return Math.min(to, Math.max(from, Number(value.toPrecision(DIGITS))));
};

/** The value of every field at a point. */
export const parametersAt = (space: Space, point: Point): Record<string, number> => {
  const values: Record<string, number> = { ...space.fixed };
  space.names.forEach((name, d) => {
    values[name] = valueAt(space.bounds[d]!, point[d]!);
  });
  for (const [name, other] of Object.entries(space.ties)) values[name] = values[other]!;
  return values;
};

/** A config with one unit for each point. */
export const configAt = (space: Space, points: readonly Point[]): Record<string, number | Float64Array> => {
  const config: Record<string, number | Float64Array> = { ...space.fixed };
  space.names.forEach((name, d) => {
    config[name] = Float64Array.from(points, (point) => valueAt(space.bounds[d]!, point[d]!));
  });
  for (const [name, other] of Object.entries(space.ties)) config[name] = config[other]!;
  return config;
};
