import type { Schedule } from "../math/threefry.ts";
import type { BundlePart } from "./network.ts";
import type { Work } from "./work.ts";

/*
 * A recipe is a projection as plain numbers. Its synapses are numbered source unit by source unit, and each is a
 * function of its number, so that any part of them can be drawn on any thread.
 */

export interface Recipe {
  /** How many synapses each source unit makes: the same number, or a share of a total, drawn uniformly. */
  readonly outgoing: { readonly each: number } | { readonly total: number; readonly schedule: Schedule<number> };
  /** The first word of a draw gives the target, one of `choices`; `skips` leaves out the source unit itself. */
  readonly partners: { readonly schedule: Schedule<number>; readonly choices: number; readonly skips: boolean };
  readonly delays: RecipeDelays;
  readonly weights: RecipeWeights;
}

/**
 * One delay in steps, or drawn: `lowest` + k steps where the second word of the partner's draw is below thresholds[k]
 * and not below the one before. Zero steps count as clipped, and are made one step.
 */
export type RecipeDelays = { readonly steps: number } | { readonly thresholds: Float64Array; readonly lowest: number };

/** Drawn by the synapse's number with a schedule of their own, or one for all. */
export type RecipeWeights =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly schedule: Schedule<number>; readonly min: number; readonly max: number }
  | (BoundedWeights & { readonly kind: "normal"; readonly mean: number; readonly std: number })
  | (BoundedWeights & { readonly kind: "logNormal"; readonly median: number; readonly sigma: number });

interface BoundedWeights {
  readonly schedule: Schedule<number>;
  readonly min: number;
  readonly max: number;
  /** The weight of a synapse whose first draw is out of bounds. */
  readonly again: (number: number) => number;
}

/** A projection of a bundle that is built by its recipe. */
export interface BuildProjection {
  readonly recipe: Recipe;
  readonly targets: number;
  /** The shard of each stretch of 64 target units. */
  readonly stretches: ArrayLike<number>;
  /** What to add to a target unit to get the target within each shard. */
  readonly shifts: readonly number[];
  /** 1 or −1 for each source unit. */
  readonly signs?: ArrayLike<number> | undefined;
}

/** Projections whose synapses lie in the same lists, in the order in which their weights add up. */
export interface BuildRequest {
  readonly sources: number;
  readonly shards: number;
  /** Whether targets take 32 bits in some shard. */
  readonly wide: boolean;
  readonly projections: readonly BuildProjection[];
}

export interface BuildCounts {
  /** Synapses of each shard, source unit and delay. */
  readonly counts: Uint32Array;
  /** Of each projection: its synapses, and those whose delay was below half a step. */
  readonly tallies: readonly { readonly synapses: number; readonly clipped: number }[];
}

/** Where a delay of some steps stands among the delays of a bundle. */
export interface DelayPlaces {
  readonly places: Int32Array;
  readonly delays: number;
}

/** Draws, counts and writes synapses, on one thread or several. The results are the same for any number of threads. */
export interface SynapseBuilder {
  /** Whether it has room for a request. */
  fits(request: BuildRequest): boolean;
  count(request: BuildRequest, delays: DelayPlaces): Work<BuildCounts>;
  /** Writes targets, and weights where each synapse has its own, to their places in each shard. */
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
