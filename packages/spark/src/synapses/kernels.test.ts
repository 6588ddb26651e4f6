import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CurrentOf, Synapse } from "../model/synapse.ts";
import { AlphaSynapse, ExponentialSynapse, FastSlowSynapse, RiseDecaySynapse } from "./index.ts";
import { currents } from "./target.test-support.ts";

/* Closed form of the response to one spike of weight 1: the current t ms after it, and the charge until then. */

interface Kernel {
  readonly make: (currentOf: CurrentOf) => Synapse;
  readonly current: (t: number) => number;
  /** pA·ms, which is fC. */
  readonly charge: (t: number) => number;
  readonly peak: number;
}
type Make = (scale: number) => Kernel;

const fall = (t: number, tau: number): number => Math.exp(-t / tau);
const fallen = (t: number, tau: number): number => -tau * Math.expm1(-t / tau);
const both = (rise: number, decay: number): number => (rise * decay) / (rise + decay);
const difference = (rise: number, decay: number) => ({
  current: (t: number) => fall(t, decay) - fall(t, both(rise, decay)),
  charge: (t: number) => fallen(t, decay) - fallen(t, both(rise, decay)),
});

const kernels: Readonly<Record<string, Make>> = {
  ExponentialSynapse: (scale) => ({
    make: (currentOf) => ExponentialSynapse({ tau: 5 * scale, currentOf }),
    current: (t) => fall(t, 5 * scale),
    charge: (t) => fallen(t, 5 * scale),
    peak: 0,
  }),
  AlphaSynapse: (scale) => ({
    make: (currentOf) => AlphaSynapse({ tau: 2 * scale, currentOf }),
    current: (t) => (t / (2 * scale)) * Math.exp(1 - t / (2 * scale)),
    charge: (t) => Math.E * 2 * scale * (1 - (1 + t / (2 * scale)) * fall(t, 2 * scale)),
    peak: 2 * scale,
  }),
  RiseDecaySynapse: (scale) => ({
    make: (currentOf) => RiseDecaySynapse({ riseTau: scale, decayTau: 5 * scale, currentOf }),
    ...difference(scale, 5 * scale),
    // The derivative of exp(−t/d)·(1 − exp(−t/r)) vanishes here.
    peak: scale * Math.log1p(5),
  }),
  FastSlowSynapse: (scale) => {
    const fast = difference(scale, 5 * scale);
    const slow = difference(scale, 50 * scale);
    return {
      make: (currentOf) =>
        FastSlowSynapse({ alpha: 0.7, riseTau: scale, fastTau: 5 * scale, slowTau: 50 * scale, currentOf }),
      current: (t) => 0.7 * fast.current(t) + 0.3 * slow.current(t),
      charge: (t) => 0.7 * fast.charge(t) + 0.3 * slow.charge(t),
      peak: Number.NaN,
    };
  },
};

/** Sums over the spikes that arrived; the current of each starts at the end of its step. */
const expected = (weights: readonly number[], dt: number, steps: number, one: (since: number) => number): number[] =>
  Array.from({ length: steps }, (_, k) => {
    const begin = k * dt;
    return weights.reduce((sum, weight, j) => {
      const since = begin - (j + 1) * dt;
      return since < -dt / 2 ? sum : sum + weight * one(Math.max(since, 0));
    }, 0);
  });

const close = (given: readonly number[], wanted: readonly number[], scale: number): void => {
  given.forEach((value, k) => {
    if (Math.abs(value - wanted[k]!) > 1e-9 * scale) expect(value, `current of step ${k + 1}`).toBe(wanted[k]);
  });
};

describe.each(Object.entries(kernels))("%s", (_, make) => {
  const weights = fc.array(fc.double({ min: -200, max: 200, noNaN: true }), { minLength: 1, maxLength: 8 });
  const dts = fc.constantFrom(0.05, 0.1, 0.5, 1, 3);
  const scales = fc.double({ min: 0.2, max: 4, noNaN: true });

  test("with the mean gives exactly the charge of each step over dt, for any weights", () => {
    fc.assert(
      fc.property(weights, dts, scales, (arriving, dt, scale) => {
        const { make: synapse, charge } = make(scale);
        const given = currents(synapse("mean"), { dt, steps: 60, arriving: (step) => arriving[step - 1] ?? 0 });
        close(
          given,
          expected(arriving, dt, 60, (t) => (charge(t + dt) - charge(t)) / dt),
          1000,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("with the value gives exactly the current at the start of each step, for any weights", () => {
    fc.assert(
      fc.property(weights, dts, scales, (arriving, dt, scale) => {
        const { make: synapse, current } = make(scale);
        const given = currents(synapse("value"), { dt, steps: 60, arriving: (step) => arriving[step - 1] ?? 0 });
        close(given, expected(arriving, dt, 60, current), 1000);
      }),
      { numRuns: 60 },
    );
  });

  test.each([0.1, 1])("conserves charge at dt %d", (dt) => {
    const { make: synapse, charge } = make(1);
    const steps = 2000 / dt;
    const given = currents(synapse("mean"), { dt, steps, arriving: (step) => (step === 1 ? 87.8 : 0) });
    const total = given.reduce((sum, current) => sum + current * dt, 0);
    expect(total / (87.8 * charge(1e6))).toBeCloseTo(1, 9);
  });

  test("settles under constant arriving weights at their charge per step", () => {
    const dt = 0.5;
    const { make: synapse, charge } = make(1);
    const given = currents(synapse("mean"), { dt, steps: 3000, arriving: () => 2 });
    expect(given.at(-1)).toBeCloseTo((2 * charge(1e9)) / dt, 8);
  });
});

test.each(["AlphaSynapse", "RiseDecaySynapse"])("%s peaks at the expected time", (name) => {
  const dt = 0.01;
  const { make, peak, current } = kernels[name]!(1.3);
  const given = currents(make("value"), { dt, steps: 2000, arriving: (step) => (step === 1 ? 1 : 0) });
  const largest = given.indexOf(Math.max(...given));
  expect(Math.abs(largest * dt - (peak + dt))).toBeLessThanOrEqual(dt / 2 + 1e-9);
  expect(given[largest]).toBeCloseTo(current(peak), 5);
});

test("an alpha synapse peaks at its weight", () => {
  const given = currents(AlphaSynapse({ tau: 2, currentOf: "value" }), {
    dt: 0.1,
    steps: 100,
    arriving: (step) => (step === 1 ? 42 : 0),
  });
  expect(Math.max(...given)).toBeCloseTo(42, 9);
});
