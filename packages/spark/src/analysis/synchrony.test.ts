import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { binCounts, correlationMatrix, fanoFactor, meanCorrelation, powerSpectrum } from "./index.ts";

test("the Fano factor is variance over mean", () => {
  // Mean 2, squares (4 + 0 + 4 + 0)/4 = 2; 2/2 = 1.
  expect(fanoFactor([0, 2, 4, 2])).toBe(1);
  expect(fanoFactor([3, 3, 3])).toBe(0);
});

test("the Fano factor is NaN where it is undefined", () => {
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

// Bins of 2 ms: unit 0 counts 2 1 0, unit 1 counts 1 1 1, unit 2 counts 0 1 1, unit 3 is silent.
const events = { steps: [1, 2, 2, 3, 3, 4, 5, 6], units: [0, 0, 1, 0, 1, 2, 1, 2] };
const options = { dt: 1, unitCount: 4, duration: 6, width: 2 };

test("the correlation of two units by hand", () => {
  // Less their means: 1 0 −1 and −2/3 1/3 1/3; product −2/3 − 1/3 = −1; lengths √2 and √(6/9): −1/√(4/3) = −√3/2.
  const matrix = correlationMatrix(events, options);
  expect(matrix[2]).toBeCloseTo(-Math.sqrt(3) / 2, 14);
  expect(matrix[8]).toBe(matrix[2]);
  expect(matrix[0]).toBe(1);
});

test("a unit whose counts do not vary has no correlation and does not enter the mean", () => {
  const matrix = correlationMatrix(events, options);
  expect([4, 5, 6, 7, 1, 9, 12, 15].map((index) => matrix[index])).toEqual(Array(8).fill(Number.NaN));
  const { mean, pairCount } = meanCorrelation(events, options);
  expect(pairCount).toBe(1);
  expect(mean).toBeCloseTo(-Math.sqrt(3) / 2, 14);
  expect(meanCorrelation({ steps: [], units: [] }, options)).toEqual({ mean: Number.NaN, pairCount: 0 });
});

test("the mean is that of the matrix, lies in −1 … 1 and is blind to the names of units", () => {
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

test("the spectrum of a sine is one line that holds its variance", () => {
  // 100 values 10 ms apart: 1 s, lines 1 Hz apart. Amplitude 3 at 7 Hz: variance 9/2.
  const values = Array.from({ length: 100 }, (_, k) => 5 + 3 * Math.sin((2 * Math.PI * 7 * k) / 100));
  const { frequencies, power } = powerSpectrum(values, { width: 10 });
  expect(frequencies.length).toBe(50);
  expect(frequencies[6]).toBeCloseTo(7, 12);
  expect(power[6]).toBeCloseTo(4.5, 10);
  expect(power.reduce((sum, value) => sum + value, 0)).toBeCloseTo(4.5, 10);
});

test("power summed over frequencies is the variance, for even and odd lengths", () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 31 });
  fc.assert(
    fc.property(values, fc.constantFrom(0.1, 1, 25), (list, width) => {
      const { frequencies, power } = powerSpectrum(list, { width });
      const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
      const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length;
      expect(power.reduce((sum, value) => sum + value, 0) * frequencies[0]!).toBeCloseTo(variance, 8);
    }),
  );
});

test("a highest frequency leaves out the lines above it", () => {
  const { frequencies } = powerSpectrum([1, 2, 3, 4, 0, 1, 0, 3, 1, 1], { width: 100, highest: 3 });
  expect([...frequencies]).toEqual([1, 2, 3]);
});

test.each([
  [
    "a negative count",
    () => fanoFactor([1, -1]),
    "fanoFactor.counts[1] must be a finite count of at least 0; received -1",
  ],
  ["a count of NaN", () => fanoFactor([Number.NaN]), "fanoFactor.counts[0]"],
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
  ["one value", () => powerSpectrum([1], { width: 1 }), "powerSpectrum.values must hold at least 2 values; received 1"],
  [
    "a value of NaN",
    () => powerSpectrum([1, Number.NaN], { width: 1 }),
    "powerSpectrum.values[1] must be finite; received NaN",
  ],
  [
    "no width",
    () => powerSpectrum([1, 2], { width: 0 }),
    "powerSpectrum.width must be a finite number greater than 0 ms",
  ],
])("%s is refused", (_, compute, sentence) => {
  expect(compute).toThrow(ConfigError);
  expect(compute).toThrow(sentence);
});
