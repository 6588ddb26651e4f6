import { field, nonNegative, positive } from "../config/field.ts";
import { type Bool, dt, type Float, type FloatLike } from "../expr/expr.ts";
import { add, and, div, exp, ge, gt, min, mul, relax, since, steps, sub, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { withPresets } from "../model/presets.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { ageState, fromRest, heard, potentialState, reset, rested } from "./membrane.ts";

/*
 * Exponential integrate-and-fire somas. Equations: Neuronal Dynamics (2014), ch. 5.2 and 6.1, in the forward Euler form
 * of Python Spark.
 */

export const exponential = {
  potentialRest: field(-70, "mV", "Membrane potential at rest."),
  potentialReset: field(-51, "mV", "Membrane potential just after a spike."),
  potentialTau: field(5, "ms", "Membrane time constant.", positive),
  resistance: field(0.5, "GΩ", "Membrane resistance."),
  threshold: field(-30, "mV", "Potential above which the soma spikes."),
  rheobaseThreshold: field(-50, "mV", "Potential above which the upstroke outruns the leak, without input."),
  spikeSlope: field(2, "mV", "Range of potentials over which the upstroke grows by a factor of e.", positive),
};
const refractory = {
  ...exponential,
  cooldown: field(2, "ms", "Time after a spike during which the soma ignores its input.", nonNegative),
};
const simplified = {
  ...refractory,
  thresholdTau: field(20, "ms", "Time constant with which the threshold returns to its base.", positive),
  thresholdDelta: field(100, "mV", "Increase of the threshold at each spike."),
};
const adaptive = {
  ...exponential,
  cooldown: field(0, "ms", "Time after a spike during which the soma ignores its input.", nonNegative),
  adaptationTau: field(100, "ms", "Time constant of the adaptation current.", positive),
  adaptationDelta: field(7, "pA", "Increase of the adaptation current at each spike."),
  adaptationSubthreshold: field(0.5, "nS", "Adaptation current per difference of the potential from rest."),
};

const roles = { threshold: "threshold", reset: "potentialReset" } as const;
const refractoryRoles = { ...roles, refractory: "cooldown" } as const;

type Exponential = FieldScope<typeof exponential>;
type Refractory = FieldScope<typeof refractory>;
/** The potential of an exponential membrane after a forward Euler step with a current. */
export const integrate = (x: Exponential & { readonly potential: Float }, current: Float): Float => {
  // Above the threshold, which only a refractory soma reaches, the upstroke would overflow.
  const above = sub(min(x.potential, fromRest(x, x.threshold)), fromRest(x, x.rheobaseThreshold));
  const upstroke = mul(x.spikeSlope, exp(div(above, x.spikeSlope)));
  const drift = add(sub(upstroke, x.potential), mul(x.resistance, current));
  return add(x.potential, mul(div(dt, x.potentialTau), drift));
};

export const ExponentialSoma = soma("ExponentialSoma", exponential, {
  about:
    "Exponential integrate-and-fire soma: above a rheobase threshold, the potential rises in an upstroke of its own. Fourcaud-Trocmé et al. 2003; Neuronal Dynamics, ch. 5.2.",
  state: (x) => ({ potential: potentialState(x) }),
  roles,
  step(x) {
    const v = add(integrate(x, x.current), x.jump);
    const spikes = gt(v, fromRest(x, x.threshold));
    return { spikes, potential: reset(x, spikes, v) };
  },
});

/** The step of a soma with a cooldown, for a threshold above the rest. */
const refractoryStep = (
  x: Refractory & { readonly potential: Float; readonly current: Float; readonly jump: Float },
  ready: Bool,
  threshold: Float,
) => {
  const v = heard(ready, integrate(x, when(ready, x.current)), x.jump);
  const spikes = and(ready, gt(v, threshold));
  return { spikes, potential: reset(x, spikes, v) };
};

export const RefractoryExponentialSoma = soma("RefractoryExponentialSoma", refractory, {
  about:
    "Exponential soma that ignores its input and cannot spike for a cooldown after each spike, while leak and upstroke continue.",
  state: (x) => ({
    potential: potentialState(x),
    age: ageState(rested(x)),
  }),
  roles: refractoryRoles,
  step(x) {
    const ready = gt(x.age, steps(x.cooldown));
    const next = refractoryStep(x, ready, fromRest(x, x.threshold));
    return { ...next, age: since(next.spikes, x.age, rested(x)) };
  },
});

export const SimplifiedAdaptiveExponentialSoma = soma("SimplifiedAdaptiveExponentialSoma", simplified, {
  about: "Refractory exponential soma whose threshold increases at each spike and relaxes back.",
  state: (x) => ({
    potential: potentialState(x),
    age: ageState(rested(x)),
    adaptation: float(0, "mV", "Increase of the threshold over its base."),
  }),
  roles: { ...refractoryRoles, thresholdShift: "adaptation" },
  step(x) {
    const ready = gt(x.age, steps(x.cooldown));
    const next = refractoryStep(x, ready, add(fromRest(x, x.threshold), x.adaptation));
    const adaptation = add(relax(x.adaptation, 0, x.thresholdTau), when(next.spikes, x.thresholdDelta));
    return { ...next, age: since(next.spikes, x.age, rested(x)), adaptation };
  },
});

/**
 * Parameters of Naud et al. 2008 in their units: C (pF), g_L (nS), E_L (mV), a (nS), τ_w (ms), b (pA), V_r (mV). V_T is
 * −50 mV and Δ_T 2 mV. The potential is cut at 0 mV.
 */
const naud = (
  about: string,
  [capacitance, leak, potentialRest]: readonly [number, number, number],
  [adaptationSubthreshold, adaptationTau, adaptationDelta]: readonly [number, number, number],
  potentialReset: number,
) => ({
  about: `${about} Naud et al. 2008, Biol. Cybern. 99, 335, with the values of Brian2's example.`,
  parameters: {
    ...{ potentialRest, potentialReset, potentialTau: capacitance / leak, resistance: 1 / leak, threshold: 0 },
    ...{ rheobaseThreshold: -50, spikeSlope: 2, adaptationSubthreshold, adaptationTau, adaptationDelta },
  },
});

const adaptivePresets = {
  corticalPyramidal: {
    about:
      "Regular spiking pyramidal neuron. Brette and Gerstner 2005, J. Neurophysiol. 94, 3637, table 1; the potential is cut at 20 mV, as there.",
    parameters: {
      ...{ potentialRest: -70.6, potentialReset: -70.6, potentialTau: 281 / 30, resistance: 1 / 30, threshold: 20 },
      ...{
        rheobaseThreshold: -50.4,
        spikeSlope: 2,
        adaptationSubthreshold: 4,
        adaptationTau: 144,
        adaptationDelta: 80.5,
      },
    },
  },
  tonicSpiking: naud("Tonic spiking at 500 pA.", [200, 10, -70], [2, 30, 0], -58),
  adaptation: naud("Spike frequency adaptation at 500 pA.", [200, 12, -70], [2, 300, 60], -58),
  initialBurst: naud("A burst at the onset of 400 pA, then single spikes.", [130, 18, -58], [4, 150, 120], -50),
  regularBursting: naud("Bursts at 210 pA.", [200, 10, -58], [2, 120, 100], -46),
  delayedAccelerating: naud("A delay, then intervals that shrink, at 300 pA.", [200, 12, -70], [-10, 300, 0], -58),
  delayedRegularBursting: naud("A delay, then bursts, at 110 pA.", [100, 10, -65], [-10, 90, 30], -47),
  transientSpiking: naud("One spike at the onset of 180 pA.", [100, 10, -65], [10, 90, 100], -47),
  irregularSpiking: naud("Irregular intervals without noise, at 160 pA.", [100, 12, -60], [-11, 130, 30], -48),
};

export const AdaptiveExponentialSoma = withPresets(
  soma("AdaptiveExponentialSoma", adaptive, {
    about:
      "Exponential soma with an adaptation current that follows the potential and increases at each spike. Brette and Gerstner 2005, J. Neurophysiol. 94, 3637; Neuronal Dynamics, ch. 6.1.",
    state: (x) => ({
      potential: potentialState(x),
      age: ageState(steps(x.cooldown)),
      adaptation: float(0, "pA", "Adaptation current."),
    }),
    roles: refractoryRoles,
    step(x) {
      const ready = ge(x.age, steps(x.cooldown));
      const v = heard(ready, integrate(x, sub(when(ready, x.current), x.adaptation)), x.jump);
      const spikes = and(ready, gt(v, fromRest(x, x.threshold)));
      const potential = reset(x, spikes, v);
      const target: FloatLike = mul(x.adaptationSubthreshold, potential);
      const drift = mul(div(dt, x.adaptationTau), sub(target, x.adaptation));
      const adaptation = add(add(x.adaptation, drift), when(spikes, x.adaptationDelta));
      return { spikes, potential, age: since(spikes, x.age, steps(x.cooldown)), adaptation };
    },
  }),
  adaptivePresets,
);

export type ExponentialSomaConfig = ConfigOf<typeof exponential>;
export type RefractoryExponentialSomaConfig = ConfigOf<typeof refractory>;
export type SimplifiedAdaptiveExponentialSomaConfig = ConfigOf<typeof simplified>;
export type AdaptiveExponentialSomaConfig = ConfigOf<typeof adaptive>;
