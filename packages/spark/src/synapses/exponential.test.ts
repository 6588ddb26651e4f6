import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LeakySoma } from "../somas/index.ts";
import { ExponentialSynapse } from "./index.ts";
import { target } from "./target.test-support.ts";

/** A soma that never spikes. */
const silent = (config: { readonly potentialTau?: number; readonly units?: number[] } = {}) =>
  LeakySoma({ threshold: 1e6, ...config });
const at = (when: number, weight: number) => (step: number) => (step === when ? weight : 0);

describe("an exponential synapse", () => {
  /** Rotter and Diesmann 1999: the potential t ms after a spike of weight w into a leaky membrane. */
  const psp = (t: number, w: number, tau: number, membrane: number, resistance: number): number =>
    t <= 0 ? 0 : ((resistance * w * tau) / (tau - membrane)) * (Math.exp(-t / tau) - Math.exp(-t / membrane));

  test("gives the known potential: nearly exact with the mean, late by half a step with the value", () => {
    const dt = 0.1;
    const worst = (currentOf: "mean" | "value", shift: number): number => {
      const { potential } = target(silent({ potentialTau: 10 }), ExponentialSynapse({ tau: 2, currentOf }), {
        dt,
        steps: 400,
        arriving: at(11, 100),
      });
      return Math.max(
        ...potential.map(([v], k) => Math.abs(v! + 60 - psp((k + 1 - 11) * dt + shift, 100, 2, 10, 0.1))),
      );
    };
    const peak = psp((Math.log(10 / 2) * 10 * 2) / 8, 100, 2, 10, 0.1);
    expect(worst("mean", 0)).toBeLessThan(0.001 * peak);
    expect(worst("value", 0)).toBeGreaterThan(0.02 * peak);
  });

  test("begins at the end of the step in which its spike arrives", () => {
    const { potential } = target(silent(), ExponentialSynapse(), { dt: 1, steps: 6, arriving: at(3, 100) });
    expect(potential.slice(0, 3).flat()).toEqual([-60, -60, -60]);
    expect(potential[3]![0]).toBeGreaterThan(-60);
  });

  test.each([0.1, 0.5, 1, 7])("conserves charge with the mean, at dt %d", (dt) => {
    // Almost without a leak, the membrane integrates charge: R·Q/tau with a tau of a billion ms.
    const tau = 5;
    const { potential } = target(
      LeakySoma({ potentialTau: 1e9, resistance: 1e6, threshold: 1e6 }),
      ExponentialSynapse({ tau }),
      { dt, steps: Math.ceil(400 / dt), arriving: at(1, 100) },
    );
    const charge = ((potential.at(-1)![0]! + 60) * 1e9) / 1e6;
    expect(charge / (100 * tau)).toBeCloseTo(1, 5);
  });

  test("settles under constant input to weight·rate·tau, where mean and decay agree", () => {
    const dt = 0.1;
    const { recorded } = target(silent(), ExponentialSynapse({ tau: 5 }), {
      dt,
      steps: 2000,
      arriving: () => 3,
      record: ["trace"],
    });
    // The fixed point of T' = T·exp(−dt/tau) + w.
    expect(recorded["trace"]!.at(-1)![0]).toBeCloseTo(3 / -Math.expm1(-dt / 5), 9);
  });

  test("is linear: the trace of a sum is the sum of the traces", () => {
    const weights = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(weights, weights, (first, second) => {
        const trace = (arriving: (step: number) => number): number[] =>
          target(silent(), ExponentialSynapse(), { dt: 0.5, steps: 20, arriving, record: ["trace"] }).recorded[
            "trace"
          ]!.map(([value]) => value!);
        const a = trace((step) => first[step - 1]!);
        const b = trace((step) => second[step - 1]!);
        const both = trace((step) => first[step - 1]! + second[step - 1]!);
        both.forEach((value, k) => void expect(value).toBeCloseTo(a[k]! + b[k]!, 9));
      }),
      { numRuns: 30 },
    );
  });

  test.each(["f32", "f64"] as const)("reaches zero in %s without subnormal values", (precision) => {
    const trace = target(silent(), ExponentialSynapse({ tau: 1 }), {
      dt: 1,
      steps: 200,
      arriving: (step) => (step === 1 ? -100 : 0),
      precision,
      record: ["trace"],
    }).recorded["trace"]!.map(([value]) => value!);
    expect(trace[60]).not.toBe(0);
    expect(trace.at(-1)).toBe(0);
    for (const value of trace) expect(value === 0 || Math.abs(value) > 1e-31).toBe(true);
  });

  test("takes one value per target unit", () => {
    const { recorded } = target(silent({ units: [2] }), ExponentialSynapse({ tau: [1, 2] }), {
      dt: 1,
      steps: 2,
      arriving: at(1, 1),
      record: ["trace"],
    });
    expect(recorded["trace"]![1]!.map((value) => value.toFixed(9))).toEqual([
      Math.exp(-1).toFixed(9),
      Math.exp(-0.5).toFixed(9),
    ]);
  });
});
