import { isObject, type JsonObject } from "./json.ts";

const synapse = { synapse: "ExponentialSynapse", tau: 5 };
const recurrent = (from: string, to: string, weight: number, delay: number): JsonObject => ({
  from,
  to,
  connect: { pairwiseBernoulli: { probability: 0.1 } },
  weight,
  delay,
  synapse,
});

/** The document that an empty studio shows: two populations that excite and inhibit each other. */
export const firstDocument: JsonObject = {
  name: "Excitation and inhibition",
  version: 1,
  model: {
    populations: {
      excitatory: { soma: "RefractoryLeakySoma", units: [800] },
      inhibitory: { soma: "RefractoryLeakySoma", units: [200], inhibitory: true },
    },
    projections: {
      ee: recurrent("excitatory", "excitatory", 4, 1.5),
      ei: recurrent("excitatory", "inhibitory", 20, 1.5),
      ie: recurrent("inhibitory", "excitatory", 30, 1),
    },
    drives: {
      noise: {
        to: "excitatory",
        synapse,
        poisson: { rate: 5, trains: 200, weight: 10 },
      },
    },
  },
  duration: 1000,
  dt: 0.1,
  inputs: { excitatory: { current: 150 } },
  studio: {
    positions: {
      "populations.excitatory": [280, 60],
      "populations.inhibitory": [280, 260],
      "drives.noise": [0, 60],
    },
  },
};

/** An experiment to start from. */
export interface Template {
  readonly name: string;
  /** One or two sentences for a student. */
  readonly about: string;
  load(): Promise<JsonObject>;
}

/** The document of an empty studio. */
export const emptyDocument: JsonObject = {
  name: "Untitled",
  version: 1,
  model: { populations: {} },
  duration: 1000,
  dt: 0.1,
};

const singleNeuron: JsonObject = {
  name: "Single neuron",
  description: "A leaky soma and a constant current. Change the current and watch the membrane potential.",
  version: 1,
  model: { soma: "StrictRefractoryLeakySoma", units: [1], potentialRest: -65, potentialReset: -65, threshold: -50 },
  duration: 500,
  dt: 0.1,
  inputs: { current: 200 },
  studio: {
    panels: { traces: { kind: "traces", units: [0] }, intervals: { kind: "intervals" } },
  },
};

const frequencyCurve: JsonObject = {
  name: "f–I curve",
  description: "How the firing rate of an adaptive soma grows with its current.",
  version: 1,
  model: { soma: "AdaptiveLeakySoma", units: [1], thresholdDelta: 5, thresholdTau: 100 },
  duration: 1000,
  dt: 0.1,
  inputs: { current: 300 },
  studio: {
    panels: { curve: { kind: "curve", width: 5 }, traces: { kind: "traces", units: [0], width: 7 } },
  },
};

const noisyPopulation: JsonObject = {
  name: "Noisy population",
  description: "A hundred somas that receive the same mean current and independent noise.",
  version: 1,
  model: { soma: "RefractoryLeakySoma", units: [100], potentialTau: { uniform: { min: 15, max: 25 } } },
  duration: 1000,
  dt: 0.1,
  inputs: { current: { ornsteinUhlenbeck: { mean: 190, std: 60, tau: 5 } } },
};

/** Examples of the project say where their program is, which the page does not have. */
const ofExample = (module: { readonly default: unknown }): JsonObject => {
  const document = module.default;
  if (!isObject(document)) throw new Error("The template does not contain a document.");
  const { $schema: _, description, ...others } = document;
  if (typeof description !== "string") return others;
  return { ...others, description: description.replace(/ ?See network\.ts\./, "") };
};

const made = (document: JsonObject, about: string): Template => ({
  name: String(document["name"]),
  about,
  load: async () => document,
});

/** The templates, from simple to large. */
export const templates: readonly Template[] = [
  made(singleNeuron, "One leaky integrate-and-fire neuron with a constant current."),
  made(frequencyCurve, "How the firing rate of a neuron depends on its current."),
  made(noisyPopulation, "A hundred neurons with noisy currents."),
  made(firstDocument, "A thousand neurons that excite and inhibit each other."),
  {
    name: "CUBA",
    about: "4000 neurons in an irregular state that lasts by itself (Vogels and Abbott 2005).",
    load: async () => ofExample(await import("../../../../examples/cuba/experiment.json", { with: { type: "json" } })),
  },
  {
    name: "Brunel",
    about: "12 500 neurons and 15 million synapses in the balanced, asynchronous irregular state (Brunel 2000).",
    load: async () =>
      ofExample(await import("../../../../examples/brunel/experiment.json", { with: { type: "json" } })),
  },
  {
    name: "Microcircuit",
    about:
      "A cortical microcircuit: a tenth of the units under one square millimetre of cortex, in four layers (Potjans and Diesmann 2014).",
    load: async () =>
      ofExample(await import("../../../../examples/microcircuit/experiment.json", { with: { type: "json" } })),
  },
  {
    name: "Full microcircuit",
    about:
      "All 77 169 units and 299 million synapses under one square millimetre of cortex. It needs a computer with 4 GB of free memory, and is built in half a minute.",
    load: async () => ofExample(await import("./microcircuit.json", { with: { type: "json" } })),
  },
  {
    name: "STDP window",
    about: "How the order of two spikes changes a synapse that learns.",
    load: async () =>
      ofExample(await import("../../../../examples/stdp-window/experiment.json", { with: { type: "json" } })),
  },
  {
    name: "CartPole",
    about: "The network that learns to balance a pole, with one state of the cart.",
    load: async () =>
      ofExample(await import("../../../../examples/cartpole/experiment.json", { with: { type: "json" } })),
  },
];
