import { expect, test } from "vitest";
import { fixedInDegree } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import { simulate } from "../run/simulate.ts";
import { LinearSynapse } from "../synapses/linear.ts";
import { AdaptiveLIFNeuron, LIFNeuron, RefractoryLIFNeuron } from "./ready-made.ts";

test.each([
  ["LIFNeuron", LIFNeuron, "LeakySoma"],
  ["RefractoryLIFNeuron", RefractoryLIFNeuron, "RefractoryLeakySoma"],
  ["AdaptiveLIFNeuron", AdaptiveLIFNeuron, "AdaptiveLeakySoma"],
] as const)("%s combines its soma and two synapses", (_, make, name) => {
  const made = make({ units: [4], potentialTau: 15, inhibitory: true });
  expect(made.soma.model.name).toBe(name);
  expect(made.soma.config.settings["potentialTau"]).toBe(15);
  expect(made.inhibitory).toBe(true);
  expect(Object.keys(made.synapses)).toEqual(["excitatory", "inhibitory"]);
});

test("a custom synapse replaces the default one", () => {
  const { synapses } = LIFNeuron({ units: [1], excitatorySynapse: LinearSynapse() });
  expect(synapses.excitatory.model.name).toBe("LinearSynapse");
  expect(synapses.inhibitory.model.name).toBe("ExponentialSynapse");
});

test("an unknown field is refused by the soma", () => {
  expect(() => LIFNeuron({ units: [1], potentialTauu: 3 } as never)).toThrow("LeakySoma.potentialTauu is unknown");
});

test("inhibitory neurons reduce the rate of their targets", async () => {
  const connect = fixedInDegree({ inDegree: 10 });
  const rateWith = async (weight: number): Promise<number> => {
    const network = brain({
      populations: {
        cells: RefractoryLIFNeuron({ units: [50] }),
        inhibitors: RefractoryLIFNeuron({ units: [20], inhibitory: true }),
      },
      projections: { down: { from: "inhibitors", to: "cells.inhibitory", connect, weight } },
    });
    const inputs = { cells: { current: 260 }, inhibitors: { current: 300 } };
    const run = await simulate(network, { duration: 500, dt: 0.5, inputs, record: { cells: { outSpikes: true } } });
    return run.cells.outSpikes.count;
  };
  expect(await rateWith(20)).toBeLessThan(0.8 * (await rateWith(0)));
});
