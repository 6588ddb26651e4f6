import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { correlationMatrix, meanCorrelation, pairCorrelations } from "./index.ts";
import { congruentialSpikes, drawSpikes } from "./poisson.test-support.ts";

// Bins of 2 ms: unit 0 counts 2 1 0, unit 1 counts 1 1 1, unit 2 counts 0 1 1, unit 3 is silent.
const events = { steps: [1, 2, 2, 3, 3, 4, 5, 6], units: [0, 0, 1, 0, 1, 2, 1, 2] };
const options = { dt: 1, unitCount: 4, duration: 6, width: 2 };

test("the correlation of two units by hand", () => {
  // Minus their means: 1 0 −1 and −2/3 1/3 1/3; product −2/3 − 1/3 = −1; lengths √2 and √(6/9): −1/√(4/3) = −√3/2.
  const matrix = correlationMatrix(events, options);
  expect(matrix[2]).toBeCloseTo(-Math.sqrt(3) / 2, 14);
  expect(matrix[8]).toBe(matrix[2]);
  expect(matrix[0]).toBe(1);
});

test("a unit with constant counts has no correlation and does not enter the mean", () => {
  const matrix = correlationMatrix(events, options);
  expect([4, 5, 6, 7, 1, 9, 12, 15].map((index) => matrix[index])).toEqual(Array(8).fill(Number.NaN));
  const { mean, pairCount } = meanCorrelation(events, options);
  expect(pairCount).toBe(1);
  expect(mean).toBeCloseTo(-Math.sqrt(3) / 2, 14);
  expect(meanCorrelation({ steps: [], units: [] }, options)).toEqual({ mean: Number.NaN, pairCount: 0 });
});

test("the mean equals that of the matrix, lies in −1 … 1 and does not depend on the order of units", () => {
  const spikes = fc.array(fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 });
  const eventsOf = (list: readonly (readonly [number, number])[]) => ({
    steps: list.map(([step]) => step),
    units: list.map(([, unit]) => unit),
  });
  fc.assert(
    fc.property(spikes, (list) => {
      const sorted = [...list].sort(([a], [b]) => a - b);
      const grid = { dt: 1, unitCount: 4, duration: 24, width: 3 };
      const matrix = correlationMatrix(eventsOf(sorted), grid);
      const { mean, pairCount } = meanCorrelation(eventsOf(sorted), grid);
      const pairs = [1, 2, 3, 6, 7, 11].map((index) => matrix[index]!).filter((value) => !Number.isNaN(value));
      expect(pairs.length).toBe(pairCount);
      for (const value of pairs) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
      if (pairCount === 0) return;
      expect(mean).toBeCloseTo(pairs.reduce((sum, value) => sum + value, 0) / pairCount, 12);
      const relabelled = sorted.map(([step, unit]) => [step, 3 - unit] as const);
      expect(meanCorrelation(eventsOf(relabelled), grid).mean).toBeCloseTo(mean, 12);
    }),
  );
});

test("given pairs have the correlations of the matrix", () => {
  const { first, second, correlations } = pairCorrelations(events, {
    ...options,
    pairs: [
      [2, 0],
      [0, 3],
    ],
  });
  expect([[...first], [...second]]).toEqual([
    [2, 0],
    [0, 3],
  ]);
  expect([...correlations]).toEqual([correlationMatrix(events, options)[2], Number.NaN]);
});

const independent = drawSpikes({ unitCount: 1000, stepCount: 5000, probability: 0.01, seed: 3 });
const grid = { dt: 1, unitCount: 1000, duration: 5000, width: 10 };

test("drawn pairs are distinct, reproducible and spread over all units", () => {
  const draw = (seed: number) => pairCorrelations(independent, { ...grid, pairs: 20_000, seed });
  const { first, second, correlations } = draw(1);
  expect(new Set(Array.from(first, (one, k) => one * 1000 + second[k]!)).size).toBe(20_000);
  expect(first.every((one, k) => one < second[k]!)).toBe(true);
  expect(draw(1)).toEqual({ first, second, correlations });
  expect(draw(2).first).not.toEqual(first);
  // Each unit is in 40 pairs on average; χ² with 999 degrees of freedom has a standard deviation of √1998.
  const uses = new Float64Array(1000);
  for (const unit of [...first, ...second]) uses[unit]!++;
  const chi = uses.reduce((sum, count) => sum + (count - 40) ** 2 / 40, 0);
  expect(Math.abs(chi - 999)).toBeLessThan(4 * Math.sqrt(1998));
});

test("a request for more pairs than exist gives all pairs of units with varying counts, once", () => {
  const { first, second, correlations } = pairCorrelations(events, { ...options, pairs: 99 });
  expect([[...first], [...second]]).toEqual([[0], [2]]);
  expect(correlations[0]).toBeCloseTo(meanCorrelation(events, options).mean, 14);
  const three = { steps: [1, 2, 2, 4, 5], units: [0, 1, 2, 1, 0] };
  const drawn = pairCorrelations(three, { ...options, unitCount: 3, pairs: 3 });
  expect([[...drawn.first], [...drawn.second]]).toEqual([
    [0, 0, 1],
    [1, 2, 2],
  ]);
});

test("independent units are uncorrelated", () => {
  const { mean, pairCount } = meanCorrelation(independent, grid);
  expect(pairCount).toBe(499_500);
  // r of two independent units from 500 bins has a standard deviation of 1/√500.
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(500 * pairCount));
  const { correlations } = pairCorrelations(independent, { ...grid, pairs: 20_000 });
  const variance = correlations.reduce((sum, value) => sum + value * value, 0) / 20_000;
  expect(variance * 500).toBeGreaterThan(0.96);
  expect(variance * 500).toBeLessThan(1.04);
});

test("a common input gives the expected correlation", () => {
  // Each unit spikes in a step alone (0.02) or with all others (0.01). The ratio of covariance to variance is the same
  // per step and, because steps are independent, in bins.
  const own = drawSpikes({ unitCount: 40, stepCount: 100_000, probability: 0.02, seed: 11 });
  const common = drawSpikes({ unitCount: 1, stepCount: 100_000, probability: 0.01, seed: 12 });
  const cells = new Set(own.steps.map((step, k) => step * 40 + own.units[k]!));
  for (const step of common.steps) for (let unit = 0; unit < 40; unit++) cells.add(step * 40 + unit);
  const sorted = [...cells].sort((a, b) => a - b);
  const together = { steps: sorted.map((cell) => Math.floor(cell / 40)), units: sorted.map((cell) => cell % 40) };
  const chance = 1 - 0.99 * 0.98;
  const both = 0.01 + 0.99 * 0.02 ** 2;
  const expected = (both - chance ** 2) / (chance * (1 - chance));
  const { mean, pairCount } = meanCorrelation(together, { dt: 1, unitCount: 40, duration: 100_000, width: 10 });
  expect(pairCount).toBe(780);
  expect(expected).toBeCloseTo(0.329, 3);
  // The standard error of one pair is (1 − r²)/√(10 000 bins). The pairs share their input, so the mean is little
  // better.
  expect(Math.abs(mean - expected)).toBeLessThan((4 * (1 - expected ** 2)) / 100);
});

test("a hundred thousand units in ten thousand bins need memory only for their spikes", () => {
  // As a matrix the counts would take 4 GB. Every unit has one spike on average.
  const unitCount = 100_000;
  const spikes = drawSpikes({ unitCount, stepCount: 10_000, probability: 0.0001, seed: 4 });
  const window = { dt: 1, unitCount, duration: 10_000, width: 1 };
  const { mean, pairCount } = meanCorrelation(spikes, window);
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(10_000 * pairCount));
  expect(pairCount).toBeGreaterThan(1e9);
  const { first, second, correlations } = pairCorrelations(spikes, { ...window, pairs: 1000 });
  expect(new Set([...first, ...second]).size).toBeGreaterThan(1900);
  // Silent units are not drawn, so each pair has a correlation. Without a common bin it is slightly below 0.
  expect(correlations.every((value) => value > -0.01 && value <= 1 + 1e-12)).toBe(true);
});

test("the correlations agree with Elephant 1.2.1", () => {
  // correlation_coefficient of a BinnedSpikeTrain with bins of 3 ms; its mean over the upper triangle.
  const spikes = congruentialSpikes();
  const window = { dt: 0.1, unitCount: 23, duration: 918, width: 3 };
  const matrix = correlationMatrix(spikes, window);
  expect(matrix[1]).toBeCloseTo(-0.03127531776607485, 12);
  expect(matrix[2 * 23 + 5]).toBeCloseTo(-0.04832510950410436, 12);
  const { mean, pairCount } = meanCorrelation(spikes, window);
  expect(mean).toBeCloseTo(-0.025833567569557347, 12);
  expect(pairCount).toBe(253);
});

test.each([
  [
    "a partial bin",
    () => meanCorrelation(events, { ...options, width: 4 }),
    "meanCorrelation.width must cut the window of 6 ms",
  ],
  [
    "a width of 0",
    () => correlationMatrix(events, { ...options, width: 0 }),
    "correlationMatrix.width must be a finite number",
  ],
  [
    "a matrix of 80 GB",
    () => correlationMatrix(events, { ...options, unitCount: 100_000 }),
    "correlationMatrix.unitCount must be at most 8192; received 100000. Use meanCorrelation or pairCorrelations.",
  ],
  [
    "a pair of one unit",
    () => pairCorrelations(events, { ...options, pairs: [[1, 1]] }),
    "pairCorrelations.pairs[0] must be two different whole numbers in 0 … 3; received 1 and 1.",
  ],
  [
    "a pair with a unit beyond the last",
    () => pairCorrelations(events, { ...options, pairs: [[1, 4]] }),
    "pairCorrelations.pairs[0] must be two different whole numbers in 0 … 3; received 1 and 4.",
  ],
  [
    "no pairs",
    () => pairCorrelations(events, { ...options, pairs: 0 }),
    "pairCorrelations.pairs must be a whole number of at least 1; received 0.",
  ],
  [
    "a fractional seed",
    () => pairCorrelations(events, { ...options, pairs: 1, seed: 0.5 }),
    "pairCorrelations.seed must be a whole number; received 0.5.",
  ],
])("%s is refused", (_, compute, sentence) => {
  expect(compute).toThrow(ConfigError);
  expect(compute).toThrow(sentence);
});
