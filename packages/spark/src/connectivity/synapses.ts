import type { Procedure } from "../program/network.ts";
import type { Recipe } from "../program/recipe.ts";

/*
 * Who is connected to whom, with what weight and delay: pure numbers. A projection's synapses are drawn when asked for,
 * the same ones every time, so that whoever lays them out may go through them twice instead of keeping them.
 */

/** Some synapses, in order. Arrays may be longer than `length`, and are valid during the call only. */
export interface SynapseBatch {
  readonly length: number;
  /** Source unit of each. */
  readonly sources: Int32Array;
  /** Target unit of each. */
  readonly targets: Int32Array;
  /** Delay of each in whole steps, 1 or more. */
  readonly delays: Int32Array;
  /** Weight of each, when asked for. */
  readonly weights: Float64Array;
}

/** What going through all synapses of a projection found. */
export interface SynapseTally {
  readonly synapses: number;
  /** Synapses whose delay was below half a step, and so was made one step. */
  readonly clipped: number;
}

/** How a source unit alone tells its targets and its weight. */
export interface Telling extends Pick<Procedure, "targets" | "skips" | "draws"> {
  /** Number of the first draw of each source unit and of the one after the last; empty where nothing is drawn. */
  readonly offsets: () => Uint32Array;
  readonly weightOf: (source: number) => number;
}

/** The synapses of one projection, built for a seed and a dt. */
export interface Synapses {
  readonly name: string;
  readonly sources: number;
  readonly targets: number;
  /** Number of synapses where it is known without drawing them, else the number to be expected. */
  readonly expected: number;
  /** Whether a pair may have several synapses. */
  readonly repeats: boolean;
  /** Steps of every delay that can occur, ascending. */
  readonly delays: Int32Array;
  /** The weight of all, where they have one weight. */
  readonly weight: number | undefined;
  /** Where it can be: the synapses without going through all of them. They have one delay then. */
  readonly telling: Telling | undefined;
  /** Where it can be: the projection as plain numbers, of which any part can be drawn on any thread. */
  readonly recipe: Recipe | undefined;
  /** No weight is below it. */
  readonly leastWeight: number;
  /** Where its weights and its delays are said, for messages. */
  readonly paths: { readonly weights: string; readonly delays: string };
  /** Sentences about values that were rounded. */
  readonly notes: readonly string[];
  /**
   * Gives all synapses, batch by batch. Those of one source unit come in the order in which they add up into a target;
   * those of different ones in any order. Weights are left out (of no meaning) where `weights` is false.
   */
  each(take: (batch: SynapseBatch) => void, options: { readonly weights: boolean }): SynapseTally;
  /** The same one batch after the other: each is valid until the next is asked for, and the rest may be left. */
  batches(options: { readonly weights: boolean }): Generator<SynapseBatch, SynapseTally>;
}
