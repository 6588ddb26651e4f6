/*
 * The tables that the library and compiled code share: 32-bit words, except for numbers that are marked.
 */

const wordsOf = <const Names extends readonly string[]>(
  names: Names,
): { readonly [Name in Names[number]]: number } & { readonly bytes: number } => {
  const offsets = Object.fromEntries(names.map((name, k) => [name, 4 * k]));
  return { ...offsets, bytes: Math.ceil(names.length / 4) * 16 } as never;
};

/** Data that all projections of a bundle share. */
export const headWords = wordsOf([
  "blocks",
  "blockCount",
  "projections",
  "projectionCount",
  "table",
  "rowBytes",
  "delayBytes",
  "bases",
  "shards",
  "slots",
  "slotBytes",
  "shardRecords",
  "chunk",
  "outTargets",
  "outWeights",
  "log",
  "weighs",
]);

/** Marks a projection that ends in several shards. */
export const SEVERAL = -1;
/** Marks cells with more than two delays. */
export const MANY = 0xffff;

/** Data of one projection. Those from `choices` on are in double precision. */
const projectionNames = wordsOf([
  "starts",
  "key0",
  "key1",
  "key2",
  "skips",
  "stretches",
  "shard",
  "words",
  "cells",
  "thresholds",
  "map",
  "clip",
  "kind",
  "weightKey0",
  "weightKey1",
  "weightKey2",
  "signs",
]);
export const projectionWords = {
  ...projectionNames,
  choices: 72,
  offset: 80,
  factor: 88,
  min: 96,
  max: 104,
  bytes: 112,
} as const;

/** Kinds of weights by number. */
export const weightKinds = ["constant", "uniform", "normal", "logNormal"] as const;

/** Data to draw the sources of a fixed total number of synapses. */
export const tallyWords = wordsOf([
  "total",
  "key0",
  "key1",
  "key2",
  "tables",
  "tableBytes",
  "slots",
  "slotBytes",
  "chunk",
  "units",
]);

/** Data of one shard within a block. */
export const shardWords = wordsOf(["row", "shift"]);

/** Count of numbers that are drawn together, so that intermediate values stay in the nearest cache. */
export const CHUNK = 512;
/** Offsets of the targets, words and weights of a chunk. */
export const chunkPlaces = { targets: 0, words: 4 * CHUNK, weights: 8 * CHUNK, bytes: 16 * CHUNK } as const;
/** Size in bytes of a note about a weight to draw again: number, position, source unit and projection. */
export const NOTE = 16;
/** A slot starts with the number of notes, followed by the clipped delays of each projection. */
export const NOTES = 0;
export const CLIPPED = 4;
