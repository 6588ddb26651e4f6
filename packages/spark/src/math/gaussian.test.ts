import { expect, test } from "vitest";
import { normalBelow } from "./gaussian.ts";

test("the normal distribution agrees with published tables to 14 digits, including the tails", () => {
  const table: readonly (readonly [z: number, below: number])[] = [
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
    [-1, 0.15865525393145707],
    [-2.9999, 0.0013503412829549],
    [-3.0001, 0.0013494549132607],
    [-6, 9.865876450377012e-10],
    [-10, 7.619853024160593e-24],
    [-37, 5.725571222525139e-300],
  ];
  for (const [z, below] of table) expect(normalBelow(z) / below, `at ${z}`).toBeCloseTo(1, 12);
  expect(normalBelow(0.5)).toBeCloseTo(0.691462461274013, 14);
  expect(normalBelow(3)).toBeCloseTo(0.99865010196837, 14);
  expect(normalBelow(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(normalBelow(Number.POSITIVE_INFINITY)).toBe(1);
});

test("the normal distribution increases, is symmetric, and has the density as its derivative", () => {
  for (let z = -8; z < 8; z += 0.03) {
    expect(normalBelow(z + 0.03)).toBeGreaterThanOrEqual(normalBelow(z));
    expect(normalBelow(z) + normalBelow(-z)).toBeCloseTo(1, 14);
    const slope = (normalBelow(z + 1e-4) - normalBelow(z - 1e-4)) / 2e-4;
    expect(slope).toBeCloseTo(Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI), 7);
  }
});
