import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import {
  binCounts,
  coefficientOfVariation,
  fanoFactor,
  meanVariation,
  populationSummary,
  synchrony,
  trainsOf,
  unitRates,
  unitVariations,
} from "./index.ts";
import { congruentialSpikes, drawSpikes } from "./poisson.test-support.ts";

// Unit 0: intervals 10, 30, 20 ms; unit 1: three spikes; unit 2 is silent.
const events = { steps: [5, 6, 15, 20, 45, 65, 70], units: [0, 1, 0, 1, 0, 0, 1] };
const options = { dt: 1, unitCount: 3, duration: 90 };

test("the mean CV includes units with at least four spikes", () => {
  const cv = Math.sqrt(200 / 3) / 20;
  expect(meanVariation(events, options).mean).toBeCloseTo(cv, 14);
  expect(meanVariation(events, options).unitCount).toBe(1);
  // Unit 1: intervals 14 and 50 ms, mean 32, deviations 18.
  const { mean, unitCount } = meanVariation(events, { ...options, leastSpikes: 3 });
  expect(unitCount).toBe(2);
  expect(mean).toBeCloseTo((cv + 18 / 32) / 2, 14);
});

test("spikes before the window and their intervals do not count", () => {
  expect([...unitVariations(events, { ...options, from: 5, leastSpikes: 3 })]).toEqual([
    expect.closeTo(5 / 25, 14),
    expect.closeTo(18 / 32, 14),
    Number.NaN,
  ]);
  expect(meanVariation(events, { ...options, from: 5 })).toEqual({ mean: Number.NaN, unitCount: 0 });
});

test("the CVs equal those of the single trains", () => {
  const spikes = fc.uniqueArray(fc.integer({ min: 0, max: 4 * 60 - 1 }), { maxLength: 90 });
  fc.assert(
    fc.property(spikes, fc.constantFrom(0.1, 1, 2.5), (cells, dt) => {
      const sorted = [...cells].sort((a, b) => a - b);
      const train = { steps: sorted.map((cell) => Math.floor(cell / 4) + 1), units: sorted.map((cell) => cell % 4) };
      const each = unitVariations(train, { dt, unitCount: 4, duration: 60 * dt, leastSpikes: 3 });
      trainsOf(train, { dt, unitCount: 4 }).forEach((times, unit) => {
        const expected = coefficientOfVariation(times);
        if (Number.isNaN(expected)) expect(each[unit]).toBeNaN();
        else expect(each[unit]).toBeCloseTo(expected, 9);
      });
    }),
  );
});

test("a clock has a CV of exactly 0", () => {
  const steps = Array.from({ length: 100_000 }, (_, k) => (k + 1) * 37);
  const each = unitVariations({ steps, units: steps.map(() => 0) }, { dt: 0.1, unitCount: 1, duration: 370_000 });
  expect([...each]).toEqual([0]);
});

test("the summary equals the results of its functions", () => {
  const window = { ...options, from: 5, to: 80, width: 5, leastSpikes: 3 };
  const { spikeCount, rate, cv, cvUnits, synchrony: fano } = populationSummary(events, window);
  expect(spikeCount).toBe(6);
  // 6 spikes of 3 units in 75 ms.
  expect(rate).toBeCloseTo(6 / 3 / 0.075, 12);
  expect(rate).toBeCloseTo(unitRates(events, window).reduce((sum, value) => sum + value, 0) / 3, 12);
  expect({ mean: cv, unitCount: cvUnits }).toEqual(meanVariation(events, window));
  expect(fano).toBe(fanoFactor(binCounts(events, window)));
});

test("a partial bin at the end of the window does not enter the synchrony", () => {
  // 100 ms are 33 bins of 3 ms; the spikes of the last ms are in no bin.
  const late = { steps: [3, 100, 100, 100], units: [0, 0, 1, 2] };
  const grid = { dt: 1, unitCount: 3, duration: 100 };
  expect(synchrony(late, grid)).toBe(fanoFactor(binCounts({ steps: [3], units: [0] }, { ...grid, to: 99, width: 3 })));
  expect(populationSummary(late, grid)).toMatchObject({ spikeCount: 4, synchrony: synchrony(late, grid) });
});

test("a silent population has a rate of 0 and no other values", () => {
  expect(populationSummary({ steps: [], units: [] }, options)).toEqual({
    spikeCount: 0,
    rate: 0,
    cv: Number.NaN,
    cvUnits: 0,
    synchrony: Number.NaN,
  });
});

test("independent units with constant probability p have synchrony 1 − p and CV √(1 − p)", () => {
  // 400 units, 50 000 steps of 0.2 ms, p = 0.004: 20 Hz, 200 spikes per unit. In the limit p → 0 this is Poisson: 1 and
  // 1.
  const probability = 0.004;
  const spikes = drawSpikes({ unitCount: 400, stepCount: 50_000, probability, seed: 7 });
  const found = populationSummary(spikes, { dt: 0.2, unitCount: 400, duration: 10_000 });
  // Four standard deviations. Rate: 80 000 spikes. Fano factor: √(2/3333) for 3333 bins. CV: 1/√200 for 200 intervals,
  // 1/20 of that for the mean of 400 units, and a bias of about −1/200.
  expect(Math.abs(found.rate - 20)).toBeLessThan((4 * 20) / Math.sqrt(80_000));
  expect(Math.abs(found.synchrony - (1 - probability))).toBeLessThan(4 * Math.sqrt(2 / 3333));
  expect(found.cv).toBeLessThan(Math.sqrt(1 - probability) + 4 / Math.sqrt(200 * 400));
  expect(found.cv).toBeGreaterThan(Math.sqrt(1 - probability) - 1 / 200 - 4 / Math.sqrt(200 * 400));
  expect(found.cvUnits).toBe(400);
});

test("the summary agrees with NumPy and Elephant 1.2.1 for the same spikes", () => {
  // cv and isi of elephant.statistics and their mean; numpy's var/mean of counts in 306 bins of 3 ms.
  const found = populationSummary(congruentialSpikes(), { dt: 0.1, unitCount: 23, duration: 918 });
  expect(found.rate).toBeCloseTo(142.08581983518044, 10);
  expect(found.cv).toBeCloseTo(0.9497632436309482, 12);
  expect(found.cvUnits).toBe(23);
  expect(found.synchrony).toBeCloseTo(0.43474509803921557, 12);
});

test.each([
  ["fewer than three spikes", { leastSpikes: 2 }, "populationSummary.leastSpikes must be at least 3; received 2."],
  [
    "a fractional number of spikes",
    { leastSpikes: 4.5 },
    "populationSummary.leastSpikes must be a whole number of at least 1",
  ],
  ["a bin between steps", { width: 1.5 }, "populationSummary.width must be a whole number of steps of 1 ms"],
  ["a start after the end", { from: 90 }, "populationSummary.from must be a window inside the run of 90 ms"],
  ["a unit beyond the last", { unitCount: 1 }, "populationSummary.events.units[1] must be a whole number in 0 … 0"],
])("%s is refused", (_, change, sentence) => {
  const call = () => populationSummary(events, { ...options, ...change });
  expect(call).toThrow(ConfigError);
  expect(call).toThrow(sentence);
});

test("a unit that spikes twice in one step is refused", () => {
  expect(() => meanVariation({ steps: [3, 3], units: [1, 1] }, options)).toThrow(
    "meanVariation.events.units[1] must not repeat a spike; received unit 1 again at step 3.",
  );
});
