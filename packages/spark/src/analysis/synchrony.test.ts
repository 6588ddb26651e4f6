import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { binCounts, fanoFactor, synchrony } from "./index.ts";

test("the Fano factor is variance over mean", () => {
  // Mean 2, squares (4 + 0 + 4 + 0)/4 = 2; 2/2 = 1.
  expect(fanoFactor([0, 2, 4, 2])).toBe(1);
  expect(fanoFactor([3, 3, 3])).toBe(0);
});

test("the Fano factor is NaN if it is undefined", () => {
  expect(fanoFactor([])).toBeNaN();
  expect(fanoFactor([4])).toBeNaN();
  expect(fanoFactor([0, 0])).toBeNaN();
});

test("n units that always spike together have n times the Fano factor of one", () => {
  const steps = [1, 4, 5, 9];
  const together = { steps: steps.flatMap((step) => [step, step, step]), units: steps.flatMap(() => [0, 1, 2]) };
  const options = { dt: 1, unitCount: 3, duration: 10, width: 2 };
  const alone = fanoFactor(binCounts({ steps, units: [0, 0, 0, 0] }, options));
  expect(fanoFactor(binCounts(together, options))).toBeCloseTo(3 * alone, 14);
});

test("synchrony is the Fano factor of the population in bins of 3 ms", () => {
  const events = { steps: [1, 2, 3, 4, 9, 9], units: [0, 1, 0, 1, 0, 1] };
  const grid = { dt: 1, unitCount: 2, duration: 9 };
  // Counts 3, 1, 2: mean 2, variance 2/3.
  expect(synchrony(events, grid)).toBeCloseTo(1 / 3, 14);
  expect(synchrony(events, { ...grid, from: 1, to: 9, width: 4 })).toBe(
    fanoFactor(binCounts(events, { ...grid, from: 1, to: 9, width: 4 })),
  );
  expect(synchrony(events, { ...grid, width: 8 })).toBeNaN();
});

test.each([
  [
    "a negative count",
    () => fanoFactor([1, -1]),
    "fanoFactor.counts[1] must be a finite count of at least 0; received -1",
  ],
  ["a count of NaN", () => fanoFactor([Number.NaN]), "fanoFactor.counts[0]"],
  [
    "a width of 0",
    () => synchrony({ steps: [], units: [] }, { dt: 1, unitCount: 1, duration: 9, width: 0 }),
    "synchrony.width must be a finite number greater than 0 ms; received 0 ms",
  ],
])("%s is refused", (_, compute, sentence) => {
  expect(compute).toThrow(ConfigError);
  expect(compute).toThrow(sentence);
});
