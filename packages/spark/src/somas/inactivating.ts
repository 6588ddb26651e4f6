import { field, nonNegative, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, and, div, ge, gt, mul, relax, since, softplus, steps, sub, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { ageState, fromRest, potentialState } from "./membrane.ts";

const fields = {
  potentialRest: field(-70, "mV", "Membrane potential at rest."),
  potentialReset: field(-70, "mV", "Membrane potential just after a spike, if resetShare is 1."),
  resetShare: field(
    1,
    "1",
    "Share of the way to potentialReset that a spike moves the potential: 0 for no reset, 1 for a full one.",
    nonNegative,
  ),
  potentialTau: field(5, "ms", "Membrane time constant.", positive),
  resistance: field(0.1, "GΩ", "Membrane resistance."),
  cooldown: field(
    5,
    "ms",
    "Time after a spike during which the soma cannot spike. It does not ignore its input.",
    nonNegative,
  ),
  threshold: field(-55, "mV", "Threshold if no sodium channel is inactivated, without earlier spikes: V_T."),
  inactivationPotential: field(-63, "mV", "Potential at which half of the sodium channels are inactivated: V_i."),
  inactivationSlope: field(6, "mV", "Range of potentials over which the channels inactivate: k_i.", positive),
  inactivationCoupling: field(
    5 / 6,
    "1",
    "Slope of the threshold over the potential far above inactivationPotential: k_a/k_i. From 1 on, a depolarised soma may stop spiking.",
    nonNegative,
  ),
  inactivationTau: field(5, "ms", "Time constant with which the threshold follows the potential: τ_h.", positive),
  fastDelta: field(0, "mV", "Increase of the fast part of the threshold at each spike."),
  fastTau: field(10, "ms", "Time constant of the fast part.", positive),
  slowDelta: field(0, "mV", "Increase of the slow part of the threshold at each spike."),
  slowTau: field(200, "ms", "Time constant of the slow part.", positive),
  verySlowDelta: field(0, "mV", "Increase of the very slow part of the threshold at each spike."),
  verySlowTau: field(10_000, "ms", "Time constant of the very slow part.", positive),
};

/** Increase of the threshold at a lasting potential, which is relative to the rest: k_a·ln(1 + exp((V − V_i)/k_i)). */
const inactivationAt = (x: FieldScope<typeof fields>, potential: Float | number): Float => {
  const above = sub(potential, fromRest(x, x.inactivationPotential));
  return mul(mul(x.inactivationCoupling, x.inactivationSlope), softplus(div(above, x.inactivationSlope)));
};

export const InactivatingThresholdSoma = soma("InactivatingThresholdSoma", fields, {
  about:
    "Leaky soma whose threshold follows the potential, because depolarisation inactivates sodium channels: slow inputs need a higher potential to cause spikes than fast ones. Platkiewicz and Brette 2010, PLoS Comput. Biol. 6, e1000850; the defaults are those of Platkiewicz and Brette 2011, PLoS Comput. Biol. 7, e1001129. Spikes may also raise the threshold, as in Mensi et al. 2016, PLoS Comput. Biol. 12, e1004761; a very slow part accounts for adaptation over many seconds, Pozzorini et al. 2013, Nat. Neurosci. 16, 942.",
  state: (x) => ({
    potential: potentialState(x),
    age: ageState(steps(x.cooldown)),
    inactivation: float(inactivationAt(x, 0), "mV", "Increase of the threshold by inactivated channels."),
    fast: float(0, "mV", "Fast part of the increase after spikes."),
    slow: float(0, "mV", "Slow part of the increase after spikes."),
    verySlow: float(0, "mV", "Very slow part of the increase after spikes."),
    thresholdShift: float(inactivationAt(x, 0), "mV", "Increase of the threshold over its base: the sum of all parts."),
  }),
  roles: { threshold: "threshold", reset: "potentialReset", refractory: "cooldown", thresholdShift: "thresholdShift" },
  step(x) {
    const v = add(relax(x.potential, mul(x.resistance, x.current), x.potentialTau), x.jump);
    const inactivation = relax(x.inactivation, inactivationAt(x, v), x.inactivationTau);
    const [fast, slow] = [relax(x.fast, 0, x.fastTau), relax(x.slow, 0, x.slowTau)];
    const verySlow = relax(x.verySlow, 0, x.verySlowTau);
    const shift = add(inactivation, add(add(fast, slow), verySlow));
    const spikes = and(ge(x.age, steps(x.cooldown)), gt(v, add(fromRest(x, x.threshold), shift)));
    const next = {
      fast: add(fast, when(spikes, x.fastDelta)),
      slow: add(slow, when(spikes, x.slowDelta)),
      verySlow: add(verySlow, when(spikes, x.verySlowDelta)),
    };
    return {
      spikes,
      potential: add(v, when(spikes, mul(x.resetShare, sub(fromRest(x, x.potentialReset), v)))),
      age: since(spikes, x.age, steps(x.cooldown)),
      inactivation,
      ...next,
      thresholdShift: add(inactivation, add(add(next.fast, next.slow), next.verySlow)),
    };
  },
});

export type InactivatingThresholdSomaConfig = ConfigOf<typeof fields>;
