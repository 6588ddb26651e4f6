import {
  absoluteRefractory,
  brain,
  ExponentialSynapse,
  pairwiseBernoulli,
  StrictRefractoryLeakySoma,
  uniform,
} from "spark-snn";

/** Fraction of excitatory units. */
const EXCITATORY = 0.8;
/** Mean number of inputs per unit. */
const INPUTS = 80;
/** Time step, ms. */
export const dt = 0.1;

/**
 * The current-based network of the simulator review: Brette et al., J. Comput. Neurosci. 23:349 (2007), benchmark 2,
 * after Vogels & Abbott, J. Neurosci. 25:10786 (2005). The weights there are in mV; with a resistance of 0.1 GΩ, 1 mV
 * corresponds to 10 pA. The resting potential is above the threshold, so the network is active without external input.
 */
export const cuba = (units = 4000) => {
  const excitatory = Math.round(units * EXCITATORY);
  const soma = (count: number) =>
    StrictRefractoryLeakySoma({
      units: [count],
      potentialRest: -49,
      threshold: -50,
      potentialReset: -60,
      potentialTau: 20,
      resistance: 0.1,
      cooldown: absoluteRefractory(5, dt),
    });
  const connect = pairwiseBernoulli({ probability: INPUTS / units });
  const excite = { connect, weight: 16.2, synapse: ExponentialSynapse({ tau: 5 }) };
  const inhibit = { connect, weight: -90, synapse: ExponentialSynapse({ tau: 10 }) };
  return brain({
    name: "CUBA",
    populations: { excitatory: soma(excitatory), inhibitory: soma(units - excitatory) },
    projections: {
      ee: { from: "excitatory", to: "excitatory", ...excite },
      ei: { from: "excitatory", to: "inhibitory", ...excite },
      ie: { from: "inhibitory", to: "excitatory", ...inhibit },
      ii: { from: "inhibitory", to: "inhibitory", ...inhibit },
    },
  });
};

/** Start values: potentials between reset and threshold. */
export const initial = {
  excitatory: { potential: uniform({ min: -60, max: -50 }) },
  inhibitory: { potential: uniform({ min: -60, max: -50 }) },
} as const;
