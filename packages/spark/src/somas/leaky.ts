import { field, nonNegative, positive } from "../config/field.ts";
import { add, and, ge, gt, mul, relax, select, since, steps, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { ageState, fromRest, heard, potentialState, reset, rested } from "./membrane.ts";

/* Leaky integrate-and-fire somas. Equations: Gerstner, Kistler, Naud, Paninski, Neuronal Dynamics (2014). */

export const leaky = {
  potentialRest: field(-60, "mV", "Membrane potential at rest."),
  potentialReset: field(-50, "mV", "Membrane potential just after a spike."),
  potentialTau: field(20, "ms", "Membrane time constant.", positive),
  resistance: field(0.1, "GΩ", "Membrane resistance."),
  threshold: field(-40, "mV", "Potential above which the soma spikes."),
};
const refractory = {
  ...leaky,
  cooldown: field(2, "ms", "Time after a spike during which the soma ignores its input.", nonNegative),
};
const adaptive = {
  ...refractory,
  thresholdTau: field(20, "ms", "Time constant with which the threshold returns to its base.", positive),
  thresholdDelta: field(100, "mV", "Increase of the threshold at each spike."),
};

const leakyRoles = { threshold: "threshold", reset: "potentialReset" } as const;
const refractoryRoles = { ...leakyRoles, refractory: "cooldown" } as const;

export const LeakySoma = soma("LeakySoma", leaky, {
  about:
    "Leaky integrate-and-fire soma: the potential relaxes toward its input, and the soma spikes at a threshold. Neuronal Dynamics, ch. 1.3.",
  state: (x) => ({ potential: potentialState(x) }),
  roles: leakyRoles,
  step(x) {
    const v = add(relax(x.potential, mul(x.resistance, x.current), x.potentialTau), x.jump);
    const spikes = gt(v, fromRest(x, x.threshold));
    return { spikes, potential: reset(x, spikes, v) };
  },
});

export const RefractoryLeakySoma = soma("RefractoryLeakySoma", refractory, {
  about:
    "Leaky soma that ignores its input and cannot spike for a cooldown after each spike, while its leak continues.",
  state: (x) => ({ potential: potentialState(x), age: ageState(rested(x)) }),
  roles: refractoryRoles,
  step(x) {
    const ready = gt(x.age, steps(x.cooldown));
    const relaxed = relax(x.potential, mul(x.resistance, when(ready, x.current)), x.potentialTau);
    const v = heard(ready, relaxed, x.jump);
    const spikes = and(ready, gt(v, fromRest(x, x.threshold)));
    return { spikes, potential: reset(x, spikes, v), age: since(spikes, x.age, rested(x)) };
  },
});

export const StrictRefractoryLeakySoma = soma("StrictRefractoryLeakySoma", refractory, {
  about: "Leaky soma that stays at its reset potential for the whole cooldown. Neuronal Dynamics, ch. 1.3.",
  state: (x) => ({ potential: potentialState(x), age: ageState(rested(x)) }),
  roles: refractoryRoles,
  step(x) {
    const ready = ge(x.age, steps(x.cooldown));
    const moved = add(relax(x.potential, mul(x.resistance, x.current), x.potentialTau), x.jump);
    const v = select(ready, moved, fromRest(x, x.potentialReset));
    const spikes = and(ready, gt(v, fromRest(x, x.threshold)));
    return { spikes, potential: reset(x, spikes, v), age: since(spikes, x.age, rested(x)) };
  },
});

export const AdaptiveLeakySoma = soma("AdaptiveLeakySoma", adaptive, {
  about: "Refractory leaky soma whose threshold increases at each spike and relaxes back. Neuronal Dynamics, ch. 6.1.",
  state: (x) => ({
    potential: potentialState(x),
    age: ageState(rested(x)),
    adaptation: float(0, "mV", "Increase of the threshold over its base."),
  }),
  roles: { ...refractoryRoles, thresholdShift: "adaptation" },
  step(x) {
    const ready = gt(x.age, steps(x.cooldown));
    const relaxed = relax(x.potential, mul(x.resistance, when(ready, x.current)), x.potentialTau);
    const v = heard(ready, relaxed, x.jump);
    const spikes = and(ready, gt(v, add(fromRest(x, x.threshold), x.adaptation)));
    const adaptation = add(relax(x.adaptation, 0, x.thresholdTau), when(spikes, x.thresholdDelta));
    return { spikes, potential: reset(x, spikes, v), age: since(spikes, x.age, rested(x)), adaptation };
  },
});

export type LeakySomaConfig = ConfigOf<typeof leaky>;
export type RefractoryLeakySomaConfig = ConfigOf<typeof refractory>;
export type StrictRefractoryLeakySomaConfig = ConfigOf<typeof refractory>;
export type AdaptiveLeakySomaConfig = ConfigOf<typeof adaptive>;
