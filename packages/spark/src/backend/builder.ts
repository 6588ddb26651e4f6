/*
 * What draws and writes synapses. It computes in WebAssembly for every backend, since compiled code for it is small, is
 * there without a compiler, and gives the same bits.
 */
export { openBuilder } from "./wasm/build/builder.ts";
