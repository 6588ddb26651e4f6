import { wasm } from "../backend/wasm/wasm.ts";
import { type DrawSynapsesOptions, drawSynapsesOn } from "../connectivity/draw-synapses.ts";
import type { Synapses } from "../connectivity/synapses.ts";

/**
 * The synapses of one projection outside of a network. None is kept: they are drawn each time they are asked for.
 * @throws ConfigError that names every problem
 */
export const drawSynapses = (options: DrawSynapsesOptions): Synapses =>
  drawSynapsesOn(options.backend ?? wasm, options);
