import { field, positive } from "../config/field.ts";
import { add, decay } from "../expr/verbs.ts";
import { float } from "../model/scope.ts";
import { type SynapseConfigOf, synapse } from "../model/synapse.ts";

const fields = { tau: field(5, "ms", "Time constant of the current.", positive) };

export const ExponentialSynapse = synapse("ExponentialSynapse", fields, {
  about:
    "Current that jumps by the weight of a spike and decays exponentially. Rotter and Diesmann 1999, Biol. Cybern. 81, 381; NEST's iaf_psc_exp has the same.",
  weightUnit: "pA",
  state: () => ({ trace: float(0, "pA", "Current at the end of the step.") }),
  step: (x) => ({
    current: x.during(x.trace, x.tau),
    trace: add(decay(x.trace, x.tau), x.arriving),
  }),
});

export type ExponentialSynapseConfig = SynapseConfigOf<typeof fields>;
