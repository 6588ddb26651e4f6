import {
  absoluteRefractory,
  brain,
  ConductanceExponentialSynapse,
  InhibitoryStdp,
  pairwiseBernoulli,
  StrictRefractoryLeakySoma,
} from "spark-snn";

/** Mean number of excitatory and inhibitory inputs of a unit: 2 % of 10 000 units. */
const INPUTS = 200;
/** Rate at which the rule leaves the weights unchanged on average, Hz. */
export const target = 3;
export const dt = 0.1; // ms

/**
 * A network whose inhibitory synapses learn to balance its excitation: Vogels, Sprekeler, Zenke, Clopath and Gerstner,
 * Science 334:1569 (2011). Inhibition of excitatory units begins at zero. With fewer than 10 000 units, the probability
 * of a synapse is higher, so that the units have the same number of inputs. `rate` is the change of a weight by a pair, nS.
 */
export const network = (units = 10_000, rate = 0.01) => {
  const excitatory = Math.round(units * 0.8);
  const soma = (count: number) =>
    StrictRefractoryLeakySoma({
      units: [count],
      potentialRest: -60,
      threshold: -50,
      potentialReset: -60,
      potentialTau: 20,
      resistance: 0.1, // 10 nS
      cooldown: absoluteRefractory(5, dt),
    });
  const connect = pairwiseBernoulli({ probability: INPUTS / units });
  const excite = { connect, weight: 0.3, synapse: ConductanceExponentialSynapse({ tau: 5, potentialReversal: 0 }) };
  const inhibition = ConductanceExponentialSynapse({ tau: 10, potentialReversal: -80 });
  return brain({
    name: "Balanced inhibition",
    populations: { excitatory: soma(excitatory), inhibitory: soma(units - excitatory) },
    projections: {
      ee: { from: "excitatory", to: "excitatory", ...excite },
      ei: { from: "excitatory", to: "inhibitory", ...excite },
      ii: { from: "inhibitory", to: "inhibitory", connect, weight: 3, synapse: inhibition },
      learned: {
        from: "inhibitory",
        to: "excitatory",
        connect,
        weight: 0,
        synapse: inhibition,
        plasticity: InhibitoryStdp({ rate, rateTarget: target, weightMax: 100 }),
      },
    },
  });
};

/** Every unit receives a constant current, as in the paper. */
export const inputs = { excitatory: { current: 200 }, inhibitory: { current: 200 } } as const;
