import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { experiment } from "./experiment.ts";
import { valueKeys, withValue } from "./with-value.ts";

const soma = {
  model: { soma: "RefractoryLeakySoma", units: [3], potentialTau: [10, 11, 12] },
  duration: 10,
  inputs: { current: [200, 300, 400] },
  record: { outSpikes: true },
} as const;

const network = {
  model: {
    populations: {
      excitatory: {
        soma: "LeakySoma",
        units: [8],
        synapses: { fast: { synapse: "ExponentialSynapse", tau: 5 } },
      },
      inhibitory: { neuron: "LIFNeuron", units: [2], inhibitory: true },
      noise: { source: "PoissonSource", units: [4], rate: 20 },
    },
    projections: {
      inhibitory: { from: "inhibitory", to: "excitatory.fast", connect: { allToAll: {} }, weight: 5 },
      noisy: { from: "noise", to: "excitatory.fast", connect: { fixedInDegree: { inDegree: 2 } }, weight: 40 },
    },
    drives: { noise: { to: "excitatory.fast", poisson: { rate: 8, trains: 10, weight: 3 } } },
    readouts: { left: { from: "excitatory", tau: 20 } },
  },
  duration: 10,
} as const;

const keysAs = (document: object, path: string): string => valueKeys(document, path).join(".");
const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return "nothing was refused";
};

describe("the keys of a value", () => {
  test.each([
    ["model.potentialTau", "model.potentialTau"],
    ["potentialTau", "model.potentialTau"],
    ["potentialTau[1]", "model.potentialTau.1"],
    ["inputs.current", "inputs.current"],
    ["seed", "seed"],
    ["units", "model.units"],
  ])("%s of one population", (path, keys) => expect(keysAs(soma, path)).toBe(keys));

  test.each([
    ["excitatory.threshold", "model.populations.excitatory.threshold"],
    ["excitatory.fast.tau", "model.populations.excitatory.synapses.fast.tau"],
    ["populations.excitatory.fast.tau", "model.populations.excitatory.synapses.fast.tau"],
    ["model.populations.excitatory.synapses.fast.tau", "model.populations.excitatory.synapses.fast.tau"],
    ["inhibitory.excitatory.tau", "model.populations.inhibitory.excitatorySynapse.tau"],
    ["inhibitory.weight", "model.projections.inhibitory.weight"],
    ["inhibitory.potentialTau", "model.populations.inhibitory.potentialTau"],
    ["noisy.connect.fixedInDegree.inDegree", "model.projections.noisy.connect.fixedInDegree.inDegree"],
    ["drives.noise.rate", "model.drives.noise.poisson.rate"],
    ["noise.trains", "model.drives.noise.poisson.trains"],
    ["left.tau", "model.readouts.left.tau"],
    ["model.projections.added", "model.projections.added"],
  ])("%s of a network", (path, keys) => expect(keysAs(network, path)).toBe(keys));

  test.each([
    [soma, "potentialTao", 'potentialTao is unknown. Did you mean "potentialTau"?'],
    [soma, "model.potentialTao", 'model.potentialTao is unknown. Did you mean "model.potentialTau"?'],
    [soma, "current", 'current is unknown. Did you mean "inputs.current"?'],
    [network, "excitatry.threshold", 'excitatry.threshold is unknown. Did you mean "excitatory.threshold"?'],
    [network, "excitatory.treshold", 'excitatory.treshold is unknown. Did you mean "excitatory.threshold"?'],
    [
      network,
      "populations.excitatry.threshold",
      'populations.excitatry.threshold is unknown. Did you mean "populations.excitatory.threshold"?',
    ],
    [network, "threshold", 'threshold is unknown. Did you mean "excitatory.threshold" or "inhibitory.threshold"?'],
    [network, "noisy.wieght", 'noisy.wieght is unknown. Did you mean "noisy.weight"?'],
    [
      network,
      "noise.rate",
      'noise.rate names several values. Write "model.populations.noise.rate" or "model.drives.noise.rate".',
    ],
    [network, "", 'path must be the path of a value; received "". Write one such as "model.potentialTau".'],
  ])("a wrong path %#", (document, path, message) => {
    expect(refused(() => valueKeys(document, path))).toBe(message);
  });
});

describe("a document with another value", () => {
  test("shares what stays the same, and leaves the original", async () => {
    const other = withValue(network, "excitatory.fast.tau", 7);
    expect(other.model.populations.excitatory.synapses.fast).toEqual({ synapse: "ExponentialSynapse", tau: 7 });
    expect(network.model.populations.excitatory.synapses.fast.tau).toBe(5);
    expect(other.model.projections).toBe(network.model.projections);
    await expect(experiment(other)).resolves.toHaveProperty("kind", "brain");
  });

  test("gets values that it did not have", () => {
    expect(withValue(soma, "threshold", -45).model).toHaveProperty("threshold", -45);
    expect(withValue(soma, "initial.potential", -60)).toHaveProperty("initial", { potential: -60 });
  });

  test("refuses paths through numbers and beyond arrays", () => {
    expect(refused(() => withValue(soma, "duration.ms", 5))).toBe(
      "duration.ms leads through duration, which is 10. Set duration itself.",
    );
    expect(refused(() => withValue(soma, "inputs.current[5]", 5))).toBe(
      "inputs.current[5] leads through inputs.current, which has 3 entries. Give an index from 0 to 2, or set inputs.current itself.",
    );
  });

  test("refuses anything but an experiment document", () => {
    expect(refused(() => withValue(5 as never, "seed", 5))).toMatch(
      "withValue.document must be an experiment document; received 5. Give",
    );
    expect(refused(() => valueKeys({ model: [] }, "threshold"))).toMatch(
      "valueKeys.document.model must be an object; received []. Give an experiment document.",
    );
  });

  test("keeps a key named __proto__ as an ordinary key", async () => {
    const changed = withValue({ ...soma, inputs: {} }, "inputs.__proto__", 3);
    await expect(experiment(changed)).rejects.toThrow(/__proto__ is unknown/);
  });
});
