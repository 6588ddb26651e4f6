import { describe, expect, test } from "vitest";
import { allToAll } from "../connectivity/rule.ts";
import { ConfigError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { AdaptiveLIFNeuron, LIFNeuron } from "../neurons/ready-made.ts";
import { simulate } from "../run/simulate.ts";
import { AlphaSynapse } from "../synapses/index.ts";
import { experiment } from "./experiment.ts";

const mask = [true, false, false, true, true, false, false, true];
/** Everything of a run but how long it took. */
const comparable = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value) => (key === "wallTime" || key === "buildTime" ? undefined : (value as unknown))),
  );
const problems = async (document: unknown): Promise<readonly string[]> => {
  const error = await experiment(document).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message.split("\n");
};

describe("a population in a document", () => {
  test("may name ready-made neurons, which give the bits of those in code", async () => {
    const alpha = { synapse: "AlphaSynapse", tau: 3 } as const;
    const document = {
      model: {
        populations: {
          cells: { neuron: "AdaptiveLIFNeuron", units: [8], thresholdDelta: 2, inhibitory: mask },
          others: { neuron: "LIFNeuron", units: [6], potentialTau: [8, 9, 10, 11, 12, 13], excitatorySynapse: alpha },
        },
        projections: {
          loop: { from: "cells", to: "cells.inhibitory", connect: { allToAll: {} }, weight: 20, delay: 2 },
          out: { from: "cells", to: "others.excitatory", connect: { allToAll: {} }, weight: 90 },
        },
      },
      duration: 60,
      dt: 0.5,
      inputs: { cells: { current: [260, 280, 300, 320, 340, 360, 380, 400] }, others: { current: 210 } },
      record: { cells: { outSpikes: true }, others: { outSpikes: true, "excitatory.trace": true } },
    };
    const read = await experiment(document, { kind: "brain" });
    const { dt, inputs, record } = document;
    const connect = allToAll();
    const whole = brain({
      populations: {
        cells: AdaptiveLIFNeuron({ units: [8], thresholdDelta: 2, inhibitory: mask }),
        others: LIFNeuron({
          units: [6],
          potentialTau: [8, 9, 10, 11, 12, 13],
          excitatorySynapse: AlphaSynapse({ tau: 3 }),
        }),
      },
      projections: {
        loop: { from: "cells", to: "cells.inhibitory", connect, weight: 20, delay: 2 },
        out: { from: "cells", to: "others.excitatory", connect, weight: 90 },
      },
    });
    const fromCode = await simulate(whole, { duration: 60, dt, inputs, record });
    expect(comparable(await simulate(read.brain, read.options))).toEqual(comparable(fromCode));
    expect(read.brain.wiring.populations[0]!.inhibitory).toEqual(mask);
    expect(fromCode.others.outSpikes!.count).toBeGreaterThan(5);
    expect(fromCode.others["excitatory.trace"]!.values.some((value) => value < 0)).toBe(true);
  });

  test("tells of ready-made neurons at their places", async () => {
    const ready = (more: object) =>
      problems({ duration: 1, model: { populations: { a: { neuron: "LIFNeuron", units: [3], ...more } } } });
    const path = "experiment.model.populations.a";
    expect(await ready({ potentialTau: -1 })).toEqual([
      `${path}.potentialTau must be greater than 0 ms; received -1 ms. The default is 20 ms.`,
    ]);
    expect(await ready({ inhibitory: [true] })).toEqual([
      `${path}.inhibitory must contain 3 values, one per unit; received 1. Give one per unit.`,
    ]);
    expect(await ready({ neuron: "LIFNeuro" })).toEqual([
      `${path}.neuron must be the name of a ready-made neuron; received "LIFNeuro". Did you mean "LIFNeuron"?`,
    ]);
    expect(await ready({ soma: "LeakySoma" })).toEqual([
      `${path}.neuron cannot be combined with soma. Remove one of them.`,
    ]);
    expect(await ready({ synapses: {} })).toEqual([
      `${path}.synapses belongs to a soma, but a ready-made neuron has two synapses. Give excitatorySynapse and inhibitorySynapse.`,
    ]);
    expect(await ready({ inhibitorySynapse: { synapse: "ExponentialSynapse", tau: [1, 2] } })).toEqual([
      expect.stringMatching(/^experiment\.model\.populations\.a\.inhibitorySynapse\.tau has shape \[2\]/),
    ]);
  });
});
