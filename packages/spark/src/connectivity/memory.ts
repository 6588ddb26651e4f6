import type { Shard } from "../compile/network-program.ts";
import type { Precision } from "../config/parse.ts";
import { MemoryError } from "../errors/errors.ts";
import type { BundleInput } from "./bundles.ts";

/** What a projection takes, known before anything is drawn. */
export interface ProjectionMemory {
  readonly name: string;
  /** Number of synapses, or the number to be expected. */
  readonly synapses: number;
  readonly bytes: number;
}

export interface SynapseMemory {
  readonly synapses: number;
  readonly bytes: number;
  readonly projections: readonly ProjectionMemory[];
}

/** Each table of offsets is made twice, by whoever counts and by the machine, and needed a third time to fill. */
const TABLES = 3;

/** Bytes that the synapses of projections take in a run, for the most part those of their targets and weights. */
export const synapseMemory = (
  inputs: readonly BundleInput[],
  shards: readonly Shard[],
  precision: Precision,
): SynapseMemory => {
  const targetBytes = shards.some(({ wide }) => wide) ? 4 : 2;
  const weightBytes = precision === "f64" ? 8 : 4;
  const projections = inputs.map(({ synapses }): ProjectionMemory => {
    const { expected, weight, sources, delays } = synapses;
    const each = targetBytes + (weight === undefined ? weightBytes : 0);
    const offsets = (sources * delays.length + 1) * Uint32Array.BYTES_PER_ELEMENT * shards.length;
    return { name: synapses.name, synapses: expected, bytes: Math.ceil(expected * each + offsets * TABLES) };
  });
  return {
    synapses: projections.reduce((sum, { synapses }) => sum + synapses, 0),
    bytes: projections.reduce((sum, { bytes }) => sum + bytes, 0),
    projections,
  };
};

const text = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Projections that a message names. */
const NAMED = 3;

/** Refuses synapses that need more than `memory` bytes, before they are drawn. @throws MemoryError with what would fit */
export const checkSynapseMemory = (needed: SynapseMemory, memory: number): void => {
  if (needed.bytes <= memory) return;
  const largest = [...needed.projections].sort((a, b) => b.bytes - a.bytes).slice(0, NAMED);
  const parts = largest.map(({ name, synapses, bytes }) => `${name} ${text(bytes)} for ${Math.round(synapses)}`);
  if (needed.projections.length > NAMED) parts.push("…");
  const share = Math.floor((memory / needed.bytes) * 1000) / 10;
  throw new MemoryError(
    `memory must be at least ${text(needed.bytes)} for ${Math.round(needed.synapses)} synapses (${parts.join(", ")}); received ${text(memory)}. Raise memory to ${needed.bytes}, or make at most ${share} % of the synapses.`,
  );
};
