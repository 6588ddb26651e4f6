import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { populationRate, powerSpectrum } from "./index.ts";
import { drawSpikes } from "./poisson.test-support.ts";

test("the spectrum of a sine is one line with its variance", () => {
  // 100 values 10 ms apart: 1 s, lines 1 Hz apart. Amplitude 3 at 7 Hz: variance 9/2.
  const values = Array.from({ length: 100 }, (_, k) => 5 + 3 * Math.sin((2 * Math.PI * 7 * k) / 100));
  const { frequencies, power } = powerSpectrum(values, { width: 10 });
  expect(frequencies.length).toBe(50);
  expect(frequencies[6]).toBeCloseTo(7, 12);
  expect(power[6]).toBeCloseTo(4.5, 10);
  expect(power.reduce((sum, value) => sum + value, 0)).toBeCloseTo(4.5, 10);
});

test("the integral of the power over frequencies is the variance, for even and odd lengths", () => {
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

test("a highest frequency excludes the lines above it", () => {
  const { frequencies } = powerSpectrum([1, 2, 3, 4, 0, 1, 0, 3, 1, 1], { width: 100, highest: 3 });
  expect([...frequencies]).toEqual([1, 2, 3]);
});

test("without segments the whole series is one; with them they overlap by half", () => {
  const values = Array.from({ length: 100 }, (_, k) => (k * k) % 7);
  expect(powerSpectrum(values, { width: 1 }).segmentCount).toBe(1);
  // Starts 0, 10, … 80.
  const { frequencies, segmentCount } = powerSpectrum(values, { width: 1, segment: 20 });
  expect(segmentCount).toBe(9);
  expect(frequencies.length).toBe(10);
  expect(frequencies[0]).toBe(50);
  // Starts 0, 11, … 77.
  expect(powerSpectrum(values, { width: 1, segment: 21 }).segmentCount).toBe(8);
});

test("Welch's spectrum agrees with SciPy 1.17, for even, odd and composite segments", () => {
  // scipy.signal.welch(x, fs=400, nperseg=64) and nperseg=75, at its lines 1, 2, 10 and the last two.
  const values = Array.from({ length: 1000 }, (_, n) => ((n * n * 7 + n * 3) % 101) + 10 * Math.sin(n));
  const cases: readonly (readonly [number, readonly number[], readonly number[]])[] = [
    [
      64,
      [1, 2, 10, 31, 32],
      [2.2990702825334037, 3.539709602653493, 14.954032649499243, 6.270578220373308, 1.2780507392855567],
    ],
    [
      75,
      [1, 2, 10, 36, 37],
      [2.7416051011847404, 2.9142720650027165, 9.050554618829006, 8.589500236450888, 3.453666433505156],
    ],
  ];
  for (const [count, lines, expected] of cases) {
    const { frequencies, power } = powerSpectrum(values, { width: 2.5, segment: 2.5 * count });
    expect(frequencies[0]).toBeCloseTo(400 / count, 12);
    lines.forEach((line, index) => {
      expect(power[line - 1]).toBeCloseTo(expected[index]!, 10);
    });
  }
});

/** 400 units that spike with probability 0.02 · keep in each of 20 000 steps of 1 ms: at most 20 Hz. */
const rateOf = (keep?: (step: number) => number): Float64Array => {
  const spikes = drawSpikes({ unitCount: 400, stepCount: 20_000, probability: 0.02, seed: 5, ...(keep && { keep }) });
  return populationRate(spikes, { dt: 1, unitCount: 400, duration: 20_000, width: 1 }).values;
};

test("a population of independent units has a flat spectrum of 2r/n", () => {
  const { power, segmentCount } = powerSpectrum(rateOf(), { width: 1, segment: 500 });
  expect(segmentCount).toBe(79);
  // 2 · 20 Hz / 400, reduced by the factor 1 − p for a probability p per step. Half the sampling rate has one side
  // only.
  const flat = ((2 * 20) / 400) * (1 - 0.02);
  const inner = power.subarray(1, -1);
  for (const value of inner) expect(Math.abs(value / flat - 1)).toBeLessThan(5 / Math.sqrt(segmentCount));
  const mean = inner.reduce((sum, value) => sum + value, 0) / inner.length;
  expect(Math.abs(mean / flat - 1)).toBeLessThan(0.02);
});

test("a modulated rate appears at its frequency with half the square of its amplitude", () => {
  // 10 Hz · (1 + 0.6 sin) at 40 Hz: amplitude 6 Hz, 18 (Hz)². The taper spreads a line over three.
  const values = rateOf((step) => 0.5 * (1 + 0.6 * Math.sin((2 * Math.PI * 40 * step) / 1000)));
  const { frequencies, power } = powerSpectrum(values, { width: 1, segment: 500 });
  const peak = power.indexOf(Math.max(...power));
  expect(frequencies[peak]).toBeCloseTo(40, 10);
  const background = (2 * 10) / 400;
  const inPeak = (power[peak - 1]! + power[peak]! + power[peak + 1]! - 3 * background) * frequencies[0]!;
  expect(Math.abs(inPeak / 18 - 1)).toBeLessThan(0.03);
});

test.each([
  [
    "one value",
    () => powerSpectrum([1], { width: 1 }),
    "powerSpectrum.values must contain at least 2 values; received 1",
  ],
  [
    "a value of NaN",
    () => powerSpectrum([1, Number.NaN], { width: 1 }),
    "powerSpectrum.values[1] must be finite; received NaN",
  ],
  [
    "a width of 0",
    () => powerSpectrum([1, 2], { width: 0 }),
    "powerSpectrum.width must be a finite number greater than 0 ms",
  ],
  [
    "a segment between values",
    () => powerSpectrum([1, 2, 3], { width: 2, segment: 5 }),
    "powerSpectrum.segment must be a whole number of steps of 2 ms; received 5 ms.",
  ],
  [
    "a segment longer than the series",
    () => powerSpectrum([1, 2, 3], { width: 2, segment: 8 }),
    "powerSpectrum.segment must be from 4 ms to the length of the series, 6 ms; received 8 ms.",
  ],
  ["a segment of one value", () => powerSpectrum([1, 2, 3], { width: 2, segment: 2 }), "received 2 ms."],
])("%s is refused", (_, compute, sentence) => {
  expect(compute).toThrow(ConfigError);
  expect(compute).toThrow(sentence);
});
