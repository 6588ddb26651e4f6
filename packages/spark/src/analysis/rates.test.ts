import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { firingRate, populationRate, rateHistogram, unitRates } from "./index.ts";

test("the rate of a train is its number of spikes over seconds", () => {
  // 4 spikes in 2000 ms = 2 Hz. Between 500 (excluded) and 1500 ms (included): 2 spikes in 1 s = 2 Hz.
  const times = [100, 500, 900, 1500];
  expect(firingRate(times, { to: 2000 })).toBe(2);
  expect(firingRate(times, { from: 500, to: 1500 })).toBe(2);
  expect(firingRate([], { to: 10 })).toBe(0);
});

test("a spike at the last step counts although step·dt is rounded up", () => {
  expect(3 * 0.1).toBeGreaterThan(0.3);
  expect(firingRate([3 * 0.1], { to: 0.3 })).toBeCloseTo(1000 / 0.3, 9);
});

const events = { steps: [1, 2, 2, 3, 4, 6], units: [0, 0, 1, 1, 0, 1] };
const population = { dt: 50, unitCount: 3, duration: 300 };

test("unit rates include silent units", () => {
  // 3 spikes in 0.3 s = 10 Hz for both; from 100 to 200 ms one spike each in 0.1 s = 10 Hz.
  expect([...unitRates(events, population)]).toEqual([3 / 0.3, 3 / 0.3, 0]);
  expect([...unitRates(events, { ...population, from: 100, to: 200 })]).toEqual([10, 10, 0]);
});

test("the population rate is per unit and per second, at the centres of the bins", () => {
  // Bins of 100 ms hold 3, 2, 1 spikes of 3 units: 3/(3·0.1 s) = 10 Hz, then 6.67 and 3.33.
  const rate = populationRate(events, { ...population, width: 100 });
  expect([...rate.times]).toEqual([50, 150, 250]);
  expect(rate.values[0]).toBeCloseTo(10, 12);
  expect(rate.values[1]).toBeCloseTo(20 / 3, 12);
  expect(rate.values[2]).toBeCloseTo(10 / 3, 12);
});

test("the centres depend on the start of the window", () => {
  expect([...populationRate(events, { ...population, from: 100, width: 100 }).times]).toEqual([150, 250]);
});

const spikes = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 })), { maxLength: 50 });
const sortedEvents = (list: readonly (readonly [number, number])[], relabel: (unit: number) => number = (u) => u) => {
  const sorted = [...list].sort(([a], [b]) => a - b);
  return { steps: sorted.map(([step]) => step), units: sorted.map(([, unit]) => relabel(unit)) };
};

test("the mean population rate is the mean of the unit rates", () => {
  fc.assert(
    fc.property(spikes, fc.constantFrom(1, 4, 15, 60), (list, width) => {
      const options = { dt: 1, unitCount: 4, duration: 60 };
      const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const binned = populationRate(sortedEvents(list), { ...options, width }).values;
      expect(mean(binned)).toBeCloseTo(mean(unitRates(sortedEvents(list), options)), 9);
    }),
  );
});

test("relabelling units permutes unit rates and does not change the population rate", () => {
  fc.assert(
    fc.property(spikes, (list) => {
      const options = { dt: 1, unitCount: 4, duration: 60, width: 5 };
      const mirrored = sortedEvents(list, (unit) => 3 - unit);
      expect(unitRates(mirrored, options).reverse()).toEqual(unitRates(sortedEvents(list), options));
      expect(populationRate(mirrored, options)).toEqual(populationRate(sortedEvents(list), options));
    }),
  );
});

test("stretching time by 2 halves the rate", () => {
  fc.assert(
    fc.property(spikes, (list) => {
      const slow = unitRates(sortedEvents(list), { dt: 2, unitCount: 4, duration: 120 });
      const fast = unitRates(sortedEvents(list), { dt: 1, unitCount: 4, duration: 60 });
      expect([...slow].map((rate) => 2 * rate)).toEqual([...fast]);
    }),
  );
});

test("a histogram of rates counts every value", () => {
  // Bins [0, 2), [2, 4), [4, 6]; 6 is in the last, 7 above.
  const histogram = rateHistogram([0, 1.5, 2, 6, 7, 4], { to: 6, binCount: 3 });
  expect([...histogram.edges]).toEqual([0, 2, 4, 6]);
  expect([...histogram.counts]).toEqual([2, 1, 2]);
  expect(histogram.above).toBe(1);
  expect(rateHistogram([1, 5], { from: 2, to: 6, binCount: 1 }).below).toBe(1);
});

test("a border, and what only rounding puts below it, belongs to the bin on its right; smaller values to the left", () => {
  for (let binCount = 2; binCount <= 60; binCount++) {
    const options = { to: 0.7, binCount };
    const inner = [...rateHistogram([], options).edges].slice(1, -1);
    const onBorders = Array.from({ length: binCount }, (_, k) => (k === 0 ? 0 : 1));
    expect([...rateHistogram(inner, options).counts]).toEqual(onBorders);
    const rounded = inner.map((edge) => edge * (1 - Number.EPSILON / 2));
    expect([...rateHistogram(rounded, options).counts]).toEqual(onBorders);
    const below = inner.map((edge) => edge - (1e-6 * 0.7) / binCount);
    expect([...rateHistogram(below, options).counts]).toEqual(onBorders.toReversed());
  }
});

test("every value lies between the borders of its bin", () => {
  const values = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 40 }), (list, binCount) => {
      const { edges, counts, above } = rateHistogram(list, { to: 30, binCount });
      const expected = Array.from(counts, (_, k) => {
        const last = k === binCount - 1;
        return list.filter((v) => v >= edges[k]! && (last ? v <= edges[k + 1]! : v < edges[k + 1]!)).length;
      });
      expect([...counts]).toEqual(expected);
      expect(counts.reduce((sum, count) => sum + count, above)).toBe(list.length);
    }),
  );
});

test.each([
  [
    "an empty window",
    () => firingRate([], { to: 0 }),
    "firingRate.to must be finite and greater than from, 0 ms; received 0 ms",
  ],
  [
    "a window without a valid start",
    () => firingRate([], { from: Number.NaN, to: 1 }),
    "firingRate.from must be finite; received NaN ms",
  ],
  [
    "unsorted times",
    () => firingRate([2, 1], { to: 5 }),
    "firingRate.times[1] must not be earlier than the spike before it, 2 ms",
  ],
  [
    "a time of NaN",
    () => firingRate([1, Number.NaN], { to: 5 }),
    "firingRate.times[1] must be a finite time; received NaN ms",
  ],
  [
    "a negative rate",
    () => rateHistogram([1, -1], { to: 5, binCount: 1 }),
    "rateHistogram.rates[1] must be a finite number of at least 0 Hz",
  ],
  [
    "zero bins",
    () => rateHistogram([1], { to: 5, binCount: 0 }),
    "rateHistogram.binCount must be a whole number of at least 1; received 0",
  ],
  ["an infinite range", () => rateHistogram([1], { to: Infinity, binCount: 1 }), "rateHistogram.to must be finite"],
])("%s is refused", (_, compute, sentence) => {
  expect(compute).toThrow(ConfigError);
  expect(compute).toThrow(sentence);
});
