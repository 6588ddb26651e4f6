import { describe, expect, test } from "vitest";
import { type SampleMethod, unitPoints } from "./points.ts";
import { scipyPoints } from "./sobol.test-support.ts";
import { SOBOL_DIMENSIONS, sobolPoints } from "./sobol.ts";

test("the Sobol sequence has the points of scipy in all dimensions", () => {
  const points = sobolPoints(64, SOBOL_DIMENSIONS);
  for (const [index, point] of Object.entries(scipyPoints)) {
    expect(Array.from(points[Number(index)]!, (value) => value * 2 ** 32)).toEqual(point);
  }
  expect(Array.from(points[0]!)).toEqual(new Array(SOBOL_DIMENSIONS).fill(0));
});

/** Number of points in each of `count` equal parts of a coordinate. */
const countsIn = (points: readonly Float64Array[], dimension: number, count: number): number[] => {
  const counts = new Array<number>(count).fill(0);
  for (const point of points) counts[Math.floor(point[dimension]! * count)]!++;
  return counts;
};

describe.each<SampleMethod>(["random", "latin", "sobol"])("%s points", (method) => {
  const points = unitPoints(method, 64, 5, 3);

  test("are in the unit cube, and the same for the same seed", () => {
    expect(points.flatMap((point) => [...point]).every((value) => value >= 0 && value < 1)).toBe(true);
    expect(unitPoints(method, 64, 5, 3)).toEqual(points);
    expect(unitPoints(method, 64, 5, 4)).not.toEqual(points);
  });

  test("have the mean of the cube, and no correlation", () => {
    const many = unitPoints(method, 4096, 2, 1);
    const mean = [0, 1].map((d) => many.reduce((sum, point) => sum + point[d]!, 0) / many.length);
    for (const value of mean) expect(Math.abs(value - 0.5)).toBeLessThan(0.02);
    const product = many.reduce((sum, point) => sum + (point[0]! - 0.5) * (point[1]! - 0.5), 0) / many.length;
    expect(Math.abs(product * 12)).toBeLessThan(0.06);
  });
});

test("a Latin hypercube has one point in each part of each coordinate, in another order for each", () => {
  const points = unitPoints("latin", 50, 3, 1);
  for (let d = 0; d < 3; d++) expect(countsIn(points, d, 50)).toEqual(new Array(50).fill(1));
  const order = (d: number) => points.map((point) => Math.floor(point[d]! * 50));
  expect(order(0)).not.toEqual(order(1));
});

test("shifted Sobol points still fill the parts of each coordinate evenly", () => {
  const points = unitPoints("sobol", 64, 6, 7);
  for (let d = 0; d < 6; d++)
    for (const count of countsIn(points, d, 16)) expect(Math.abs(count - 4)).toBeLessThanOrEqual(1);
});
