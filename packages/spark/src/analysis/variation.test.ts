import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import {
  coefficientOfVariation,
  coefficientOfVariation2,
  intervalHistogram,
  intervals,
  localVariation,
  revisedLocalVariation,
} from "./index.ts";

// Intervals 10, 30, 20 ms.
const times = [5, 15, 45, 65];

test("intervals are the differences of neighbouring spikes", () => {
  expect([...intervals(times)]).toEqual([10, 30, 20]);
  expect(intervals([7]).length).toBe(0);
  expect(intervals([]).length).toBe(0);
});

test("the histogram of intervals counts each interval once", () => {
  expect([...intervalHistogram(times, { to: 40, binCount: 4 }).counts]).toEqual([0, 1, 1, 1]);
});

test("CV is the standard deviation over the mean", () => {
  // Mean 20; squares (100 + 100 + 0)/3 = 66.67; √66.67/20.
  expect(coefficientOfVariation(times)).toBeCloseTo(Math.sqrt(200 / 3) / 20, 14);
});

test("LV is three times the mean squared contrast of neighbours", () => {
  // Contrasts 20/40 and 10/50: 3/2 · (0.25 + 0.04) = 0.435.
  expect(localVariation(times)).toBeCloseTo(0.435, 14);
});

test("LvR weights each contrast by 1 + 4R/sum", () => {
  // R = 5: 3/2 · (0.25·(1 + 20/40) + 0.04·(1 + 20/50)) = 1.5 · (0.375 + 0.056) = 0.6465.
  expect(revisedLocalVariation(times)).toBeCloseTo(0.6465, 14);
  expect(revisedLocalVariation(times, { refractoriness: 0 })).toBeCloseTo(0.435, 14);
});

test("CV2 is the mean of 2|difference|/sum", () => {
  // (2·20/40 + 2·10/50)/2 = (1 + 0.4)/2.
  expect(coefficientOfVariation2(times)).toBeCloseTo(0.7, 14);
});

const measures = { coefficientOfVariation, localVariation, revisedLocalVariation, coefficientOfVariation2 };

test.each(Object.entries(measures))("%s is NaN below two intervals and 0 for a clock", (_, measure) => {
  expect(measure([])).toBeNaN();
  expect(measure([1])).toBeNaN();
  expect(measure([1, 2])).toBeNaN();
  expect(measure([1, 2, 3])).toBe(0);
});

test("a long Poisson train has CV, LV and CV2 near 1", () => {
  // Exponential intervals from a linear congruential generator (Numerical Recipes' constants), so always the same.
  let state = 1;
  let time = 0;
  const train = Array.from({ length: 10000 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    time -= Math.log((state + 0.5) / 2 ** 32);
    return time;
  });
  for (const measure of [coefficientOfVariation, localVariation, coefficientOfVariation2]) {
    expect(measure(train)).toBeGreaterThan(0.95);
    expect(measure(train)).toBeLessThan(1.05);
  }
});

const trains = fc
  .array(fc.integer({ min: 1, max: 400 }), { minLength: 3, maxLength: 30 })
  .map((gaps) => gaps.map((_, k) => gaps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0)));

test("the measures do not change when the train is shifted, reversed or, except for LvR, scaled", () => {
  fc.assert(
    fc.property(trains, (train) => {
      const end = train.at(-1)!;
      for (const [name, measure] of Object.entries(measures)) {
        const value = measure(train);
        expect(measure(train.map((time) => time + 1000))).toBeCloseTo(value, 12);
        expect(measure(train.map((time) => end - time).reverse())).toBeCloseTo(value, 12);
        if (name !== "revisedLocalVariation") expect(measure(train.map((time) => 3 * time))).toBeCloseTo(value, 12);
      }
    }),
  );
});

test("LV lies in 0 … 3 and CV2 in 0 … 2", () => {
  fc.assert(
    fc.property(trains, (train) => {
      expect(localVariation(train)).toBeGreaterThanOrEqual(0);
      expect(localVariation(train)).toBeLessThan(3);
      expect(coefficientOfVariation2(train)).toBeLessThan(2);
    }),
  );
});

test.each(Object.entries({ ...measures, intervals }))(
  "%s refuses unsorted, repeated and non-finite times",
  (name, measure) => {
    expect(() => measure([3, 1])).toThrow(ConfigError);
    expect(() => measure([3, 1])).toThrow(
      `${name}.times[1] must not be earlier than the spike before it, 3 ms; received 1 ms.`,
    );
    expect(() => measure([3, 3])).toThrow(
      `${name}.times[1] must be later than the spike before it, 3 ms; received 3 ms.`,
    );
    expect(() => measure([Number.NaN])).toThrow(`${name}.times[0] must be a finite time; received NaN ms.`);
    expect(() => measure([1, Infinity])).toThrow(`${name}.times[1] must be a finite time; received Infinity ms.`);
    expect(() => measure([-Infinity])).toThrow(`${name}.times[0] must be a finite time; received -Infinity ms.`);
  },
);

test("a negative refractoriness and zero bins are refused", () => {
  expect(() => revisedLocalVariation(times, { refractoriness: -1 })).toThrow(
    "revisedLocalVariation.refractoriness must be a finite number of at least 0 ms; received -1 ms.",
  );
  expect(() => intervalHistogram(times, { to: 10, binCount: 0 })).toThrow("intervalHistogram.binCount");
});

test("an interval on a border of bins belongs to the bin that starts there, whatever the rounding of the times", () => {
  // Differences such as 38.9 − 38.6 are slightly below 0.3, others slightly above.
  const times = Array.from({ length: 400 }, (_, k) => (k * 3) / 10);
  const { counts, below, above } = intervalHistogram(times, { to: 1, binCount: 10 });
  expect([...counts]).toEqual([0, 0, 0, 399, 0, 0, 0, 0, 0, 0]);
  expect([below, above]).toEqual([0, 0]);
  const bordered = intervalHistogram(times, { from: 0.1, to: 0.3, binCount: 2 });
  expect([[...bordered.counts], bordered.above]).toEqual([[0, 399], 0]);
  expect(intervalHistogram(times, { from: 0.3, to: 0.5, binCount: 2 }).below).toBe(0);
});
