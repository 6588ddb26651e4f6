import type { SynapseType } from "../model/synapse.ts";
import { AlphaSynapse } from "./alpha.ts";
import { ConductanceAlphaSynapse, ConductanceExponentialSynapse } from "./conductance.ts";
import { DeltaSynapse } from "./delta.ts";
import { ExponentialSynapse } from "./exponential.ts";
import { LinearSynapse } from "./linear.ts";
import { FastSlowSynapse, RiseDecaySynapse } from "./rise-decay.ts";

export { AlphaSynapse, type AlphaSynapseConfig } from "./alpha.ts";
export {
  ConductanceAlphaSynapse,
  type ConductanceAlphaSynapseConfig,
  ConductanceExponentialSynapse,
  type ConductanceExponentialSynapseConfig,
} from "./conductance.ts";
export { DeltaSynapse, type DeltaSynapseConfig } from "./delta.ts";
export { ExponentialSynapse, type ExponentialSynapseConfig } from "./exponential.ts";
export { LinearSynapse, type LinearSynapseConfig } from "./linear.ts";
export {
  FastSlowSynapse,
  type FastSlowSynapseConfig,
  RiseDecaySynapse,
  type RiseDecaySynapseConfig,
} from "./rise-decay.ts";

/**
 * Every synapse of the library by name, simplest first. The conformance tests, the documentation and the command line
 * use this list.
 */
export const synapses = {
  DeltaSynapse,
  LinearSynapse,
  ExponentialSynapse,
  AlphaSynapse,
  RiseDecaySynapse,
  FastSlowSynapse,
  ConductanceExponentialSynapse,
  ConductanceAlphaSynapse,
} as const satisfies Readonly<Record<string, SynapseType>>;
