/*
 * The tables by which compiled code and this library speak: words of 32 bits, except for numbers that are marked.
 */

const wordsOf = <const Names extends readonly string[]>(
  names: Names,
): { readonly [Name in Names[number]]: number } & { readonly bytes: number } => {
  const offsets = Object.fromEntries(names.map((name, k) => [name, 4 * k]));
  return { ...offsets, bytes: Math.ceil(names.length / 4) * 16 } as never;
};

/** What all projections of a bundle share. */
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

/** Of a projection that ends in several shards. */
export const SEVERAL = -1;
/** Of words that have delays at more than two places. */
export const MANY = 0xffff;

/** One projection; those from `choices` on are numbers of double precision. */
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

/** A draw of the sources of a total number of synapses. */
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

/** One shard within a block. */
export const shardWords = wordsOf(["row", "shift"]);

/** Numbers that are drawn together, so that what lies between stays in the nearest cache. */
export const CHUNK = 512;
/** Targets, words and weights of a chunk lie one after the other. */
export const chunkPlaces = { targets: 0, words: 4 * CHUNK, weights: 8 * CHUNK, bytes: 16 * CHUNK } as const;
/** Bytes of a note about a weight that must be drawn again: number, place, source unit and projection. */
export const NOTE = 16;
/** At the start of a slot: how many notes it has, then the clipped delays of each projection. */
export const NOTES = 0;
export const CLIPPED = 4;
