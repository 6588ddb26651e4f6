import { compile, frequencyCurve, rheobase, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import { drawCurve, measureCurve } from "./curve.ts";
import { QuadraticSoma, quadraticRate, quadraticRheobase } from "./quadratic.ts";

describe("the quadratic soma", () => {
  test.each([
    [-50, -65, 0.1],
    [-45, -70, 0.2],
  ])(
    "with critical potential %d mV and rest %d mV has the rheobase of the closed form",
    async (critical, rest, resistance) => {
      const soma = QuadraticSoma({ potentialCritical: critical, potentialRest: rest, resistance });
      const found = await rheobase(soma, { dt: 0.1, to: 100, duration: 5000, dtype: "f64" });
      const expected = quadraticRheobase({ critical, rest, resistance });
      expect(found).toBeGreaterThan(expected);
      expect(found - expected).toBeLessThan(0.1);
    },
  );

  test("spikes at the rate of the closed form", async () => {
    const currents = [40, 50, 100, 160]; // pA
    const options = { currents, duration: 5000, settle: 100, dt: 0.01 };
    const { rates } = await frequencyCurve(QuadraticSoma, options);
    for (const [k, current] of currents.entries()) {
      // Whole spikes in 4.9 s: 0.2 Hz. Time steps delay each spike by at most one step.
      expect(Math.abs(rates[k]! - quadraticRate(current))).toBeLessThan(0.25);
    }
  });

  test("has an f–I curve that begins at the rheobase and follows the closed form", async () => {
    const curve = await measureCurve();
    expect(curve.rheobase).toBeCloseTo(quadraticRheobase({ critical: -50, rest: -65, resistance: 0.1 }), 1);
    for (const [k, current] of curve.currents.entries()) {
      expect(Math.abs(curve.rates[k]! - quadraticRate(current))).toBeLessThan(0.5);
      if (current < curve.rheobase) expect(curve.rates[k]).toBe(0);
    }
    const svg = drawCurve(curve);
    for (const text of ["closed form", "simulation", "rheobase"]) expect(svg).toContain(text);
  });

  test("gives the same bits on both backends", async () => {
    const options = {
      duration: 200,
      dt: 0.1,
      inputs: { current: 120 },
      record: { outSpikes: true, potential: true },
    } as const;
    const [a, b] = await Promise.all([
      simulate(QuadraticSoma(), { ...options, backend: "wasm" }),
      simulate(QuadraticSoma(), { ...options, backend: "interpreter" }),
    ]);
    expect(a.outSpikes.count).toBeGreaterThan(3);
    expect([...a.outSpikes.steps]).toEqual([...b.outSpikes.steps]);
    expect([...a.potential.values]).toEqual([...b.potential.values]);
  });

  test("steps in a closed loop and stays at rest", async () => {
    const sim = await compile(QuadraticSoma({ units: [3] }), { dt: 0.1 });
    for (let step = 0; step < 100; step++) sim.step({ current: 0 });
    expect([...sim.step().potential.values]).toEqual([-65, -65, -65]);
    sim.dispose();
  });
});
