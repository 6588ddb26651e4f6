import { brain, DeltaSynapse, fixedInDegree, PoissonDrive, StrictRefractoryLeakySoma } from "spark-snn";

/** Time step, ms. */
export const dt = 0.1;

export interface BrunelOptions {
  /** Size relative to the published network; the number of synapses per unit does not change. Default 1. */
  readonly size?: number;
  /** Ratio of inhibition to excitation. Default 5. */
  readonly g?: number;
  /** External rate relative to the rate that brings a unit exactly to threshold. Default 2. */
  readonly eta?: number;
}

/** Jump of the potential by an excitatory spike, mV. */
const JUMP = 0.1;
/** ms, mV */
const TAU = 20;
const THRESHOLD = 20;

/**
 * A sparsely connected random network of excitatory and inhibitory units: Brunel, J. Comput. Neurosci. 8:183 (2000),
 * with the numbers of NEST's example: 10 000 + 2500 units, each with 1000 + 250 inputs, and external Poisson spikes.
 */
export const brunel = ({ size = 1, g = 5, eta = 2 }: BrunelOptions = {}) => {
  const soma = (units: number) =>
    StrictRefractoryLeakySoma({
      units: [Math.round(units * size)],
      potentialRest: 0,
      threshold: THRESHOLD,
      potentialReset: 0,
      potentialTau: TAU,
      // As in NEST: whole steps after the step of the spike.
      cooldown: 2,
    });
  const synapse = DeltaSynapse();
  const inputs = { excitatory: 1000, inhibitory: 250 };
  const connect = (inDegree: number) => fixedInDegree({ inDegree, multapses: true });
  const excite = { connect: connect(inputs.excitatory), weight: JUMP, delay: 1.5, synapse };
  const inhibit = { connect: connect(inputs.inhibitory), weight: -g * JUMP, delay: 1.5, synapse };
  // Hz; at this rate from as many trains as excitatory inputs, the mean potential of a unit equals its threshold.
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
