import { fastest, interpreter, simulate } from "spark-snn";
import { expect, test } from "vitest";
import { drawWindow } from "./figure.ts";
import { expected, lags, network, options, start } from "./network.ts";

test.each([interpreter(), fastest()])("the window is exact at every lag with $name", async (backend) => {
  const run = await simulate(network, { ...options, backend });
  // Each unit spikes once, when its teacher says.
  const { units, times } = { units: run.post.outSpikes.units, times: run.post.outSpikes.times() };
  expect([...units].sort((a, b) => a - b)).toEqual(lags.map((_, unit) => unit));
  for (const [k, unit] of units.entries()) expect(times[k]).toBe(101 + Math.min(0, lags[unit]!));
  const changes = Array.from(run.weights.learned.values, (weight) => weight - start);
  for (const [k, lag] of lags.entries()) expect(changes[k]! / expected(lag), `lag ${lag}`).toBeCloseTo(1, 12);
  expect(drawWindow(changes)).toContain("simulation");
});
