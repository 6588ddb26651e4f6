import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { QuadraticIntegrateAndFireSoma } from "./quadratic.ts";

test.each([30, 60, 200])("the quadratic soma has the analytic interval at %d pA", async (current) => {
  const [rest, critical, reset, tau, curvature, resistance, peak] = [-65, -50, -75, 20, 0.04, 0.1, 30];
  const middle = (rest + critical) / 2;
  // The derivative is (curvature·(v − middle)² + excess)/tau.
  const excess = resistance * current - curvature * ((critical - rest) / 2) ** 2;
  const angle = (v: number): number => Math.atan((v - middle) * Math.sqrt(curvature / excess));
  const expected = (tau * (angle(peak) - angle(reset))) / Math.sqrt(curvature * excess);
  const run = await simulate(QuadraticIntegrateAndFireSoma(), {
    duration: 1000,
    dt: 0.01,
    dtype: "f64",
    inputs: { current },
    record: { outSpikes: true },
  });
  const times = [...run.outSpikes.times()];
  const mean = (times.at(-1)! - times[0]!) / (times.length - 1);
  // A spike is at the end of the step that crosses the peak, half a step late on average.
  expect(Math.abs(mean - expected)).toBeLessThan(0.02);
});

test("the quadratic soma is silent below its rheobase", async () => {
  const run = await simulate(QuadraticIntegrateAndFireSoma(), {
    duration: 1000,
    dt: 0.1,
    inputs: { current: 22 },
    record: { outSpikes: true },
  });
  expect(run.outSpikes.count).toBe(0);
});
