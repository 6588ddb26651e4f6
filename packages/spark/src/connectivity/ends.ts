import type { NumericArray } from "../config/shape.ts";
import type { Positions, PositionTable } from "./positions.ts";

/** A list of numbers, plain or typed. */
export type NumberList = readonly number[] | NumericArray;

/** One end of a projection. */
export interface End {
  readonly units: number;
  /** Coordinates of the units. Required by rules and values that use distances. */
  readonly positions?: Positions;
}

/** The two populations that a rule connects. */
export interface Ends {
  readonly source: End;
  readonly target: End;
  /** Whether source and target are the same population. */
  readonly recurrent: boolean;
  /** Whether a unit may be connected to itself. */
  readonly autapses: boolean;
  /** Coordinates of the units, if distances are used and both populations have positions. */
  readonly positions: { readonly source: PositionTable; readonly target: PositionTable } | undefined;
}

/** Whether pairs of a unit with itself are excluded. */
export const skipsDiagonal = ({ recurrent, autapses }: Ends): boolean => recurrent && !autapses;

/** Number of possible partners of a unit, among `units` of the other end. */
export const choices = (ends: Ends, units: number): number => (skipsDiagonal(ends) ? units - 1 : units);

/** Number of pairs of a source and a target unit. */
export const pairsOf = (ends: Ends): number => ends.source.units * choices(ends, ends.target.units);
