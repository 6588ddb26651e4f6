import { type SynapseConfigOf, synapse } from "../model/synapse.ts";

const fields = {};

export const LinearSynapse = synapse("LinearSynapse", fields, {
  about:
    "Current of the weight of a spike, only in the step in which the spike arrives. Its charge, weight times dt, depends on dt.",
  weightUnit: "pA",
  step: (x) => ({ current: x.arriving }),
});

export type LinearSynapseConfig = SynapseConfigOf<typeof fields>;
