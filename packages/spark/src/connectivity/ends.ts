import type { NumericArray } from "../config/shape.ts";
import type { Positions, PositionTable } from "./positions.ts";

/** A list of numbers, plain or typed. */
export type NumberList = readonly number[] | NumericArray;

/** One end of a projection. */
export interface End {
  readonly units: number;
  /** Where its units are; only what goes by distance needs them. */
  readonly positions?: Positions;
}

/** What a rule connects. */
export interface Ends {
  readonly source: End;
  readonly target: End;
  /** Whether source and target are the same population. */
  readonly recurrent: boolean;
  /** Whether a unit may be connected to itself. */
  readonly autapses: boolean;
  /** Where the units are, where distances count and both populations have positions. */
  readonly positions: { readonly source: PositionTable; readonly target: PositionTable } | undefined;
}

/** Whether the pairs of a unit with itself are left out. */
export const skipsDiagonal = ({ recurrent, autapses }: Ends): boolean => recurrent && !autapses;

/** Target units that a source unit may be connected to, or the other way round. */
export const choices = (ends: Ends, units: number): number => (skipsDiagonal(ends) ? units - 1 : units);

/** Number of pairs of a source and a target unit. */
export const pairsOf = (ends: Ends): number => ends.source.units * choices(ends, ends.target.units);
