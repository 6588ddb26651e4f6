import { counted } from "../config/counted.ts";
import { describe, isTypedArray, type Misfit, type NestedArray, readArray } from "../config/shape.ts";

/** Positions of the units of a population: one list of coordinates per unit, in any unit of length. */
export type Positions = NestedArray;

/** Coordinates in one array: those of unit u start at u · dimensions. */
export interface PositionTable {
  readonly dimensions: number;
  readonly coordinates: Float64Array;
}

/** Reads the positions of a population, or returns an issue. */
export const readPositions = (positions: Positions, units: number): PositionTable | Misfit => {
  if (!Array.isArray(positions) && !isTypedArray(positions)) {
    return {
      at: [],
      message: `must be one list of coordinates per unit; received ${describe(positions)}. Write [[x, y], …].`,
    };
  }
  const read = readArray(positions);
  if ("message" in read) return read;
  const wrong = (message: string): Misfit => ({ at: [], message });
  const [rows = 0, dimensions = 0] = read.shape;
  if (read.shape.length !== 2) {
    const received = `lists of depth ${read.shape.length}`;
    return wrong(`must be one list of coordinates per unit; received ${received}. Write [[x, y], …].`);
  }
  return rows === units
    ? { dimensions, coordinates: read.data }
    : wrong(`must have one entry per unit; received ${rows} for ${counted(units, "unit")}. Give ${units}.`);
};

/** Euclidean distance. */
export const distanceOf = (from: PositionTable, source: number, to: PositionTable, target: number): number => {
  const { dimensions } = from;
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) {
    const way = from.coordinates[source * dimensions + axis]! - to.coordinates[target * dimensions + axis]!;
    sum += way * way;
  }
  return Math.sqrt(sum);
};

/** An upper bound of the distances: the diagonal of the box that contains all units. */
export const farthest = (from: PositionTable, to: PositionTable): number => {
  const { dimensions } = from;
  let sum = 0;
  for (let axis = 0; axis < dimensions; axis++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { coordinates } of [from, to]) {
      for (let k = axis; k < coordinates.length; k += dimensions) {
        low = Math.min(low, coordinates[k]!);
        high = Math.max(high, coordinates[k]!);
      }
    }
    sum += (high - low) ** 2;
  }
  return Math.sqrt(sum);
};
