import { expect, test } from "vitest";
import { drawsFor, exactExp, exactLog } from "./draws.ts";

test("a draw depends only on seed, purpose and counters", () => {
  const one = drawsFor(1, "search");
  const later = one.normal(7, 3);
  expect(drawsFor(1, "search").normal(7, 3)).toBe(later);
  expect(one.uniform(5)).toBe(one.uniform(5, 0));
  const others = [drawsFor(2, "search"), drawsFor(1, "other")].map((draws) => draws.normal(7, 3));
  expect(new Set([later, one.normal(7, 4), one.normal(8, 3), ...others]).size).toBe(5);
});

test("draws do not change between versions", () => {
  const draws = drawsFor(1, "search");
  expect([draws.uniform(0), draws.uniform(4294967295, 1), draws.normal(0)]).toMatchInlineSnapshot(`
    [
      0.10753704689292654,
      0.3100927592059609,
      1.62890218085638,
    ]
  `);
});

test("logarithm inverts exponential", () => {
  for (const x of [1e-300, 0.001, 1, 2.5, 1e6]) expect(exactExp(exactLog(x)) / x).toBeCloseTo(1, 12);
  expect(exactExp(1)).toBeCloseTo(Math.E, 14);
});
