/** Documents about brains that are sound, by what is particular about them. */
const soma = { soma: "LeakySoma", units: [6], potentialTau: 10, potentialReset: -60, threshold: -55 } as const;
const exponential = { synapse: "ExponentialSynapse", tau: 5 } as const;
const half = { pairwiseBernoulli: { probability: 0.5 } } as const;
const all = { allToAll: {} } as const;
const base = { duration: 20, dt: 0.5, inputs: { a: { current: 300 } } } as const;
const spikes = { a: { outSpikes: true }, b: { outSpikes: true, potential: { units: [0], every: 2 } } } as const;

const wired = (projection: object, more: object = {}): object => ({
  ...base,
  record: spikes,
  model: {
    populations: { a: soma, b: soma },
    projections: { ab: { from: "a", to: "b", connect: half, weight: 80, synapse: exponential, ...projection } },
  },
  ...more,
});

export const parts = { soma, exponential, half, all, base, spikes, wired };

/** A brain with everything that a document can say of one. */
export const everything = {
  name: "Everything",
  description: "Neurons, a source, drives, positions.",
  model: {
    populations: {
      a: {
        ...soma,
        potentialTau: { uniform: { min: 8, max: 12 } },
        synapses: { fast: exponential, jump: { synapse: "DeltaSynapse" } },
      },
      b: { ...soma, units: [2, 2], inhibitory: true, synapses: { slow: { ...exponential, tau: 20 } } },
      mixed: { ...soma, units: [3], inhibitory: [true, false, false] },
      noise: { source: "PoissonSource", units: [5], rate: 200 },
    },
    projections: {
      aa: { from: "a", to: "a.fast", connect: half, weight: { normal: { mean: 90, std: 9, min: 0 } }, delay: 1.5 },
      ab: {
        from: "a",
        to: "b",
        connect: { fixedInDegree: { inDegree: 3, multapses: false } },
        weight: { bySource: [1, 2, 3, 4, 5, 6] },
        delay: { uniform: { min: 0.5, max: 3 } },
      },
      ba: { from: "b", to: "a.jump", connect: all, weight: 0.4, delay: [...Array(24).keys()].map((k) => 1 + k / 4) },
      mixedOut: {
        from: "mixed",
        to: "b",
        connect: { explicit: { sources: [0, 1, 2], targets: [3, 0, 1], weights: [10, 20, 30] } },
      },
      near: {
        from: "a",
        to: "a.fast",
        connect: { distanceBernoulli: { probability: { gaussian: { peak: 0.9, width: 2 } }, autapses: false } },
        weight: { byDistance: { offset: 50, slope: -5, min: 0 } },
      },
      noisy: { from: "noise", to: "mixed", connect: all, weight: 60, synapse: { ...exponential, currentOf: "value" } },
    },
    drives: {
      outside: { to: "a.fast", poisson: { rate: 8, trains: 100, weight: 30 } },
      more: { to: "mixed", synapse: exponential, poisson: { rate: { uniform: { min: 1, max: 3 } }, trains: 200 } },
    },
    readouts: {
      left: { from: "a", tau: 10, mean: true, units: [0, 1, 2], scale: 0.02 },
      current: { from: "a", of: "fast.trace" },
    },
    positions: {
      a: [
        [0, 0],
        [1, 0],
        [2, 0],
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    },
  },
  duration: 20,
  dt: 0.5,
  seed: 5,
  inputs: { a: { current: { sum: [200, { whiteNoise: { mean: 0, std: 30 } }] } }, mixed: { current: [1, 2, 3] } },
  initial: { a: { potential: { uniform: { min: -60, max: -55 } } }, b: { potential: -58 } },
  record: {
    a: { outSpikes: true, potential: true, "fast.trace": { units: [0, 1] } },
    b: { outSpikes: { from: 5 }, rate: { bin: 5 } },
    readouts: { left: true, current: { every: 4, from: 2, to: 18, dtype: "f32" } },
    mixed: { outSpikes: true },
    noise: { outSpikes: true },
  },
} as const;
