import fc from "fast-check";
import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { DoublyAdaptiveExponentialSoma, DoublyAdaptiveLeakySoma } from "./doubly-adaptive.ts";
import { ExponentialSoma } from "./exponential.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "./leaky.ts";

const dt = 0.5;
const record = { outSpikes: true, potential: true } as const;
const options = (current: number[]) => ({
  duration: dt * current.length,
  dt,
  inputs: { current: { steps: Float64Array.from(current) } },
  record,
});
const noise = fc.array(fc.double({ min: -200, max: 800, noNaN: true }), { minLength: 100, maxLength: 100 });

/** Expects the bits of two somas to be equal for random currents. */
const expectSame = async (
  one: Parameters<typeof simulate>[0],
  other: Parameters<typeof simulate>[0],
  current: number[],
): Promise<void> => {
  const [a, b] = (await Promise.all([simulate(one, options(current)), simulate(other, options(current))])) as never as {
    readonly outSpikes: { readonly steps: unknown };
    readonly potential: { readonly values: unknown };
  }[];
  expect(a!.outSpikes.steps).toEqual(b!.outSpikes.steps);
  expect(a!.potential.values).toEqual(b!.potential.values);
};

test("without its mechanisms, a doubly adaptive soma is its membrane", async () => {
  const property = fc.asyncProperty(noise, async (current) => {
    await expectSame(DoublyAdaptiveLeakySoma(), LeakySoma(), current);
    await expectSame(DoublyAdaptiveExponentialSoma(), ExponentialSoma(), current);
  });
  await fc.assert(property, { numRuns: 20 });
});

test("its refractory period, clamp and threshold are those of the leaky somas", async () => {
  const property = fc.asyncProperty(noise, fc.integer({ min: 1, max: 8 }), async (current, count) => {
    const cooldown = count * dt;
    // These two count one step more.
    const shorter = cooldown - dt;
    const thresholdDelta = 12;
    await expectSame(DoublyAdaptiveLeakySoma({ cooldown }), RefractoryLeakySoma({ cooldown: shorter }), current);
    await expectSame(
      DoublyAdaptiveLeakySoma({ cooldown, thresholdDelta }),
      AdaptiveLeakySoma({ cooldown: shorter, thresholdDelta }),
      current,
    );
    await expectSame(
      DoublyAdaptiveLeakySoma({ cooldown, clampDuration: cooldown }),
      StrictRefractoryLeakySoma({ cooldown }),
      current,
    );
  });
  await fc.assert(property, { numRuns: 20 });
});

test("the adaptation current settles where it balances the potential", async () => {
  const [resistance, coupling, current] = [0.1, 5, 100];
  const soma = DoublyAdaptiveLeakySoma({ resistance, adaptationSubthreshold: coupling });
  const run = await simulate(soma, {
    duration: 2000,
    dt,
    dtype: "f64",
    inputs: { current },
    record: { potential: true, adaptation: true },
  });
  const fromRest = (resistance * current) / (1 + resistance * coupling);
  expect(run.potential.values.at(-1)).toBeCloseTo(-60 + fromRest, 4);
  expect(run.adaptation.values.at(-1)).toBeCloseTo(coupling * fromRest, 4);
});
