import { describe, expect, test } from "vitest";
import {
  coincidenceFactor,
  firingRate,
  intervalHistogram,
  isiDistance,
  meanCoincidence,
  reliability,
  spikeDistance,
} from "./index.ts";

/** 200 spikes, one in three steps of 0.1 ms, and what single precision makes of their times. */
const trains = [1, 10_003, 100_003].map((first) => {
  const steps = Array.from({ length: 200 }, (_, k) => first + 3 * k);
  const single = (offset: number) => Float32Array.from(steps, (step) => (step + offset) * 0.1);
  const computed = Float32Array.from(steps, (step) => Math.fround(step) * Math.fround(0.1));
  return { first, steps, single, computed };
});

describe.each(trains)("times in single precision from step $first on", ({ first, steps, single, computed }) => {
  const given = [single(0), Float64Array.from(single(0)), Array.from(single(0)), computed];

  test("lie on the borders of a window that they round", () => {
    const window = { from: (first + 30) * 0.1, to: (first + 90) * 0.1 };
    for (const times of given) expect(firingRate(times, window)).toBeCloseTo(20_000 / 6, 6);
    const span = { from: first * 0.1, to: steps.at(-1)! * 0.1 };
    for (const times of given) {
      expect(isiDistance(times, times, span)).toBe(0);
      expect(spikeDistance(times, times, span)).toBe(0);
    }
  });

  test("have intervals on the borders of a histogram", () => {
    for (const times of given) {
      const { counts, below, above } = intervalHistogram(times, { to: 0.6, binCount: 6 });
      expect([below, ...counts, above]).toEqual([0, 0, 0, 0, 199, 0, 0, 0]);
    }
  });

  test("coincide if they are exactly the window apart", () => {
    const options = { window: 0.1, duration: (first + 700) * 0.1 };
    for (const times of given) {
      expect(coincidenceFactor(times, single(1), options)).toBeCloseTo(1, 12);
      expect(coincidenceFactor(times, single(1.5), options)).toBeLessThan(0);
      expect(meanCoincidence(times, [single(1)], options)).toBeCloseTo(1, 12);
      expect(reliability([times, single(1)], options)).toBeCloseTo(1, 12);
    }
  });
});

test("whole times and times in double precision keep their narrow tolerance", () => {
  expect(firingRate([1e6], { from: 999_999.9, to: 1_000_000.1 })).toBeCloseTo(5000, 3);
  expect(firingRate([1000.0001], { from: 0, to: 1000 })).toBe(0);
  expect(intervalHistogram([0, 0.29999], { to: 0.6, binCount: 6 }).counts[2]).toBe(1);
});
