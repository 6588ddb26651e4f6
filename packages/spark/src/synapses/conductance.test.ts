import { describe, expect, test } from "vitest";
import type { Synapse } from "../model/synapse.ts";
import { LeakySoma } from "../somas/index.ts";
import { ConductanceAlphaSynapse, ConductanceExponentialSynapse } from "./index.ts";
import { target } from "./target.test-support.ts";

const membrane = { rest: -60, tau: 20, resistance: 0.1 };
const WEIGHT = 30; // nS, three times the leak
const REVERSAL = -10;

interface Case {
  readonly synapse: Synapse;
  /** nS, t ms after a spike of weight 1. */
  readonly conductance: (t: number) => number;
}
const cases: Readonly<Record<string, Case>> = {
  ConductanceExponentialSynapse: {
    synapse: ConductanceExponentialSynapse({ tau: 5, potentialReversal: REVERSAL }),
    conductance: (t) => Math.exp(-t / 5),
  },
  ConductanceAlphaSynapse: {
    synapse: ConductanceAlphaSynapse({ tau: 2, potentialReversal: REVERSAL }),
    conductance: (t) => (t / 2) * Math.exp(1 - t / 2),
  },
};

/** The potential every `every` ms after a spike, by Runge and Kutta with steps small enough to count as exact. */
const exact = (conductance: (t: number) => number, until: number, every: number): number[] => {
  const { rest, tau, resistance } = membrane;
  const slope = (t: number, v: number): number =>
    (rest - v + resistance * WEIGHT * conductance(t) * (REVERSAL - v)) / tau;
  const parts = Math.round(every / 0.005);
  const h = every / parts;
  const values: number[] = [];
  let v = rest;
  for (let k = 0; k < Math.round(until / h); k++) {
    const t = k * h;
    const a = slope(t, v);
    const b = slope(t + h / 2, v + (h / 2) * a);
    const c = slope(t + h / 2, v + (h / 2) * b);
    v += (h / 6) * (a + 2 * b + 2 * c + slope(t + h, v + h * c));
    if ((k + 1) % parts === 0) values.push(v);
  }
  return values;
};

describe.each(Object.entries(cases))("%s", (_, { synapse, conductance }) => {
  const run = (dt: number) =>
    target(LeakySoma({ threshold: 0 }), synapse, {
      dt,
      steps: 1 + Math.round(30 / dt),
      arriving: (step) => (step === 1 ? WEIGHT : 0),
      record: ["conductance"],
    });
  const error = (dt: number): number => {
    const wanted = exact(conductance, 30, dt);
    return Math.max(
      ...run(dt)
        .potential.slice(1)
        .map(([v], k) => Math.abs(v! - wanted[k]!)),
    );
  };

  test("has an exact conductance for any dt", () => {
    for (const dt of [0.1, 1]) {
      run(dt).recorded["conductance"]!.forEach(([g], k) => {
        expect(g).toBeCloseTo(WEIGHT * conductance(k * dt), 9);
      });
    }
  });

  test("moves the potential according to the equations, with an error of first order in dt", () => {
    const coarse = error(0.2);
    const fine = error(0.1);
    expect(fine).toBeLessThan(0.12);
    expect(coarse / fine).toBeGreaterThan(1.8);
    expect(coarse / fine).toBeLessThan(2.2);
  });

  test("gives no current at its reversal potential, and pulls toward it from both sides", () => {
    const after = (start: number): number => {
      const soma = LeakySoma({ potentialRest: start, potentialReset: start, threshold: 100 });
      const { potential } = target(soma, synapse, {
        dt: 0.1,
        steps: 40,
        arriving: (step) => (step === 1 ? WEIGHT : 0),
      });
      return potential.at(-1)![0]!;
    };
    expect(after(REVERSAL)).toBe(REVERSAL);
    expect(after(REVERSAL - 10)).toBeGreaterThan(REVERSAL - 10);
    expect(after(REVERSAL + 10)).toBeLessThan(REVERSAL + 10);
  });
});
