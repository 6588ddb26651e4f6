import type { SynapseType } from "../model/synapse.ts";
import { DeltaSynapse } from "./delta.ts";
import { ExponentialSynapse } from "./exponential.ts";

export { DeltaSynapse, type DeltaSynapseConfig } from "./delta.ts";
export { ExponentialSynapse, type ExponentialSynapseConfig } from "./exponential.ts";

/** Every synapse of the library by name, simplest first. Conformance tests, docs and the command line go through it. */
export const synapses = {
  DeltaSynapse,
  ExponentialSynapse,
} as const satisfies Readonly<Record<string, SynapseType>>;
