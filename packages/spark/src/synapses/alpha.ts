import { field, positive } from "../config/field.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, decay, div, exp, meanDecay, meanOfDecay, mul, neg, sub } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { type SynapseConfigOf, synapse } from "../model/synapse.ts";

const fields = { tau: field(2, "ms", "Time from the arrival of a spike to the peak.", positive) };

/** One step of an alpha function, which consists of two traces (the state variables of a synapse). */
interface AlphaStep {
  /** Mean of the alpha function over the step. */
  readonly mean: Float;
  /** The two traces after the step. */
  readonly trace: Float;
  readonly drive: Float;
}

/**
 * Exact step of an alpha function. `drive` jumps by e·weight and decays, and `trace` follows it. After one spike,
 * `trace` is weight·(t/tau)·exp(1 − t/tau).
 */
export const alphaStep = (trace: Float, drive: Float, arriving: Float, tau: Float): AlphaStep => {
  const faded = decay(drive, tau);
  // The mean of (t/tau)·exp(−t/tau) over a step is the mean of exp(−t/tau) minus its last value.
  const ramp = mul(drive, sub(meanOfDecay(tau), exp(neg(div(dt, tau)))));
  return {
    mean: add(meanDecay(trace, tau), ramp),
    trace: add(decay(trace, tau), mul(div(dt, tau), faded)),
    drive: add(faded, mul(Math.E, arriving)),
  };
};

export const AlphaSynapse = synapse("AlphaSynapse", fields, {
  about:
    "Current weight·(t/tau)·exp(1 − t/tau), which peaks at the weight. Rall 1967, J. Neurophysiol. 30, 1138; exact steps after Rotter and Diesmann 1999.",
  weightUnit: "pA",
  state: () => ({
    trace: float(0, "pA", "Current at the end of the step."),
    drive: float(0, "pA", "Decaying trace that the current follows."),
  }),
  step(x) {
    const { mean, trace, drive } = alphaStep(x.trace, x.drive, x.arriving, x.tau);
    return { current: x.during(mean, x.trace), trace, drive };
  },
});

export type AlphaSynapseConfig = SynapseConfigOf<typeof fields>;
