import { type Key, keyOf } from "../math/threefry.ts";
import type { Draws } from "./draws.ts";
import type { Ends } from "./ends.ts";

/** Some pairs in the order of their rule. All batches except the last have the length of a chunk of draws. */
export interface PairBatch {
  /** Number of the first pair, counted from 0 within the projection. */
  readonly first: number;
  readonly length: number;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** The spare 32 bits of the draw of each partner; absent if nothing was drawn. */
  readonly words?: Int32Array;
}

/** Iterates over the pairs of a rule, which are the same every time. A batch is valid until the next is requested. */
export type Pairs = () => Iterable<PairBatch>;

/** Data for the draws of a rule. */
export interface PairContext {
  readonly wiring: DrawnWiring;
  readonly draws: Draws;
}

/** The ends of a projection, with the name and seed that key its draws. */
export interface DrawnWiring extends Ends {
  readonly name: string;
  readonly seed: number;
}

/** Key of the draws of a projection for one purpose. */
export const purposeKey = ({ seed, name }: DrawnWiring, purpose: string): Key => keyOf(seed, `${name}.${purpose}`);

/** Purpose of the draws that give each synapse its partner and a spare word. */
export const PARTNERS = "partners";

/** Collects single pairs in batches. */
export class PairCollector {
  readonly #sources: Int32Array;
  readonly #targets: Int32Array;
  #first = 0;
  #length = 0;

  constructor(chunk: number) {
    this.#sources = new Int32Array(chunk);
    this.#targets = new Int32Array(chunk);
  }

  /** Adds a pair. Returns true if the batch is full; take it before you add the next pair. */
  add(source: number, target: number): boolean {
    this.#sources[this.#length] = source;
    this.#targets[this.#length++] = target;
    return this.#length === this.#sources.length;
  }

  /** Returns the added pairs as a batch. */
  take(): PairBatch {
    const length = this.#length;
    const batch = { first: this.#first, length, sources: this.#sources, targets: this.#targets };
    this.#first += length;
    this.#length = 0;
    return batch;
  }

  /** Yields the remaining pairs, if any. */
  *rest(): Generator<PairBatch> {
    if (this.#length > 0) yield this.take();
  }
}
