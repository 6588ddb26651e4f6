import { field, positive } from "../config/field.ts";
import { add, decay, meanDecay } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { type SynapseConfigOf, synapse } from "../model/synapse.ts";

const fields = { tau: field(5, "ms", "Time constant of the current.", positive) };

export const ExponentialSynapse = synapse("ExponentialSynapse", fields, {
  about:
    "Current that jumps by the weight of a spike and decays exponentially. Rotter and Diesmann 1999, Biol. Cybern. 81, 381.",
  weightUnit: "pA",
  state: () => ({ trace: float(0, "pA", "Current at the end of the step.") }),
  step: (x) => ({
    current: x.during(meanDecay(x.trace, x.tau), x.trace),
    trace: add(decay(x.trace, x.tau), x.arriving),
  }),
});

export type ExponentialSynapseConfig = SynapseConfigOf<typeof fields>;
