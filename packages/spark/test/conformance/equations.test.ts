import { expect, test } from "vitest";
import { simulate, soma } from "../../src/entries/index.ts";
import { choiceOf, presentBackends } from "./backends.test-support.ts";

const adEx = `
  dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) - w + I)/C : mV
  dw/dt = (a*(v - EL) - w)/tauw                                    : pA
  spike: v > 0 mV
  reset: v = Vr; w += b
  gL = 30 nS; EL = -70.6 mV; C = 281 pF; DeltaT = 2 mV; VT = -50.4 mV
  a = 4 nS; tauw = 144 ms; b = 0.0805 nA; Vr = -70.6 mV`;

test.each(["exponentialEuler", "euler", "heun", "rk4"] as const)(
  "an adaptive exponential soma from text gives the same bits on every backend with %s",
  async (method) => {
    const AdEx = soma.equations("AdEx", adEx, { method, substeps: 2 });
    const runs: (string | number[])[][] = [];
    for (const listed of presentBackends) {
      if ((listed.options.threads as number) > 1 || listed.options.worker) continue;
      const { outSpikes, potential, w } = await simulate(AdEx({ units: [3], gL: [25, 30, 35] }), {
        ...choiceOf(listed),
        duration: 300,
        dt: 0.1,
        inputs: { current: 1000 },
        record: { outSpikes: true, potential: true, w: true },
      });
      runs.push([listed.name, [...outSpikes.steps], [...potential.values], [...w.values]]);
    }
    for (const [, ...results] of runs) expect(results).toEqual(runs[0]!.slice(1));
    expect((runs[0]![1] as number[]).length).toBeGreaterThan(20);
    expect((runs[0]![3] as number[]).every(Number.isFinite)).toBe(true);
  },
);
