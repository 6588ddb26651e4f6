import { between, field, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, decay, div, meanDecay, mul, sub } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { type SynapseConfigOf, synapse } from "../model/synapse.ts";

/* Currents that rise before they decay: differences of two traces that receive the same weights. */

const riseDecay = {
  riseTau: field(1, "ms", "Time constant of the rise.", positive),
  decayTau: field(5, "ms", "Time constant of the decay.", positive),
};
const fastSlow = {
  alpha: field(0.8, "1", "Fraction of the fast component.", between(0, 1)),
  riseTau: field(1, "ms", "Time constant of the rise.", positive),
  fastTau: field(5, "ms", "Time constant of the fast decay.", positive),
  slowTau: field(50, "ms", "Time constant of the slow decay.", positive),
};

/** exp(−t/decay)·(1 − exp(−t/rise)) is exp(−t/decay) − exp(−t/combined), with this combined time constant. */
const combined = (rise: Float, decay: Float): Float => div(mul(rise, decay), add(rise, decay));
const meanDifference = (falling: Float, fallingTau: Float, rising: Float, risingTau: Float): Float =>
  sub(meanDecay(falling, fallingTau), meanDecay(rising, risingTau));
const mix = (share: Float, fast: Float, slow: Float): Float => add(mul(share, fast), mul(sub(1, share), slow));

export const RiseDecaySynapse = synapse("RiseDecaySynapse", riseDecay, {
  about:
    "Current weight·exp(−t/decayTau)·(1 − exp(−t/riseTau)), the difference of a slow and a fast trace. Roth and van Rossum 2009, Modeling Synapses, in Computational Modeling Methods for Neuroscientists.",
  weightUnit: "pA",
  state: () => ({
    falling: float(0, "pA", "Trace of the decay at the end of the step."),
    rising: float(0, "pA", "Trace that is subtracted from `falling`, so that the current rises."),
  }),
  observe: (x) => ({
    trace: { expr: sub(x.falling, x.rising), unit: "pA", description: "Current at the end of the step." },
  }),
  step(x) {
    const risingTau = combined(x.riseTau, x.decayTau);
    return {
      current: x.during(meanDifference(x.falling, x.decayTau, x.rising, risingTau), sub(x.falling, x.rising)),
      falling: add(decay(x.falling, x.decayTau), x.arriving),
      rising: add(decay(x.rising, risingTau), x.arriving),
    };
  },
});

export const FastSlowSynapse = synapse("FastSlowSynapse", fastSlow, {
  about:
    "Current with one rise and two decay time constants: alpha times a fast rise–decay synapse plus 1 − alpha times a slow one with the same rise.",
  weightUnit: "pA",
  state: () => ({
    fastFalling: float(0, "pA", "Trace of the fast decay at the end of the step."),
    fastRising: float(0, "pA", "Trace that is subtracted from the fast decay."),
    slowFalling: float(0, "pA", "Trace of the slow decay at the end of the step."),
    slowRising: float(0, "pA", "Trace that is subtracted from the slow decay."),
  }),
  observe: (x) => ({
    trace: {
      expr: mix(x.alpha, sub(x.fastFalling, x.fastRising), sub(x.slowFalling, x.slowRising)),
      unit: "pA",
      description: "Current at the end of the step.",
    },
  }),
  step(x) {
    const fastRise = combined(x.riseTau, x.fastTau);
    const slowRise = combined(x.riseTau, x.slowTau);
    const taken = (trace: Float, tau: Float): Float => add(decay(trace, tau), x.arriving);
    return {
      current: x.during(
        mix(
          x.alpha,
          meanDifference(x.fastFalling, x.fastTau, x.fastRising, fastRise),
          meanDifference(x.slowFalling, x.slowTau, x.slowRising, slowRise),
        ),
        mix(x.alpha, sub(x.fastFalling, x.fastRising), sub(x.slowFalling, x.slowRising)),
      ),
      fastFalling: taken(x.fastFalling, x.fastTau),
      fastRising: taken(x.fastRising, fastRise),
      slowFalling: taken(x.slowFalling, x.slowTau),
      slowRising: taken(x.slowRising, slowRise),
    };
  },
});

export type RiseDecaySynapseConfig = SynapseConfigOf<typeof riseDecay>;
export type FastSlowSynapseConfig = SynapseConfigOf<typeof fastSlow>;
