import fc from "fast-check";
import { expect, test } from "vitest";
import { combineScores } from "./across.ts";

const scores = fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 1, maxLength: 5 });

const combined = (way: "mean" | "worst", found: readonly number[]): number => {
  const all = combineScores(way, 1);
  for (const score of found) all.add(1 / found.length, [score], [0.01]);
  return all.scores()[0]!;
};

test("a mean counts recordings by their share, and three quarters of worst come from the worst one", () => {
  const all = (["mean", "worst"] as const).map((way) => {
    const both = combineScores(way, 2);
    both.add(0.75, [0.8, 0.2], [0.01, 0]);
    both.add(0.25, [0.4, 0.6], [0.02, 0]);
    return both;
  });
  expect(all[0]!.scores()[0]).toBeCloseTo(0.7, 12);
  expect(all[0]!.scores()[1]).toBeCloseTo(0.3, 12);
  expect(all[1]!.scores()[0]).toBeCloseTo(0.75 * 0.4 + 0.25 * 0.7, 12);
  expect(all[1]!.scores()[1]).toBeCloseTo(0.75 * 0.2 + 0.25 * 0.3, 12);
  for (const { guides } of all) expect(guides[0]).toBeCloseTo(0.75 * 0.01 + 0.25 * 0.02, 12);
});

test("worst lies between the worst recording and the mean, and grows with each recording", () => {
  fc.assert(
    fc.property(scores, fc.nat(4), fc.double({ min: 0.001, max: 1, noNaN: true }), (found, which, gain) => {
      const value = combined("worst", found);
      expect(value).toBeGreaterThanOrEqual(Math.min(...found) - 1e-12);
      expect(value).toBeLessThanOrEqual(combined("mean", found) + 1e-12);
      const better = found.map((score, k) => (k === which % found.length ? score + gain : score));
      expect(combined("worst", better)).toBeGreaterThan(value);
    }),
  );
});

test("with one recording, both are its score", () => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (score) => {
      expect(combined("mean", [score])).toBeCloseTo(score, 12);
      expect(combined("worst", [score])).toBeCloseTo(score, 12);
    }),
  );
});
