import { describe, expect, test } from "vitest";
import type { Component } from "../model/component.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../somas/index.ts";
import { DeltaSynapse } from "./index.ts";
import { target } from "./target.test-support.ts";

const once = (at: number, weight: number) => (step: number) => (step === at ? weight : 0);

describe("a delta synapse", () => {
  test("moves the potential by the weight at the end of the step, after the leak", () => {
    const { potential } = target(LeakySoma({ potentialTau: 10 }), DeltaSynapse(), {
      dt: 0.5,
      steps: 40,
      arriving: once(3, 1.5),
    });
    potential.forEach(([v], k) => {
      const since = (k + 1 - 3) * 0.5;
      expect(v).toBeCloseTo(-60 + (since < 0 ? 0 : 1.5 * Math.exp(-since / 10)), 12);
    });
  });

  test.each([0.1, 1])("makes a soma spike in the step in which it arrives, at dt %d", (dt) => {
    for (const soma of [LeakySoma(), RefractoryLeakySoma(), StrictRefractoryLeakySoma(), AdaptiveLeakySoma()]) {
      const { spikes, potential } = target(soma, DeltaSynapse(), { dt, steps: 8, arriving: once(4, 21) });
      expect(spikes).toEqual([[4, 0]]);
      expect(potential[3]).toEqual([-50]);
    }
  });

  test.each([
    ["RefractoryLeakySoma", RefractoryLeakySoma, 4],
    ["StrictRefractoryLeakySoma", StrictRefractoryLeakySoma, 3],
    ["AdaptiveLeakySoma", AdaptiveLeakySoma, 4],
  ] as const)("has no effect on a %s during the refractory period", (_, create, deaf) => {
    const run = (arriving: (step: number) => number) =>
      target(create({ cooldown: 3 }) as Component, DeltaSynapse(), { dt: 1, steps: 12, arriving });
    const alone = run(once(2, 21));
    for (let later = 1; later <= deaf; later++) {
      const disturbed = run((step) => once(2, 21)(step) + once(2 + later, 5)(step));
      expect(disturbed.potential).toEqual(alone.potential);
    }
    const heard = run((step) => once(2, 21)(step) + once(3 + deaf, 5)(step));
    expect(heard.potential[2 + deaf]![0]).toBeCloseTo(alone.potential[2 + deaf]![0]! + 5, 12);
  });
});
