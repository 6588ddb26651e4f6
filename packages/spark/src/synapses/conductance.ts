import { field, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, decay, meanDecay, mul, sub } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { type SynapseConfigOf, synapse } from "../model/synapse.ts";
import { alphaStep } from "./alpha.ts";

/*
 * Conductances whose current depends on the potential of their target. Weights are in nS. The conductance of a step is
 * exact, as in other synapses. The potential is the value before the step, which causes an error of first order in dt.
 */

const potentialReversal = field(0, "mV", "Potential at which the current changes its sign.");
const exponential = {
  potentialReversal,
  tau: field(5, "ms", "Time constant of the conductance.", positive),
};
const alpha = {
  potentialReversal,
  tau: field(2, "ms", "Time from the arrival of a spike to the peak.", positive),
};

const flow = (conductance: Float, x: { readonly potentialReversal: Float; readonly potential: Float }): Float =>
  mul(conductance, sub(x.potentialReversal, x.potential));

export const ConductanceExponentialSynapse = synapse("ConductanceExponentialSynapse", exponential, {
  about:
    "Conductance that jumps by the weight of a spike and decays exponentially. Its current uses the potential before the step. Brette et al. 2007, J. Comput. Neurosci. 23, 349.",
  weightUnit: "nS",
  state: () => ({ conductance: float(0, "nS", "Conductance at the end of the step.") }),
  step: (x) => ({
    current: flow(x.during(meanDecay(x.conductance, x.tau), x.conductance), x),
    conductance: add(decay(x.conductance, x.tau), x.arriving),
  }),
});

export const ConductanceAlphaSynapse = synapse("ConductanceAlphaSynapse", alpha, {
  about:
    "Conductance weight·(t/tau)·exp(1 − t/tau), which peaks at the weight. Its current uses the potential before the step. Rall 1967, J. Neurophysiol. 30, 1138.",
  weightUnit: "nS",
  state: () => ({
    conductance: float(0, "nS", "Conductance at the end of the step."),
    drive: float(0, "nS", "Decaying trace that the conductance follows."),
  }),
  step(x) {
    const { mean, trace, drive } = alphaStep(x.conductance, x.drive, x.arriving, x.tau);
    return { current: flow(x.during(mean, x.conductance), x), conductance: trace, drive };
  },
});

export type ConductanceExponentialSynapseConfig = SynapseConfigOf<typeof exponential>;
export type ConductanceAlphaSynapseConfig = SynapseConfigOf<typeof alpha>;
