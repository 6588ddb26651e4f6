import { lines } from "../../../program/memory.ts";
import type { BuildProjection, BuildRequest, DelayPlaces, Recipe, RecipeWeights } from "../../../program/recipe.ts";
import {
  CLIPPED,
  chunkPlaces,
  headWords,
  MANY,
  NOTE,
  projectionWords,
  SEVERAL,
  shardWords,
  weightKinds,
} from "./records.ts";

/** Target number of synapses in a block, so that its rows stay in the cache. */
const BLOCK = 32_768;

/** Divides source units into blocks of at least one unit. Block b starts with unit blocks[b]. */
export const blocksOf = (starts: readonly Uint32Array[], sources: number): { blocks: Uint32Array; most: number } => {
  const blocks = [0];
  let most = 0;
  let sum = 0;
  for (let source = 0; source < sources; source++) {
    let own = 0;
    for (const list of starts) own += list[source + 1]! - list[source]!;
    if (sum > 0 && sum + own > BLOCK) {
      blocks.push(source);
      sum = 0;
    }
    sum += own;
    most = Math.max(most, sum);
  }
  blocks.push(sources);
  return { blocks: Uint32Array.from(blocks), most };
};

/** Maximal number of synapses of a source unit; an approximate bound if the number is drawn. */
const mostOf = ({ outgoing }: Recipe, sources: number): number => {
  if ("each" in outgoing) return outgoing.each;
  const mean = outgoing.total / sources;
  // An approximate maximum of Poisson numbers.
  return mean + 10 * Math.sqrt(mean) + 10;
};

/** Size in bytes of a target, a weight and a note. */
const SYNAPSE_BYTES = 4 + 8 + NOTE;

/** Approximate size in bytes of a request. */
export const bytesOfBuild = ({ projections, sources, shards }: BuildRequest, delays: number, slots: number): number => {
  const most = projections.reduce((sum, { recipe }) => sum + mostOf(recipe, sources), BLOCK);
  return shards * sources * delays * 4 + slots * most * SYNAPSE_BYTES + projections.length * sources * 12;
};

/** Allocates consecutive parts of a memory. */
export class Places {
  end = 64;

  /** Returns an address that is a multiple of 64. */
  take(bytes: number): number {
    const at = this.end;
    this.end = lines(at + bytes);
    return at;
  }
}

/** Addresses of the tables of a bundle. */
export interface BuildLayout {
  readonly head: number;
  readonly blocks: number;
  readonly bases: number;
  readonly projections: number;
  readonly table: number;
  readonly slots: number;
  readonly slotBytes: number;
  readonly inSlot: {
    readonly shardRecords: number;
    readonly chunk: number;
    readonly outTargets: number;
    readonly outWeights: number;
    readonly log: number;
  };
  readonly own: readonly ProjectionPlaces[];
  readonly end: number;
}

interface ProjectionPlaces {
  readonly starts: number;
  readonly stretches: number;
  readonly words: number;
  readonly cells: number;
  readonly thresholds: number;
  readonly map: number;
  readonly signs: number;
}

const CELLS = 4096;
const thresholdsOf = ({ delays }: Recipe): number => ("steps" in delays ? 1 : delays.thresholds.length);

export const layOutBuild = (
  request: BuildRequest,
  { delays, blocks, most, slots }: { delays: number; blocks: number; most: number; slots: number },
): BuildLayout => {
  const places = new Places();
  const head = places.take(headWords.bytes);
  const projections = places.take(request.projections.length * projectionWords.bytes);
  const own = request.projections.map(
    ({ recipe, targets, signs }): ProjectionPlaces => ({
      starts: places.take((request.sources + 1) * 4),
      stretches: places.take(Math.ceil(targets / 64) * 8),
      words: places.take(CELLS * 8),
      cells: places.take(CELLS * 2),
      thresholds: places.take(thresholdsOf(recipe) * 4),
      map: places.take(thresholdsOf(recipe) * 4),
      signs: signs ? places.take(request.sources * 8) : 0,
    }),
  );
  const inSlotPlaces = new Places();
  inSlotPlaces.take(CLIPPED + 4 * request.projections.length);
  const inSlot = {
    shardRecords: inSlotPlaces.take(request.shards * shardWords.bytes),
    chunk: inSlotPlaces.take(chunkPlaces.bytes),
    outTargets: inSlotPlaces.take(most * 4),
    outWeights: inSlotPlaces.take(most * 8),
    log: inSlotPlaces.take(most * NOTE),
  };
  return {
    head,
    projections,
    own,
    inSlot,
    blocks: places.take((blocks + 1) * 4),
    bases: places.take(request.shards * (blocks + 1) * 4),
    table: places.take(request.shards * request.sources * delays * 4),
    slotBytes: inSlotPlaces.end,
    slots: places.take(slots * inSlotPlaces.end),
    end: places.end,
  };
};

/** Writes all tables that a pass reads, except for counts and cursors. */
export const writeBuild = (
  memory: ArrayBuffer,
  layout: BuildLayout,
  request: BuildRequest,
  given: {
    readonly starts: readonly Uint32Array[];
    readonly blocks: Uint32Array;
    readonly delays: DelayPlaces;
    readonly weights: boolean;
  },
): void => {
  const { head, inSlot } = layout;
  const { starts, blocks, delays, weights } = given;
  const words = new Uint32Array(memory, head, headWords.bytes / 4);
  const values: Readonly<Record<Exclude<keyof typeof headWords, "bytes">, number>> = {
    blocks: layout.blocks,
    blockCount: blocks.length - 1,
    projections: layout.projections,
    projectionCount: request.projections.length,
    table: layout.table,
    rowBytes: request.sources * delays.delays * 4,
    delayBytes: delays.delays * 4,
    bases: layout.bases,
    shards: request.shards,
    slots: layout.slots,
    slotBytes: layout.slotBytes,
    ...inSlot,
    weighs: Number(weights),
  };
  for (const [name, value] of Object.entries(values)) words[headWords[name as keyof typeof headWords] / 4] = value;
  new Uint32Array(memory, layout.blocks, blocks.length).set(blocks);
  request.projections.forEach((projection, k) => {
    new Uint32Array(memory, layout.own[k]!.starts, starts[k]!.length).set(starts[k]!);
    writeProjection(memory, layout.projections + k * projectionWords.bytes, layout.own[k]!, projection, delays.places);
  });
};

const writeProjection = (
  memory: ArrayBuffer,
  at: number,
  own: ProjectionPlaces,
  { recipe, stretches, shifts, signs, targets }: BuildProjection,
  places: Int32Array,
): void => {
  const { partners, delays, weights } = recipe;
  const words = new Int32Array(memory, at, projectionWords.bytes / 4);
  const numbers = new Float64Array(memory, at, projectionWords.bytes / 8);
  for (const name of ["starts", "stretches", "words", "cells", "thresholds", "map", "signs"] as const) {
    words[projectionWords[name] / 4] = own[name];
  }
  words.set(partners.schedule, projectionWords.key0 / 4);
  words[projectionWords.skips / 4] = Number(partners.skips);
  words[projectionWords.clip / 4] = "lowest" in delays && delays.lowest === 0 ? delays.thresholds[0]! : 0;
  words[projectionWords.kind / 4] = weightKinds.indexOf(weights.kind);
  if ("schedule" in weights) words.set(weights.schedule, projectionWords.weightKey0 / 4);
  const { offset, factor, min, max } = weightNumbers(weights);
  words[projectionWords.choices / 4] = partners.choices;
  numbers[projectionWords.offset / 8] = offset;
  numbers[projectionWords.factor / 8] = factor;
  numbers[projectionWords.min / 8] = min;
  numbers[projectionWords.max / 8] = max;
  const entries = new Int32Array(memory, own.stretches, Math.ceil(targets / 64) * 2);
  for (let k = 0; 2 * k < entries.length; k++) {
    const shard = stretches[k]!;
    entries[2 * k] = shard * shardWords.bytes;
    entries[2 * k + 1] = shifts[shard]!;
  }
  const [shard] = stretches.length > 0 ? [stretches[0]!] : [0];
  const alone = Array.prototype.every.call(stretches, (other) => other === shard);
  words[projectionWords.shard / 4] = alone ? shard * shardWords.bytes : SEVERAL;
  if (signs) new Float64Array(memory, own.signs, signs.length).set(signs);
  writeDelays(memory, own, delays, places);
};

const weightNumbers = (weights: RecipeWeights): Readonly<Record<"offset" | "factor" | "min" | "max", number>> => {
  switch (weights.kind) {
    case "constant":
      return { offset: weights.value, factor: 0, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
    case "uniform":
      return { offset: weights.min, factor: weights.max - weights.min, min: weights.min, max: weights.max };
    case "normal":
      return { offset: weights.mean, factor: weights.std, min: weights.min, max: weights.max };
    case "logNormal":
      return { offset: weights.median, factor: weights.sigma, min: weights.min, max: weights.max };
  }
};

const WORDS = 2 ** 32;

/**
 * Writes the table that maps words to delays by their upper 12 bits. Most cells have one delay, or two delays and the
 * last word of the first. In other cells, the word is compared with the last word of each delay.
 */
const writeDelays = (
  memory: ArrayBuffer,
  own: ProjectionPlaces,
  delays: Recipe["delays"],
  places: Int32Array,
): void => {
  const [thresholds, lowest] = "steps" in delays ? [[WORDS], delays.steps] : [delays.thresholds, delays.lowest];
  const lasts = new Uint32Array(memory, own.thresholds, thresholds.length);
  const map = new Uint32Array(memory, own.map, thresholds.length);
  for (let k = 0; k < thresholds.length; k++) {
    lasts[k] = Math.min(WORDS, thresholds[k]!) - 1;
    map[k] = 4 * (places[Math.max(1, lowest + k)] ?? 0);
  }
  const cells = new Uint16Array(memory, own.cells, CELLS);
  const words = new Uint32Array(memory, own.words, 2 * CELLS);
  for (let cell = 0, place = 0; cell < CELLS; cell++) {
    while (thresholds[place]! <= (cell * WORDS) / CELLS) place++;
    cells[cell] = place;
    const end = ((cell + 1) * WORDS) / CELLS;
    const next = Math.min(place + 1, thresholds.length - 1);
    const few = thresholds[place]! >= end || thresholds[next]! >= end;
    words[2 * cell] = lasts[place]!;
    words[2 * cell + 1] = few ? map[place]! | (map[next]! << 16) : MANY * 0x10001;
  }
};
