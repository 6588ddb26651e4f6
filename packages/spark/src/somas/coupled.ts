import { add, gt, mul, relax } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { current, jump } from "../model/ports.ts";
import { soma } from "../model/soma.ts";
import { dendrite, dendriteInputs, dendriteState, dendriteStep } from "./dendrite.ts";
import { exponentialFields } from "./doubly-adaptive.ts";
import { integrate } from "./exponential.ts";
import { leaky } from "./leaky.ts";
import { adapt, mechanismRoles, mechanismState } from "./mechanisms.ts";
import { fromRest, potentialState, reset } from "./membrane.ts";

/* Somas with a passive dendrite, each of which receives synapses of its own. */

const inputs = {
  current: current("Current into the soma."),
  jump: jump("Jump of the soma's potential from delta synapses; ignored in the refractory period."),
  ...dendriteInputs,
};

const leakyFields = { ...leaky, ...dendrite };
const adaptiveFields = { ...exponentialFields, ...dendrite };

export const CoupledLeakySoma = soma("CoupledLeakySoma", leakyFields, {
  about:
    "Leaky soma coupled to a passive dendrite, into which its spikes propagate back. The soma receives the current from the dendrite one step later. CoupledLeakySoma and LeakyDendrite of Python Spark 1.2.",
  inputs,
  state: (x) => ({ potential: potentialState(x), ...dendriteState(x) }),
  roles: { threshold: "threshold", reset: "potentialReset" },
  step(x) {
    const received = add(x.current, x.couplingCurrent);
    const v = add(relax(x.potential, mul(x.resistance, received), x.potentialTau), x.jump);
    const spikes = gt(v, fromRest(x, x.threshold));
    const potential = reset(x, spikes, v);
    return { spikes, potential, ...dendriteStep(x, add(potential, x.potentialRest), spikes) };
  },
});

export const CoupledAdaptiveExponentialSoma = soma("CoupledAdaptiveExponentialSoma", adaptiveFields, {
  about:
    "DoublyAdaptiveExponentialSoma coupled to a passive dendrite, into which its spikes propagate back. The soma receives the current from the dendrite one step later. CoupledAdaptiveExponentialSoma and LeakyDendrite of Python Spark 1.2.",
  inputs,
  state: (x) => ({ potential: potentialState(x), ...mechanismState(x), ...dendriteState(x) }),
  roles: mechanismRoles,
  step(x) {
    const coupled = { ...x, current: add(x.current, x.couplingCurrent) };
    const { next } = adapt(coupled, (received) => integrate(x, received), {
      threshold: fromRest(x, x.threshold),
      reset: fromRest(x, x.potentialReset),
    });
    return { ...next, ...dendriteStep(x, add(next.potential, x.potentialRest), next.spikes) };
  },
});

export type CoupledLeakySomaConfig = ConfigOf<typeof leakyFields>;
export type CoupledAdaptiveExponentialSomaConfig = ConfigOf<typeof adaptiveFields>;
