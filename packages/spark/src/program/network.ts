import type { Precision } from "../config/parse.ts";
import type { Schedule } from "../math/threefry.ts";
import type { Program } from "./program.ts";

/*
 * A NetworkProgram is all that a backend sees of a simulation: the program of each population, and bundles of synapses
 * between them. A population alone is a network without bundles.
 *
 * One step of a network is, in this order:
 *  1. delivery: every spike that arrives in this step adds its weights to slots. For each slot the sum is taken in one
 *     order: by the step in which the spike was emitted, then by source population, source unit and place in the
 *     bundle. Neither layouts nor threads nor chunks change that order, so none of them changes a bit;
 *  2. update: the step kernel of each population, in order; it reads the slots of its receptors and sets them to zero;
 *  3. records that are due;
 *  4. the spikes of the step are kept for as many steps as the longest delay.
 * A spike of step n with a delay of d steps is delivered in step n + d; delays are 1 or more, so that the populations
 * of one step do not depend on one another.
 */

export interface NetworkProgram {
  readonly name: string;
  readonly precision: Precision;
  readonly populations: readonly PopulationProgram[];
  /** Floats in the row of slots. Receptors lie in it one after the other, each from a multiple of 32 on. */
  readonly slots: number;
  readonly shards: readonly Shard[];
  /** In the order of their populations. No two bundles of one population share a receptor. */
  readonly bundles: readonly Bundle[];
  /** Steps of the longest delay; 0 where there is no synapse. */
  readonly longestDelay: number;
}

export interface PopulationProgram {
  readonly name: string;
  readonly program: Program;
  /** Number of its first unit among the units of all populations, by which spikes in flight are kept. */
  readonly firstSource: number;
  /** Buffers of role state, one float a unit, that delivery adds to and the step kernel sets to zero. */
  readonly receptors: readonly ReceptorSlots[];
}

export interface ReceptorSlots {
  readonly buffer: number;
  /** Slot of unit 0; unit u has the slot firstSlot + u. */
  readonly firstSlot: number;
}

/** Units that one thread advances, and whose slots it alone delivers to. Together the shards hold every unit once. */
export interface Shard {
  readonly thread: number;
  /** At most one run of units of each population, in multiples of 64 but for the end of the population. */
  readonly units: readonly ShardUnits[];
  /** Slot that target 0 of this shard's synapses stands for. */
  readonly firstSlot: number;
  /** Whether targets take 32 bits: where the slots of the shard lie further apart than 16 bits reach. */
  readonly wide: boolean;
}

export interface ShardUnits {
  readonly population: number;
  readonly first: number;
  readonly end: number;
}

/** Targets of synapses, counted from the first slot of their shard. */
export type Targets = Uint16Array | Uint32Array;
export type Weights = Float32Array | Float64Array;

/** Synapses of one source population. */
export interface Bundle {
  readonly population: number;
  /** Units of the source population. */
  readonly sources: number;
  /** Steps of every delay that occurs, ascending. */
  readonly delays: Int32Array;
  /** Whether each synapse has its own weight, or all synapses of a source unit share one. */
  readonly weights: "synapse" | "source";
  readonly shards: readonly BundleShard[];
  /**
   * Has the synapses of all shards written, drawn once for all of them: one part a shard, in their order. They are
   * there before the machine first advances, but not always when this returns.
   */
  fill(parts: readonly BundlePart[]): void;
}

/** Where the synapses of one shard are written. The arrays have the lengths that the shard says, and hold zeros. */
export interface BundlePart {
  /** One a synapse; none where the shard has rows or a procedure. */
  readonly targets: Targets;
  /** One a synapse or one a source unit. */
  readonly weights: Weights;
}

/**
 * A stretch of targets, counted from the first slot of their shard, that a row of weights goes to: one weight each, 0
 * for a target without a synapse. A slot never holds -0 before an addition, so a 0 that is added changes no bit.
 */
export interface DenseRow {
  readonly first: number;
  /** A multiple of 16, so that vectors need no rest: the last targets may be slots that no unit has. */
  readonly length: number;
}

/**
 * How the targets of a source unit are worked out where no synapse is kept: the units of the target population among
 * those of a shard, in ascending order or in that of their draws.
 */
export interface Procedure {
  /** All of them, the one with the number of the source unit, or some that are drawn. */
  readonly targets: "all" | "same" | "drawn";
  /** The units of the target population that are the shard's own: so many from this one on. */
  readonly first: number;
  readonly length: number;
  /** What `first` has as a target, counted from the first slot of the shard. */
  readonly slot: number;
  /** Whether the unit with the number of the source unit is left out. Draws do not count it then. */
  readonly skips: boolean;
  /** Of targets that are drawn: draw n has the counter (n, 0), and its first word tells one of `choices` units. */
  readonly draws?: { readonly schedule: Schedule<number>; readonly choices: number };
}

/** The part of a bundle that ends in one shard. */
export interface BundleShard {
  /**
   * Synapses of source unit s with the delay delays[k] are those from offsets[s · delays.length + k] to the next
   * offset. Their order is that in which they add up. With a procedure: numbers of draws, those of all shards; none
   * where nothing is drawn.
   */
  readonly offsets: Uint32Array;
  /** Weights that lie in it; with rows, those of absent synapses too; with a procedure, synapses that it goes through. */
  readonly synapses: number;
  /**
   * Where the layout is dense: synapses have no targets, but lie in whole rows. Several rows of a source unit and delay
   * are added one after the other. The weights of the bundle are one a synapse then.
   */
  readonly row?: DenseRow;
  /** Where the layout is procedural. The bundle has one delay then, and its weights are one a source unit. */
  readonly procedure?: Procedure;
}

/** A population alone, as a network without synapses. */
export const alone = (program: Program): NetworkProgram => ({
  name: program.name,
  precision: program.precision,
  populations: [{ name: program.name, program, firstSource: 0, receptors: [] }],
  slots: 0,
  shards: [{ thread: 0, units: [{ population: 0, first: 0, end: program.units }], firstSlot: 0, wide: false }],
  bundles: [],
  longestDelay: 0,
});
