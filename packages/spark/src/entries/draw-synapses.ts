import { wasmDrawer } from "../backend/wasm/drawer.ts";
import { type DrawSynapsesOptions, drawSynapsesWith } from "../connectivity/draw-synapses.ts";
import type { Synapses } from "../connectivity/synapses.ts";

/**
 * Draws the synapses of a single projection, without a network. Nothing is stored: each access draws them again.
 * @throws ConfigError that lists every problem
 */
export const drawSynapses = (options: DrawSynapsesOptions): Synapses => drawSynapsesWith(wasmDrawer, options);
