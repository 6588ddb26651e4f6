import { type Key, keyOf } from "../math/threefry.ts";
import type { Draws } from "./draws.ts";
import type { Ends } from "./ends.ts";

/** Some pairs in the order of their rule. All batches of a projection but the last have the length of a chunk of draws. */
export interface PairBatch {
  /** Number of the first, counted from the first pair of the projection. */
  readonly first: number;
  readonly length: number;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** A word of 32 bits for each, which its partner was not drawn from; absent where none was drawn yet. */
  readonly words?: Int32Array;
}

/** Goes through the pairs of a rule, the same ones every time. Arrays of a batch are valid until the next is asked for. */
export type Pairs = () => Iterable<PairBatch>;

/** What a rule draws with. */
export interface PairContext {
  readonly wiring: DrawnWiring;
  readonly draws: Draws;
}

/** The ends of a projection, with what keys its draws. */
export interface DrawnWiring extends Ends {
  readonly name: string;
  readonly seed: number;
}

/** Key of the draws of a projection for one purpose. */
export const purposeKey = ({ seed, name }: DrawnWiring, purpose: string): Key => keyOf(seed, `${name}.${purpose}`);

/** Purpose of the draws that give each synapse its partner and a spare word. */
export const PARTNERS = "partners";

/** Collects pairs that come one by one into batches. */
export class PairCollector {
  readonly #sources: Int32Array;
  readonly #targets: Int32Array;
  #first = 0;
  #length = 0;

  constructor(chunk: number) {
    this.#sources = new Int32Array(chunk);
    this.#targets = new Int32Array(chunk);
  }

  /** Adds a pair. True where a batch is full, and must be taken before the next pair comes. */
  add(source: number, target: number): boolean {
    this.#sources[this.#length] = source;
    this.#targets[this.#length++] = target;
    return this.#length === this.#sources.length;
  }

  /** Hands over what was added. */
  take(): PairBatch {
    const length = this.#length;
    const batch = { first: this.#first, length, sources: this.#sources, targets: this.#targets };
    this.#first += length;
    this.#length = 0;
    return batch;
  }

  /** Hands over what is left, if anything is. */
  *rest(): Generator<PairBatch> {
    if (this.#length > 0) yield this.take();
  }
}
