import { compile, frequencyCurve, rheobase, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import { QuadraticSoma, quadraticRheobase } from "./quadratic.ts";

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
    // From reset to peak, u = (v − critical/2)/critical: tau·(atan(u₁/w) − atan(u₀/w))/w with w² = RI/critical − 1/4.
    const w = Math.sqrt((0.1 * 100) / 15 - 0.25);
    const phase = (potential: number): number => Math.atan((potential + 65 - 7.5) / 15 / w);
    const interval = (10 * (phase(30) - phase(-70))) / w;
    const { rates } = await frequencyCurve(QuadraticSoma, { currents: [100], duration: 5000, settle: 100, dt: 0.01 });
    expect(Math.abs(rates[0]! / (1000 / interval) - 1)).toBeLessThan(0.01);
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
