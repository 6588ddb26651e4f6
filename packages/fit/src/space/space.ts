import { exactExp, exactLog } from "spark-snn";
import type { Point } from "../search/optimizer.ts";

/** Search range of a parameter. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
  /** "log" if factors matter rather than differences; both bounds must then be greater than 0. */
  readonly scale: "linear" | "log";
}

/** The parameters of a fit: the free ones with their bounds, and the values of the others. */
export interface Space {
  readonly names: readonly string[];
  /** In the order of `names`. */
  readonly bounds: readonly Bounds[];
  /** Parameters that share the value of another one. */
  readonly ties: Readonly<Record<string, string>>;
  readonly fixed: Readonly<Record<string, number>>;
  /** Latency of the soma, ms, or its bounds; absent for none. A free one is the last coordinate of a point. */
  readonly latency?: number | Bounds;
}

/** Number of free parameters, including a free latency. */
export const dimensionsOf = ({ names, latency }: Space): number => names.length + (typeof latency === "object" ? 1 : 0);

/** Significant digits of a value, so that printed values are exactly those of the run. */
const DIGITS = 6;

/** The value of a parameter at a position from 0 to 1 within its bounds. */
export const valueAt = ({ from, to, scale }: Bounds, place: number): number => {
  const value = scale === "log" ? from * exactExp(place * exactLog(to / from)) : from + place * (to - from);
  return Math.min(to, Math.max(from, Number(value.toPrecision(DIGITS))));
};

/** The position of a value within its bounds, from 0 to 1. */
export const placeOf = ({ from, to, scale }: Bounds, value: number): number => {
  const clipped = Math.min(to, Math.max(from, value));
  return scale === "log" ? exactLog(clipped / from) / exactLog(to / from) : (clipped - from) / (to - from);
};

/** The latency at a point, in steps. */
export const latencyAt = ({ names, latency = 0 }: Space, point: Point, dt: number): number =>
  Math.round((typeof latency === "number" ? latency : valueAt(latency, point[names.length]!)) / dt);

/** A number of steps in ms, without the digits of rounding. */
export const stepsInMs = (steps: number, dt: number): number => Number((steps * dt).toPrecision(12));

/** The value of every parameter of the soma at a point. */
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
