import type { MeasuredRun } from "../src/measuring.ts";

/** A small network with every kind of part that a sweep can vary. */
export const network = {
  name: "Swept",
  model: {
    populations: {
      excitatory: {
        soma: "StrictRefractoryLeakySoma",
        units: [40],
        potentialRest: -65,
        potentialReset: -62,
        threshold: { normal: { mean: -50, std: 1 } },
        synapses: {
          fast: { synapse: "ExponentialSynapse", tau: 5 },
          slow: { synapse: "ExponentialSynapse", tau: 10 },
        },
      },
      inhibitory: { neuron: "LIFNeuron", units: [10], inhibitory: true },
      noise: { source: "PoissonSource", units: [20], rate: 40 },
    },
    projections: {
      ee: {
        from: "excitatory",
        to: "excitatory.fast",
        connect: { pairwiseBernoulli: { probability: 0.2 } },
        weight: { normal: { mean: 40, std: 4, min: 0 } },
        delay: 1.5,
      },
      ei: {
        from: "excitatory",
        to: "inhibitory.excitatory",
        connect: { fixedInDegree: { inDegree: 10 } },
        weight: 60,
      },
      ie: { from: "inhibitory", to: "excitatory.slow", connect: { allToAll: {} }, weight: 20 },
      noisy: { from: "noise", to: "excitatory.fast", connect: { fixedOutDegree: { outDegree: 10 } }, weight: 60 },
    },
    drives: { outside: { to: "excitatory.fast", poisson: { rate: 8, trains: 100, weight: 20 } } },
    readouts: { left: { from: "excitatory", tau: 20, scale: 1 } },
  },
  duration: 60,
  dt: 0.1,
  initial: { excitatory: { potential: { uniform: { min: -64, max: -52 } } } },
  record: {
    excitatory: { outSpikes: true, potential: { units: [0, 3], every: 7 } },
    inhibitory: { outSpikes: true },
    readouts: { left: { every: 10 } },
  },
} as const;

/** Two hashes of everything that a run recorded, which differ if one bit does. */
export const digest = (run: MeasuredRun): Record<string, number> => {
  let first = 0x811c9dc5;
  let second = 0x2c1b3c6d;
  const add = (word: number): void => {
    first = Math.imul(first ^ word, 0x01000193) ^ (first >>> 13);
    second = Math.imul(second ^ word, 0x01000193) ^ (second >>> 15);
  };
  const addArray = ({ buffer, byteOffset, byteLength }: ArrayBufferView): void => {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let k = 0; k < bytes.length; k++) add(bytes[k]!);
    add(-1);
  };
  const enter = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) addArray(value);
    else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) if (name !== "changes") enter(part);
    }
  };
  enter(run);
  return { first: first >>> 0, second: second >>> 0 };
};
