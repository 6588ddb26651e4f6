import type { Procedure } from "../program/network.ts";
import type { Recipe } from "../program/recipe.ts";
import type { NumberList } from "./ends.ts";

/*
 * The synapses of a projection as numbers: sources, targets, weights and delays. They are drawn on request and are the
 * same every time, so a layout can iterate over them twice instead of storing them.
 */

/** Some synapses, in order. The arrays hold one element per synapse, and are valid only during the call. */
export interface SynapseBatch {
  /** Number of synapses. */
  readonly length: number;
  /** Source unit of each synapse. */
  readonly sources: Int32Array;
  /** Target unit of each synapse. */
  readonly targets: Int32Array;
  /** Delay of each synapse in steps, at least 1. */
  readonly delays: Int32Array;
  /** Weight of each synapse; empty if weights were not requested. */
  readonly weights: Float64Array;
}

/** Result of iterating over all synapses of a projection. */
export interface SynapseTally {
  readonly synapses: number;
  /** Number of synapses whose delay was below half a step, and became one step. */
  readonly clipped: number;
}

/** How to compute the targets and the weight of one source unit. */
export interface Telling extends Pick<Procedure, "targets" | "skips" | "draws"> {
  /** Number of the first draw of each source unit, and the total; empty if nothing is drawn. */
  readonly offsets: () => Uint32Array;
  readonly weightOf: (source: number) => number;
}

/** A parameter that differs between synapses. */
export interface SynapticParameter {
  /** The smallest and the largest value, as far as they are known before drawing. */
  readonly extremes: readonly [number, number];
  /** Draws the value of each synapse, in the order of the projection. */
  readonly draw: () => Float64Array;
}

/** The synapses of one projection, built for a seed and a dt. */
export interface Synapses {
  readonly name: string;
  readonly sources: number;
  readonly targets: number;
  /** Number of synapses if it is known without drawing, otherwise the expected number. */
  readonly expected: number;
  /** Whether a pair may have several synapses. */
  readonly repeats: boolean;
  /** Possible delays in steps, ascending. */
  readonly delays: Int32Array;
  /** The weight of all synapses, if they share one. */
  readonly weight: number | undefined;
  /** How to compute the synapses of single source units, if possible. All synapses then have the same delay. */
  readonly telling: Telling | undefined;
  /** The projection as plain numbers, if possible: any part of it can be drawn on any thread. */
  readonly recipe: Recipe | undefined;
  /** Lower bound of the weights. */
  readonly leastWeight: number;
  /** The given weights, or the extreme ones that draws or distances can give. */
  readonly reachedWeights: NumberList;
  /** Paths of the weights and the delays in messages. */
  readonly paths: { readonly weights: string; readonly delays: string };
  /** Parameters of the plasticity rule that differ between synapses, by name. */
  readonly parameters: Readonly<Record<string, SynapticParameter>>;
  /** Sentences about values that were rounded. */
  readonly notes: readonly string[];
  /**
   * Passes all synapses in batches. The synapses of one source unit come in the order in which a target adds them; the
   * order of different source units is arbitrary. `weights: false` leaves out the weights, which saves their draws.
   */
  each(take: (batch: SynapseBatch) => void, options?: { readonly weights?: boolean }): SynapseTally;
  /** The same as a generator: each batch is valid until the next is requested. Not all batches need be requested. */
  batches(options?: { readonly weights?: boolean }): Generator<SynapseBatch, SynapseTally>;
}
