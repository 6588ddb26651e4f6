import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FloatFilter, SpikeFilter } from "./filter.ts";

const reading = (filter: SpikeFilter | FloatFilter, step: number): number => {
  const out = new Float64Array(1);
  filter.read(step, out);
  return out[0]!;
};
/** A filter of one unit that has taken spikes of some steps. */
const after = (steps: readonly number[], tau: number | undefined, dt: number): SpikeFilter => {
  const filter = new SpikeFilter(1, undefined, { tau, mean: false, scale: 1 }, dt, 1);
  for (const step of steps) filter.add(step, 0);
  return filter;
};

describe("a filter of spikes", () => {
  test("gives 1000/tau Hz after a spike, that decay with tau, where steps are short", () => {
    const filter = after([100_000], 20, 1e-4);
    expect(reading(filter, 100_000)).toBeCloseTo(1000 / 20, 3);
    expect(reading(filter, 300_000)).toBeCloseTo((1000 / 20) * Math.exp(-1), 3);
  });

  test("is the sum of what each spike leaves, with the same spikes at any step", () => {
    const tau = 15;
    const dt = 0.5;
    const steps = [3, 4, 40, 2000, 2001, 5000];
    const gain = ((1 - Math.exp(-dt / tau)) * 1000) / dt;
    for (const at of [3, 39, 41, 2000, 3500, 5000, 5400]) {
      const past = steps.filter((step) => step <= at);
      const sum = past.reduce((total, step) => total + gain * Math.exp((-(at - step) * dt) / tau), 0);
      expect(Math.abs(reading(after(past, tau, dt), at) / sum - 1)).toBeLessThan(1e-12);
    }
  });

  test.each([
    [0.1, 5, 20],
    [1, 2, 50],
    [1, 0.3, 7],
    [0.5, 400, 30],
    [1, undefined, 10],
  ])("has the rate of regular spikes as its mean over time, whatever dt and tau: %s, %s", (dt, tau, interval) => {
    const period = Math.round(interval / dt);
    const filter = new SpikeFilter(1, undefined, { tau, mean: false, scale: 1 }, dt, 1);
    const settled = Math.ceil((60 * (tau ?? 0)) / dt / period) + 1;
    let sum = 0;
    for (let step = 1; step <= (settled + 1) * period; step++) {
      if (step % period === 0) filter.add(step, 0);
      if (step > settled * period) sum += reading(filter, step);
    }
    expect(Math.abs(sum / period / (1000 / interval) - 1)).toBeLessThan(1e-12);
  });

  test("goes the way of the step equation r + k(x − r), and does not depend on when it is read", () => {
    const spikes = fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(spikes, fc.double({ min: 0.1, max: 500, noNaN: true }), fc.nat(5000), (list, tau, at) => {
        const dt = 0.25;
        const steps = list.sort((a, b) => a - b);
        const last = Math.max(at, steps.at(-1)!);
        const k = -Math.expm1(-dt / tau);
        const read = new SpikeFilter(1, undefined, { tau, mean: false, scale: 1 }, dt, 1);
        let value = 0;
        for (let step = 1; step <= last; step++) {
          if (steps.includes(step)) read.add(step, 0);
          value += k * ((steps.includes(step) ? 1000 / dt : 0) - value);
          reading(read, step);
        }
        expect(reading(read, last)).toBe(reading(after(steps, tau, dt), last));
        // Each step of the equation rounds once more.
        expect(Math.abs(reading(read, last) - value)).toBeLessThan(1e-11 * (value + 1e-300) * last);
      }),
      { numRuns: 200 },
    );
  });

  test("without a time constant is 1000/dt Hz in the step of a spike and 0 in all others", () => {
    const filter = after([7], undefined, 0.5);
    expect([reading(filter, 7), reading(filter, 8)]).toEqual([2000, 0]);
  });

  test("takes the mean over units, of some of them alone, and scales it", () => {
    const columnOf = Int32Array.of(0, -1, 0, 0);
    const filter = new SpikeFilter(1, columnOf, { mean: true, scale: 2 }, 1, 3);
    for (const unit of [0, 1, 2]) filter.add(1, unit);
    expect(reading(filter, 1)).toBeCloseTo((2 * 2 * 1000) / 3, 10);
  });
});

describe("a filter of a variable", () => {
  const places = Int32Array.of(1);

  test("starts at the first value, and goes to a new one with its time constant", () => {
    const filter = new FloatFilter(1, { tau: 20, mean: false, scale: 1 }, 0.5);
    filter.take(1, [9, -60], 0, places);
    expect(reading(filter, 1)).toBe(-60);
    for (let step = 2; step <= 101; step++) filter.take(step, [9, -50], 0, places);
    expect(reading(filter, 101)).toBeCloseTo(-50 - 10 * Math.exp(-50 / 20), 10);
  });

  test("without a time constant gives what it took last; a mean is over the places in their order", () => {
    const filter = new FloatFilter(1, { mean: true, scale: -1 }, 1);
    filter.take(1, [0, 0, 1, 2, 6], 2, Int32Array.of(0, 2));
    expect(reading(filter, 1)).toBe(-3.5);
  });
});
