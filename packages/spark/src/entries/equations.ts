/*
 * Somas by their equations as text, for pages without a bundler. "spark-snn" exports the same names. The file loads the
 * core that stands next to it.
 */
export type { EquationsOptions } from "../equations/options.ts";
export {
  type EquationsConfig,
  type EquationsSoma,
  type EquationsSource,
  soma,
} from "../equations/soma.ts";
export { equationsSource } from "../equations/source.ts";
export {
  type EquationsSynapse,
  type SynapseEquationsConfig,
  type SynapseEquationsOptions,
  synapse,
} from "../equations/synapse.ts";
