import { mul, relax } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { soma } from "../model/soma.ts";
import { exponential, integrate } from "./exponential.ts";
import { drift, izhikevich, izhikevichState, recover } from "./izhikevich.ts";
import { leaky } from "./leaky.ts";
import { adapt, adaptationSubthreshold, mechanismRoles, mechanismState, mechanisms } from "./mechanisms.ts";
import { fromRest, potentialState } from "./membrane.ts";

/* The adaptive somas of Python Spark 1.2: a membrane with any of the four mechanisms. */

const fromRestText = "difference of the potential from rest";
const leakyFields = { ...leaky, ...mechanisms, adaptationSubthreshold: adaptationSubthreshold(fromRestText) };
export const exponentialFields = {
  ...exponential,
  ...mechanisms,
  adaptationSubthreshold: adaptationSubthreshold(fromRestText),
};
const izhikevichFields = {
  ...izhikevich,
  ...mechanisms,
  adaptationSubthreshold: adaptationSubthreshold("potential, which is not relative to rest here"),
};

export const DoublyAdaptiveLeakySoma = soma("DoublyAdaptiveLeakySoma", leakyFields, {
  about:
    "Leaky soma with a refractory period, a clamp of the potential, a moving threshold and an adaptation current. Each mechanism is off while its parameter is 0, the default. The AdaptiveLeakySoma of Python Spark 1.2; Neuronal Dynamics, ch. 6.1.",
  state: (x) => ({ potential: potentialState(x), ...mechanismState(x) }),
  roles: mechanismRoles,
  step: (x) =>
    adapt(x, (current) => relax(x.potential, mul(x.resistance, current), x.potentialTau), {
      threshold: fromRest(x, x.threshold),
      reset: fromRest(x, x.potentialReset),
    }).next,
});

export const DoublyAdaptiveExponentialSoma = soma("DoublyAdaptiveExponentialSoma", exponentialFields, {
  about:
    "Exponential soma with a refractory period, a clamp of the potential, a moving threshold and an adaptation current. Each mechanism is off while its parameter is 0, the default. The AdaptiveExponentialSoma of Python Spark 1.2; Neuronal Dynamics, ch. 6.1.",
  state: (x) => ({ potential: potentialState(x), ...mechanismState(x) }),
  roles: mechanismRoles,
  step: (x) =>
    adapt(x, (current) => integrate(x, current), {
      threshold: fromRest(x, x.threshold),
      reset: fromRest(x, x.potentialReset),
    }).next,
});

export const AdaptiveIzhikevichSoma = soma("AdaptiveIzhikevichSoma", izhikevichFields, {
  about:
    "Izhikevich's soma with a refractory period, a clamp of the potential, a moving threshold and an adaptation current. Each mechanism is off while its parameter is 0, the default. As in Python Spark 1.2.",
  state: (x) => ({ ...izhikevichState(x), ...mechanismState(x) }),
  roles: mechanismRoles,
  step(x) {
    const { after, next } = adapt(x, (current) => drift(x, current), {
      threshold: x.threshold,
      reset: x.potentialReset,
    });
    return { ...next, recovery: recover(x, after, next.spikes) };
  },
});

export type DoublyAdaptiveLeakySomaConfig = ConfigOf<typeof leakyFields>;
export type DoublyAdaptiveExponentialSomaConfig = ConfigOf<typeof exponentialFields>;
export type AdaptiveIzhikevichSomaConfig = ConfigOf<typeof izhikevichFields>;
