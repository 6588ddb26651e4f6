import { brain, DeltaSynapse, fixedInDegree, PoissonDrive, StrictRefractoryLeakySoma } from "spark-snn";

/** Length of a step, ms. */
export const dt = 0.1;

export interface BrunelOptions {
  /** Size of the network in units of the published one; synapses a unit stay as they are. Default 1. */
  readonly size?: number;
  /** Strength of inhibition over that of excitation. Default 5. */
  readonly g?: number;
  /** Rate from outside over the rate that alone brings a unit to threshold. Default 2. */
  readonly eta?: number;
}

/** Jump of the potential by an excitatory spike, mV. */
const JUMP = 0.1;
/** ms, mV */
const TAU = 20;
const THRESHOLD = 20;

/**
 * A sparsely connected random network of excitatory and inhibitory units: Brunel, J. Comput. Neurosci. 8:183 (2000), with
 * the numbers of NEST's example: 10 000 + 2500 units, each with 1000 + 250 inputs, and Poisson spikes from outside.
 */
export const brunel = ({ size = 1, g = 5, eta = 2 }: BrunelOptions = {}) => {
  const soma = (units: number) =>
    StrictRefractoryLeakySoma({
      units: [Math.round(units * size)],
      potentialRest: 0,
      threshold: THRESHOLD,
      potentialReset: 0,
      potentialTau: TAU,
      // In the sense of NEST: whole steps after that of the spike.
      cooldown: 2,
    });
  const synapse = DeltaSynapse();
  const inputs = { excitatory: 1000, inhibitory: 250 };
  const connect = (inDegree: number) => fixedInDegree({ inDegree, multapses: true });
  const excite = { connect: connect(inputs.excitatory), weight: JUMP, delay: 1.5, synapse };
  const inhibit = { connect: connect(inputs.inhibitory), weight: -g * JUMP, delay: 1.5, synapse };
  // Hz; a unit that gets it from each of its excitatory inputs' number of trains rests at its threshold.
  const thresholdRate = (1000 * THRESHOLD) / (JUMP * inputs.excitatory * TAU);
  const drive = PoissonDrive({ rate: eta * thresholdRate, trains: inputs.excitatory, weight: JUMP });
  return brain({
    name: "Brunel",
    populations: { excitatory: soma(10_000), inhibitory: soma(2500) },
    projections: {
      ee: { from: "excitatory", to: "excitatory", ...excite },
      ei: { from: "excitatory", to: "inhibitory", ...excite },
      ie: { from: "inhibitory", to: "excitatory", ...inhibit },
      ii: { from: "inhibitory", to: "inhibitory", ...inhibit },
    },
    drives: {
      outsideExcitatory: { to: "excitatory", synapse, drive },
      outsideInhibitory: { to: "inhibitory", synapse, drive },
    },
  });
};
