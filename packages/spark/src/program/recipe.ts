import type { Schedule } from "../math/threefry.ts";
import type { BundlePart } from "./network.ts";
import type { Work } from "./work.ts";

/*
 * A recipe is a projection as plain numbers. Synapses are numbered by source unit. Each is a function of its number,
 * so any thread can draw any part of them.
 */

export interface Recipe {
  /** Synapses per source unit: the same number for each, or a uniformly drawn share of a total. */
  readonly outgoing: { readonly each: number } | { readonly total: number; readonly schedule: Schedule<number> };
  /** The first word of a draw selects the target out of `choices`; `skips` excludes the source unit itself. */
  readonly partners: { readonly schedule: Schedule<number>; readonly choices: number; readonly skips: boolean };
  readonly delays: RecipeDelays;
  readonly weights: RecipeWeights;
}

/**
 * One delay in steps, or drawn delays: `lowest` + k steps if the second word of the partner's draw is at least
 * thresholds[k - 1] and less than thresholds[k]. Zero steps count as clipped and become one step.
 */
export type RecipeDelays = { readonly steps: number } | { readonly thresholds: Float64Array; readonly lowest: number };

/** Drawn by synapse number with a separate schedule, or one weight for all. */
export type RecipeWeights =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly schedule: Schedule<number>; readonly min: number; readonly max: number }
  | (BoundedWeights & { readonly kind: "normal"; readonly mean: number; readonly std: number })
  | (BoundedWeights & { readonly kind: "logNormal"; readonly median: number; readonly sigma: number });

interface BoundedWeights {
  readonly schedule: Schedule<number>;
  readonly min: number;
  readonly max: number;
  /** Returns the weight of a synapse whose first draw was out of bounds. */
  readonly again: (number: number) => number;
}

/** A projection of a bundle that is built from its recipe. */
export interface BuildProjection {
  readonly recipe: Recipe;
  readonly targets: number;
  /** The shard of each group of 64 target units. */
  readonly stretches: ArrayLike<number>;
  /** Per shard: what to add to a target unit to get the target within the shard. */
  readonly shifts: readonly number[];
  /** 1 or −1 for each source unit. */
  readonly signs?: ArrayLike<number> | undefined;
}

/** Projections whose synapses share the same lists, in the order in which their weights are summed. */
export interface BuildRequest {
  readonly sources: number;
  readonly shards: number;
  /** Whether targets take 32 bits in any shard. */
  readonly wide: boolean;
  readonly projections: readonly BuildProjection[];
}

export interface BuildCounts {
  /** Number of synapses by shard, source unit and delay. */
  readonly counts: Uint32Array;
  /** Per projection: its synapses, and how many of them had a delay below half a step. */
  readonly tallies: readonly { readonly synapses: number; readonly clipped: number }[];
}

/** Maps a delay in steps to its index among the delays of a bundle. */
export interface DelayPlaces {
  readonly places: Int32Array;
  readonly delays: number;
}

/** Draws, counts and writes synapses on one or more threads. The result does not depend on the number of threads. */
export interface SynapseBuilder {
  /** Whether its memory suffices for a request. */
  fits(request: BuildRequest): boolean;
  count(request: BuildRequest, delays: DelayPlaces): Work<BuildCounts>;
  /** Writes targets to their positions in each shard, and weights if each synapse has its own. */
  fill(
    request: BuildRequest,
    delays: DelayPlaces,
    offsets: readonly Uint32Array[],
    parts: readonly BundlePart[],
    weights: boolean,
  ): Work<void>;
  /** Ends its threads. */
  dispose(): void;
}
