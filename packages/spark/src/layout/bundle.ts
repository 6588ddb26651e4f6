import type { Synapses, SynapseTally } from "../connectivity/synapses.ts";
import type { Bundle, BundlePart } from "../program/network.ts";
import type { Work } from "../program/work.ts";
import type { Layout } from "./layout.ts";

/** A projection with the position of its target slots. */
export interface BundleInput {
  readonly synapses: Synapses;
  /** Index of the source population. */
  readonly source: number;
  /** Index of the target population. */
  readonly target: number;
  /** Slot of unit 0 of the receptor. */
  readonly firstSlot: number;
  /** Sign of the weights of each source unit, 1 or −1. Default: 1 for all. */
  readonly signs?: ArrayLike<number> | undefined;
  /** Whether the weights are conductances, which are never negative. */
  readonly conductance?: boolean;
  /** Requested layout. Default "auto". */
  readonly layout?: Layout;
  /** Whether each synapse needs its own writable weight. Default false. */
  readonly ownWeights?: boolean;
  /** Whether the synapses learn. They then have a bundle of their own, in lists. Default false. */
  readonly learns?: boolean;
}

/** A bundle whose synapses can be written in parts. */
export interface LaidBundle extends Omit<Bundle, "fill"> {
  readonly filling: (parts: readonly BundlePart[]) => Work<void>;
}

export interface Bundles {
  readonly bundles: readonly LaidBundle[];
  /** Storage of each projection, in the given order. */
  readonly projections: readonly StoredProjection[];
  /** Longest delay in steps; 0 without synapses. */
  readonly longestDelay: number;
  readonly synapses: number;
  /** Sentences about delays that were rounded or clipped. */
  readonly warnings: readonly string[];
}

/** Receives the tally of a projection. */
export type Tell = (synapses: Synapses, tally: SynapseTally) => void;

/** Projections of one bundle. */
export interface Group {
  readonly inputs: readonly [BundleInput, ...BundleInput[]];
  /** The weight of all synapses, if they share one. */
  readonly weight: number | undefined;
  /** Projections that are not in lists end at one receptor. */
  readonly layout: Exclude<Layout, "auto">;
}

/**
 * Storage of the synapses of a projection. Synapses are numbered in the order of their draws (that of
 * `Synapses.batches`), which does not depend on the layout and the number of shards.
 */
export interface StoredProjection {
  readonly input: BundleInput;
  readonly synapses: number;
  /** Index of its bundle in the list of bundles; undefined if the bundle has no synapses. */
  readonly bundle: number | undefined;
  /** All projections of the bundle, in order of storage. */
  readonly group: Group;
}
