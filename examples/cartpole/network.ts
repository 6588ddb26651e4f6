import {
  AdaptiveLeakySoma,
  allToAll,
  brain,
  ExponentialSynapse,
  exponentialIntegrator,
  neuron,
  QuadrupletRule,
  sparseUniform,
  TopologicalLinearSpiker,
  uniform,
} from "spark-snn";

export const dt = 1; // ms
export const excitatoryUnits = 256;
export const inhibitoryUnits = 64;
/** Places that represent each of the four values of the cart. */
export const places = 128;

/** Parameters by kind of synapse. The first letter is the kind of the target, the second that of the source. */
const rule = QuadrupletRule({
  preTau: { EE: 10.7527, EI: 15.1515, IE: 10.4167, II: 76.9231 },
  postTau: { EE: 14.0845, EI: 27.027, IE: 16.129, II: 12.8205 },
  arrival: { EE: 1.207, EI: 1.037, IE: -1.152, II: -1.336 },
  arrivalTrace: { EE: -1.298, EI: -1.205, IE: 1.639, II: 1.057 },
  spike: { EE: 0.398, EI: 1.589, IE: 1.79, II: -1.173 },
  spikeTrace: { EE: -0.75, EI: 0.408, IE: -1.666, II: 1.557 },
  weightMax: { EE: 50, EI: 50, IE: 100, II: 100 },
  rate: 0.1,
  // Only rewards and punishments change weights.
  modulation: 0,
});

/** All pairs are connected, so that every synapse can grow; 15 % of them begin with a weight. Delays are 1, 2, 3 or 4 ms. */
const learning = { connect: allToAll(), delay: uniform({ min: 0.5, max: 4.5 }), plasticity: rule } as const;
const toExcitatory = {
  ...learning,
  weight: sparseUniform({ scale: 6, density: 0.15 }), // pA
  synapse: ExponentialSynapse({ tau: 5 }),
} as const;
const toInhibitory = {
  ...learning,
  weight: sparseUniform({ scale: 1, density: 0.15 }),
  synapse: ExponentialSynapse({ tau: 10 }),
} as const;

const excitatory = AdaptiveLeakySoma({
  units: [excitatoryUnits],
  potentialTau: 10,
  resistance: 1,
  cooldown: 2,
  thresholdTau: 10,
  thresholdDelta: 50,
});
const inhibitory = (resistance: number) =>
  neuron({
    soma: AdaptiveLeakySoma({
      units: [inhibitoryUnits],
      potentialTau: 20,
      resistance,
      cooldown: 1,
      thresholdTau: 10,
      thresholdDelta: 20,
    }),
    inhibitory: true,
  });

/**
 * Two populations, A and B, that see the state of the cart and inhibit each other. If A is more active the cart is pushed
 * to the left, otherwise to the right. The network is that of Python Spark 1.2.
 */
export const network = brain({
  name: "CartPole",
  populations: {
    state: TopologicalLinearSpiker({
      units: [4, places],
      signalMin: -1,
      signalMax: 1,
      tuningVariance: 1 / 32,
      tau: 20,
      cooldown: 2,
      rateMax: 128,
    }),
    excitatoryA: excitatory,
    excitatoryB: excitatory,
    inhibitoryA: inhibitory(2),
    inhibitoryB: inhibitory(1),
  },
  projections: {
    stateToA: { from: "state", to: "excitatoryA", ...toExcitatory },
    withinA: { from: "excitatoryA", to: "excitatoryA", ...toExcitatory },
    inhibitionOfA: { from: "inhibitoryB", to: "excitatoryA", ...toExcitatory },
    stateToB: { from: "state", to: "excitatoryB", ...toExcitatory },
    withinB: { from: "excitatoryB", to: "excitatoryB", ...toExcitatory },
    inhibitionOfB: { from: "inhibitoryA", to: "excitatoryB", ...toExcitatory },
    excitationOfInhibitoryA: { from: "excitatoryA", to: "inhibitoryA", ...toInhibitory },
    stateToInhibitoryA: { from: "state", to: "inhibitoryA", ...toInhibitory },
    excitationOfInhibitoryB: { from: "excitatoryB", to: "inhibitoryB", ...toInhibitory },
    stateToInhibitoryB: { from: "state", to: "inhibitoryB", ...toInhibitory },
  },
  readouts: {
    action: {
      from: ["excitatoryA", "excitatoryB"],
      integrator: exponentialIntegrator({ outputs: 2, rateMax: 50, tau: 5 }),
    },
  },
});

/** Modulation of synapses to inhibitory units relative to those to the excitatory units of their side. */
const inhibitoryPart = 0.25;
/** The projections that end at each side. */
const sides = [
  {
    excitatory: ["stateToA", "withinA", "inhibitionOfA"],
    inhibitory: ["excitationOfInhibitoryA", "stateToInhibitoryA"],
  },
  {
    excitatory: ["stateToB", "withinB", "inhibitionOfB"],
    inhibitory: ["excitationOfInhibitoryB", "stateToInhibitoryB"],
  },
] as const;

/** The modulation of every rule for a modulation of both sides, by the names that `set` and `changes` use. */
export const modulated = (ofA: number, ofB: number): Record<string, number> =>
  Object.fromEntries(
    sides.flatMap(({ excitatory, inhibitory }, side) => {
      const own = side === 0 ? ofA : ofB;
      const values = [
        ...excitatory.map((name) => [name, own]),
        ...inhibitory.map((name) => [name, inhibitoryPart * own]),
      ];
      return values.map(([name, value]) => [`${name}.plasticity.modulation`, value as number]);
    }),
  );

/** A run for documents: a pole leans to the right, and after 100 ms A is punished for pushing to the left. */
export const failure = {
  duration: 200,
  dt,
  inputs: { state: { signal: [0.1, -0.2, 0.9, 0.6] } },
  changes: [
    { at: 100, set: modulated(-2.5, 0.75) },
    { at: 110, set: modulated(0, 0) },
  ],
} as const;
