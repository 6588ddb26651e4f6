import type { Synapses, SynapseTally } from "../connectivity/synapses.ts";
import type { Bundle, BundlePart } from "../program/network.ts";
import type { Work } from "../program/work.ts";
import type { Layout } from "./layout.ts";

/** A projection and where its synapses end. */
export interface BundleInput {
  readonly synapses: Synapses;
  /** Number of the source population. */
  readonly source: number;
  /** Number of the target population. */
  readonly target: number;
  /** Slot of unit 0 of the target's receptor. */
  readonly firstSlot: number;
  /** 1 or −1 for each source unit, which its weights are multiplied by; 1 for all where left out. */
  readonly signs?: ArrayLike<number>;
  /** Default "auto". */
  readonly layout?: Layout;
  /** Whether each synapse must have a weight of its own that can be written. Default false. */
  readonly ownWeights?: boolean;
}

/** A bundle whose synapses can be written little by little. */
export interface LaidBundle extends Omit<Bundle, "fill"> {
  readonly filling: (parts: readonly BundlePart[]) => Work<void>;
}

export interface Bundles {
  readonly bundles: readonly LaidBundle[];
  /** Where each projection is stored, in the order in which they were given. */
  readonly projections: readonly StoredProjection[];
  /** Steps of the longest delay; 0 where there is no synapse. */
  readonly longestDelay: number;
  readonly synapses: number;
  /** Sentences about delays that were rounded or clipped. */
  readonly warnings: readonly string[];
}

/** Takes what going through the synapses of a projection found. */
export type Tell = (synapses: Synapses, tally: SynapseTally) => void;

/** Projections of one bundle. */
export interface Group {
  readonly inputs: readonly [BundleInput, ...BundleInput[]];
  /** The weight of all, where they share one. */
  readonly weight: number | undefined;
  /** If not in lists, they end in one receptor. */
  readonly layout: Exclude<Layout, "auto">;
}

/**
 * Where the synapses of a projection are stored. Its synapses are numbered in the order of its draws, in which
 * `Synapses.batches` gives them: whatever the layout and the number of shards.
 */
export interface StoredProjection {
  readonly input: BundleInput;
  readonly synapses: number;
  /** Place of its bundle in the list of bundles; undefined where the bundle has no synapse. */
  readonly bundle: number | undefined;
  /** All projections of the bundle in the order in which they lie in it. */
  readonly group: Group;
}
