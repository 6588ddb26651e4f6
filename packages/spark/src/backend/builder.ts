/*
 * Draws and writes synapses. All backends use WebAssembly for this: the code is small, needs no compiler, and gives the
 * same bits.
 */
export { openBuilder } from "./wasm/build/builder.ts";
