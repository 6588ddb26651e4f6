import { drawsFor } from "spark-snn";
import { sobolPoints } from "./sobol.ts";

/** How points are distributed over intervals. */
export type SampleMethod = "random" | "latin" | "sobol";

/** A permutation of 0 … count − 1 by Fisher and Yates. */
const shuffled = (count: number, uniform: (index: number) => number): number[] => {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(uniform(k) * (k + 1));
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
};

const drawn = (method: "random" | "latin", count: number, dimensions: number, seed: number): Float64Array[] => {
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const within = drawsFor(seed, "sweep.within");
    const cells = drawsFor(seed, "sweep.cells");
    if (method === "random") return Float64Array.from({ length: count }, (_, k) => within.uniform(k, dimension));
    const order = shuffled(count, (index) => cells.uniform(index, dimension));
    return Float64Array.from(order, (cell, k) => (cell + within.uniform(k, dimension)) / count);
  });
  return Array.from({ length: count }, (_, k) => Float64Array.from(columns, (column) => column[k]!));
};

/** The Sobol points moved by a random shift modulo 1, so that no point is on an edge and other seeds give others. */
const shifted = (count: number, dimensions: number, seed: number): Float64Array[] => {
  const draws = drawsFor(seed, "sweep.shift");
  const shifts = Float64Array.from({ length: dimensions }, (_, dimension) => draws.uniform(dimension));
  return sobolPoints(count, dimensions).map((point) => point.map((value, d) => (value + shifts[d]!) % 1));
};

/** Points in the unit cube, one coordinate for each interval. The same seed gives the same points in every engine. */
export const unitPoints = (method: SampleMethod, count: number, dimensions: number, seed: number): Float64Array[] =>
  method === "sobol" ? shifted(count, dimensions, seed) : drawn(method, count, dimensions, seed);
