import {
  AdaptiveLeakySoma,
  brain,
  ExponentialSynapse,
  neuron,
  PoissonSource,
  pairwiseBernoulli,
  uniform,
} from "spark-snn";

/** Numbers of the recurrent network of adaptive units, for this library and Python Spark. */
export const adaptiveNumbers = {
  /** External Poisson trains, with this rate each, Hz. */
  inputs: 100,
  rate: 100,
  /** Connection probability of a pair, external or internal. */
  probability: 0.1,
  /** Fraction of inhibitory units. */
  inhibitory: 0.2,
  /** pA; weights are uniform between 0 and this value. */
  weightMost: 60,
  /** ms */
  tau: 5,
  cooldown: 2,
  /** mV */
  thresholdDelta: 100,
} as const;

/**
 * Units with an adaptive threshold that excite and inhibit each other through exponential currents, driven by Poisson
 * trains.
 */
export const adaptiveNetwork = (units: number) => {
  const { inputs, rate, probability, inhibitory, weightMost, tau, cooldown, thresholdDelta } = adaptiveNumbers;
  const excitatory = units - Math.floor(units * inhibitory);
  // The current of a step is its value, as in Spark; its mean over a step of 1 ms would be a tenth smaller.
  const synapses = { traced: ExponentialSynapse({ tau, currentOf: "value" }) };
  const connect = pairwiseBernoulli({ probability });
  const weight = uniform({ min: 0, max: weightMost });
  return brain({
    name: "Adaptive",
    populations: {
      outside: PoissonSource({ units: [inputs], rate }),
      pool: neuron({
        soma: AdaptiveLeakySoma({ units: [units], cooldown, thresholdDelta }),
        synapses,
        inhibitory: Array.from({ length: units }, (_, k) => k >= excitatory),
      }),
    },
    projections: {
      drive: { from: "outside", to: "pool.traced", connect, weight },
      recurrent: { from: "pool", to: "pool.traced", connect, weight },
    },
  });
};
