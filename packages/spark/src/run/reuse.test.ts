import { describe, expect, test } from "vitest";
import { AdaptiveLeakySoma } from "../somas/leaky.ts";
import { compile, simulate } from "./simulate.ts";

/** Enough that memories are left to later simulations. */
const UNITS = 400_000;
const soma = (seed: number) =>
  AdaptiveLeakySoma({ units: [UNITS], thresholdDelta: { uniform: { min: 1, max: 3 } }, seed });
const run = {
  duration: 0.4,
  inputs: { current: { sum: [20_000, { whiteNoise: { mean: 0, std: 3000 } }] } },
  record: { outSpikes: true, potential: { units: [0, UNITS - 1] } },
} as const;

describe.each([1, 2])("on %d threads", (threads) => {
  const options = { dt: 0.1, threads };

  test("what an earlier simulation left in its memory changes no bit", async () => {
    const first = await simulate(soma(1), { ...options, ...run });
    const second = await simulate(soma(2), { ...options, ...run });
    const again = await simulate(soma(1), { ...options, ...run });
    expect(first.outSpikes.count).toBeGreaterThan(1000);
    expect(again.potential.values).toEqual(first.potential.values);
    expect(again.outSpikes.units).toEqual(first.outSpikes.units);
    expect(second.outSpikes.units).not.toEqual(first.outSpikes.units);
  });

  test("a simulation runs on, and anew, as others do that have not run before", async () => {
    const whole = await simulate(soma(1), { ...options, ...run, duration: 0.8 });
    const simulation = await compile(soma(1), options);
    for (let turn = 0; turn < 2; turn++) {
      const parts = [await simulation.run(run), await simulation.run(run)] as const;
      expect(parts.flatMap(({ outSpikes }) => [...outSpikes.units])).toEqual([...whole.outSpikes.units]);
      simulation.reset();
    }
    simulation.dispose();
  });
});

test("outputs of steps outlive their simulation", async () => {
  const simulation = await compile(soma(1), { dt: 0.1 });
  const { potential } = simulation.step({ current: 5000 });
  const kept = potential.values.slice();
  simulation.dispose();
  const other = await compile(soma(2), { dt: 0.1 });
  other.step({ current: 20_000 });
  expect(potential.values).toEqual(kept);
  other.dispose();
});
