import { type SynapseConfigOf, synapse } from "../model/synapse.ts";

const fields = {};

export const DeltaSynapse = synapse("DeltaSynapse", fields, {
  about:
    "Jump of the potential by the weight of a spike. Brunel 2000, J. Comput. Neurosci. 8, 183; the same as NEST's iaf_psc_delta.",
  weightUnit: "mV",
  step: (x) => ({ jump: x.arriving }),
});

export type DeltaSynapseConfig = SynapseConfigOf<typeof fields>;
