import { field, nonNegative, positive } from "../config/field.ts";
import { type Bool, dt, type Float } from "../expr/expr.ts";
import {
  add,
  and,
  div,
  exp,
  expm1,
  ge,
  lt,
  mul,
  neg,
  relax,
  select,
  since,
  steps,
  sub,
  uniformNoise,
  when,
} from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { ageState, fromRest, potentialState, reset } from "./membrane.ts";

/* Somas that spike at random, with a rate that grows exponentially with the potential above the threshold. */

const escaping = {
  threshold: field(-35, "mV", "Potential at which spikes have the escape rate, without earlier spikes."),
  escapeRate: field(0.001, "1/ms", "Rate of spikes at the threshold: λ₀.", nonNegative),
  escapeSlope: field(0.5, "mV", "Range of potentials over which the rate grows by a factor of e: ΔV.", positive),
};

/** Whether a unit spikes in the step, at the rate escapeRate·exp(distance/escapeSlope). */
const escapes = (x: { readonly escapeRate: Float; readonly escapeSlope: Float }, distance: Float): Bool => {
  const rate = mul(x.escapeRate, exp(div(distance, x.escapeSlope)));
  return lt(uniformNoise("escape"), neg(expm1(neg(mul(rate, dt)))));
};

const generalized = {
  potentialRest: field(-70, "mV", "Membrane potential at rest."),
  potentialReset: field(-55, "mV", "Membrane potential after a spike and during the refractory period."),
  potentialTau: field(20, "ms", "Membrane time constant.", positive),
  resistance: field(0.25, "GΩ", "Membrane resistance."),
  cooldown: field(4, "ms", "Time after a spike during which the potential stays at its reset.", nonNegative),
  ...escaping,
  fastThresholdDelta: field(0, "mV", "Increase of the threshold at each spike, fast part."),
  fastThresholdTau: field(10, "ms", "Time constant of the fast part of the threshold.", positive),
  slowThresholdDelta: field(0, "mV", "Increase of the threshold at each spike, slow part."),
  slowThresholdTau: field(100, "ms", "Time constant of the slow part of the threshold.", positive),
  fastCurrentDelta: field(0, "pA", "Increase of the current that each spike triggers, fast part."),
  fastCurrentTau: field(10, "ms", "Time constant of the fast part of the current.", positive),
  slowCurrentDelta: field(0, "pA", "Increase of the current that each spike triggers, slow part."),
  slowCurrentTau: field(100, "ms", "Time constant of the slow part of the current.", positive),
};

export const GeneralizedIntegrateAndFireSoma = soma("GeneralizedIntegrateAndFireSoma", generalized, {
  about:
    "Leaky soma with random spikes, a moving threshold and currents that spikes trigger (GIF). Mensi et al. 2012, J. Neurophysiol. 107, 1756; Pozzorini et al. 2015, PLoS Comput. Biol. 11, e1004275; the equations and defaults of NEST's gif_psc_exp, with two time constants of each kind.",
  state: (x) => ({
    potential: potentialState(x),
    age: ageState(steps(x.cooldown)),
    fastThreshold: float(0, "mV", "Fast part of the threshold."),
    slowThreshold: float(0, "mV", "Slow part of the threshold."),
    thresholdShift: float(0, "mV", "Increase of the threshold over its base: the sum of both parts."),
    fastCurrent: float(0, "pA", "Fast part of the current after spikes, which opposes the input."),
    slowCurrent: float(0, "pA", "Slow part of the current after spikes."),
  }),
  roles: { threshold: "threshold", reset: "potentialReset", refractory: "cooldown", thresholdShift: "thresholdShift" },
  step(x) {
    const ready = ge(x.age, steps(x.cooldown));
    const drive = sub(x.current, add(x.fastCurrent, x.slowCurrent));
    const moved = add(relax(x.potential, mul(x.resistance, drive), x.potentialTau), x.jump);
    const v = select(ready, moved, fromRest(x, x.potentialReset));
    const distance = sub(v, add(fromRest(x, x.threshold), add(x.fastThreshold, x.slowThreshold)));
    const spikes = and(ready, escapes(x, distance));
    const kicked = (part: Float, tau: Float, delta: Float): Float => add(relax(part, 0, tau), when(spikes, delta));
    const fastThreshold = kicked(x.fastThreshold, x.fastThresholdTau, x.fastThresholdDelta);
    const slowThreshold = kicked(x.slowThreshold, x.slowThresholdTau, x.slowThresholdDelta);
    return {
      spikes,
      potential: reset(x, spikes, v),
      age: since(spikes, x.age, steps(x.cooldown)),
      fastThreshold,
      slowThreshold,
      thresholdShift: add(fastThreshold, slowThreshold),
      fastCurrent: kicked(x.fastCurrent, x.fastCurrentTau, x.fastCurrentDelta),
      slowCurrent: kicked(x.slowCurrent, x.slowCurrentTau, x.slowCurrentDelta),
    };
  },
});

const response = {
  potentialRest: field(-70, "mV", "Membrane potential at rest."),
  potentialTau: field(10, "ms", "Time constant of the response to the input.", positive),
  resistance: field(0.1, "GΩ", "Membrane resistance."),
  threshold: field(-50, "mV", "Potential at which spikes have the escape rate."),
  escapeRate: field(0.1, "1/ms", "Rate of spikes at the threshold.", nonNegative),
  escapeSlope: field(2, "mV", "Range of potentials over which the rate grows by a factor of e.", positive),
  afterpotential: field(-20, "mV", "Change of the potential at each spike, which adds to those of earlier spikes."),
  afterpotentialTau: field(15, "ms", "Time constant with which the change decays.", positive),
};

export const SpikeResponseSoma = soma("SpikeResponseSoma", response, {
  about:
    "Spike response model with escape noise: the potential is the filtered input plus an afterpotential of each spike, and spikes are random. Nothing is reset. Gerstner and van Hemmen 1992, Network 3, 139; Neuronal Dynamics, ch. 6.4 and 9.1. With a negative afterpotential, the rate is low after a spike.",
  state: (x) => ({
    potential: potentialState(x),
    response: float(0, "mV", "Filtered input."),
    after: float(0, "mV", "Sum of the afterpotentials."),
  }),
  roles: { threshold: "threshold" },
  step(x) {
    const filtered = add(relax(x.response, mul(x.resistance, x.current), x.potentialTau), x.jump);
    const left = relax(x.after, 0, x.afterpotentialTau);
    const spikes = escapes(x, sub(add(filtered, left), fromRest(x, x.threshold)));
    const after = add(left, when(spikes, x.afterpotential));
    return { spikes, potential: add(filtered, after), response: filtered, after };
  },
});

export type GeneralizedIntegrateAndFireSomaConfig = ConfigOf<typeof generalized>;
export type SpikeResponseSomaConfig = ConfigOf<typeof response>;
