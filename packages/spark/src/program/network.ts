import type { Precision } from "../config/parse.ts";
import type { Schedule } from "../math/threefry.ts";
import type { Program } from "./program.ts";
import type { RuleProgram } from "./rule.ts";

/*
 * A NetworkProgram is all that a backend sees of a simulation: the program of each population, and the bundles of
 * synapses between them. A single population is a network without bundles.
 *
 * One step of a network consists of, in this order:
 *  0. signals: each value of the step before is written where it acts (SignalLine);
 *  1. delivery: every spike that arrives in this step adds its weights to slots. Each slot sums in a fixed order: by
 *     the step in which the spike was emitted, then by source population, source unit and position in the bundle.
 *     Layouts, threads and chunks do not change this order, and therefore not a single bit of the result;
 *  2. update: the step kernel of each population, in order; it reads the slots of its receptors and sets them to zero;
 *  3. the records that are due;
 *  4. storing the spikes of the step for as many steps as the longest delay.
 * Plasticity rules add moments to these steps (rule.ts).
 * A spike of step n with a delay of d steps is delivered in step n + d. Delays are at least 1, so the populations of a
 * step do not depend on one another.
 */

export interface NetworkProgram {
  readonly name: string;
  readonly precision: Precision;
  readonly populations: readonly PopulationProgram[];
  /** Floats in the row of slots. The receptors follow one another, each starting at a multiple of 32. */
  readonly slots: number;
  readonly shards: readonly Shard[];
  /** In the order of their source populations. No two bundles of a population share a receptor. */
  readonly bundles: readonly Bundle[];
  /** Longest delay in steps; 0 without synapses. */
  readonly longestDelay: number;
  /** Plasticity rules, at most one for each bundle; absent if nothing learns. */
  readonly rules?: readonly RuleProgram[];
  /** Signals between the parts of the network, in the order in which they are written; absent if there are none. */
  readonly signals?: readonly SignalLine[];
}

/**
 * Values of a population that act on another part of the network. Before every step, each line reads state variables, as
 * they are after the step before, and writes buffers that only such lines write. A value is `offset + scale · x`, for
 * the mean with the sum of the units as x. It is computed in double precision and rounded to the precision of the network
 * when it is stored. A sum consists of eight partial sums: unit k of the list is added to partial sum k mod 8, in order. The
 * result is ((p₀ + p₄) + (p₂ + p₆)) + ((p₁ + p₅) + (p₃ + p₇)).
 */
export interface SignalLine {
  /** Index of the population that is read, and the name of its state buffer, with a float for each unit. */
  readonly population: number;
  readonly buffer: string;
  /** The units that are read, in order. */
  readonly units: Int32Array;
  /** Whether they give one sum, or one value each. */
  readonly sums: boolean;
  readonly scale: number;
  readonly offset: number;
  /** Whether the values are added to those that earlier lines wrote before the same step. */
  readonly adds: boolean;
  /** An input buffer of a population, by name, or a buffer of a rule with one value. */
  readonly target:
    | { readonly population: number; readonly buffer: string }
    | { readonly rule: number; readonly buffer: number };
  /** Number of values that are written: one for each unit of the list; for a sum, any number of equal ones. */
  readonly length: number;
  /** Index of the first value that is written. */
  readonly first: number;
}

/** Whether the populations of a network depend on one another, by synapses or signals. */
export const isCoupled = ({ bundles, signals }: Pick<NetworkProgram, "bundles" | "signals">): boolean =>
  bundles.length > 0 || signals !== undefined;

/** Number of steps during which the populations of a network do not depend on one another, up to `most`. */
export const shortestDelay = (
  { bundles, signals }: Pick<NetworkProgram, "bundles" | "signals">,
  most: number,
): number => (signals ? 1 : bundles.reduce((least, { delays }) => Math.min(least, delays[0] ?? least), most));

export interface PopulationProgram {
  readonly name: string;
  readonly program: Program;
  /** Number of its first unit, counted over all populations. Spikes in transit use these numbers. */
  readonly firstSource: number;
  /** State buffers with one float per unit. Delivery adds to them; the step kernel sets them to zero. */
  readonly receptors: readonly ReceptorSlots[];
}

export interface ReceptorSlots {
  readonly buffer: number;
  /** Slot of unit 0. Unit u has the slot firstSlot + u. */
  readonly firstSlot: number;
}

/** Units that one thread advances. Only this thread delivers to their slots. Each unit belongs to exactly one shard. */
export interface Shard {
  readonly thread: number;
  /** At most one range of units per population. It ends at a multiple of 64 or at the end of the population. */
  readonly units: readonly ShardUnits[];
  /** The slot that target 0 of this shard's synapses denotes. */
  readonly firstSlot: number;
  /** Whether targets take 32 bits, because the slots of the shard span more than 16 bits can address. */
  readonly wide: boolean;
}

export interface ShardUnits {
  readonly population: number;
  readonly first: number;
  readonly end: number;
}

/** Targets of synapses, relative to the first slot of their shard. */
export type Targets = Uint16Array | Uint32Array;
export type Weights = Float32Array | Float64Array;

/** Synapses of one source population. */
export interface Bundle {
  readonly population: number;
  /** Number of units in the source population. */
  readonly sources: number;
  /** All delays that occur, in steps, ascending. */
  readonly delays: Int32Array;
  /** Whether each synapse has its own weight, or all synapses of a source unit share one. */
  readonly weights: "synapse" | "source";
  readonly shards: readonly BundleShard[];
  /**
   * Draws the synapses of all shards once and writes them: one part per shard, in order. They are complete before the
   * machine first advances, but possibly not when this function returns.
   */
  fill(parts: readonly BundlePart[]): void;
}

/** Memory for the synapses of one shard. The arrays have the lengths that the shard specifies and contain zeros. */
export interface BundlePart {
  /** One per synapse; empty if the shard has rows or a procedure. */
  readonly targets: Targets;
  /** One per synapse or per source unit. */
  readonly weights: Weights;
}

/**
 * A range of targets that a row of weights adds to, relative to the first slot of their shard. Each target has one
 * weight: 0 for a target without a synapse. A slot is never -0 before an addition, so adding 0 changes no bit.
 */
export interface DenseRow {
  readonly first: number;
  /** A multiple of 16, so that vector code needs no remainder loop. The last targets may be slots without a unit. */
  readonly length: number;
}

/**
 * How to compute the targets of a source unit when synapses are not stored. The targets are the units of the target
 * population in a shard, in ascending order or in the order of their draws.
 */
export interface Procedure {
  /** All units, the unit with the same number as the source unit, or drawn units. */
  readonly targets: "all" | "same" | "drawn";
  /** The shard's units of the target population: `length` units starting at this one. */
  readonly first: number;
  readonly length: number;
  /** The target of unit `first`, relative to the first slot of the shard. */
  readonly slot: number;
  /** Whether to omit the unit with the number of the source unit. Draws then do not count it. */
  readonly skips: boolean;
  /** For drawn targets: draw n has the counter (n, 0), and its first word selects one of `choices` units. */
  readonly draws?: { readonly schedule: Schedule<number>; readonly choices: number };
}

/** The part of a bundle that ends in one shard. */
export interface BundleShard {
  /**
   * The synapses of source unit s with the delay delays[k] start at offsets[s · delays.length + k] and end before the
   * next offset. They are stored in the order of summation. With a procedure, the offsets count draws over all shards;
   * they are empty if nothing is drawn.
   */
  readonly offsets: Uint32Array;
  /** Number of stored weights. Rows include absent synapses. With a procedure, the number of computed synapses. */
  readonly synapses: number;
  /**
   * For the dense layout: synapses have no targets, but are stored as whole rows. Several rows of a source unit and
   * delay are added one after the other. Each synapse then has its own weight.
   */
  readonly row?: DenseRow;
  /** For the procedural layout. The bundle then has one delay, and one weight per source unit. */
  readonly procedure?: Procedure;
}

/** A single population as a network without synapses. */
export const alone = (program: Program): NetworkProgram => ({
  name: program.name,
  precision: program.precision,
  populations: [{ name: program.name, program, firstSource: 0, receptors: [] }],
  slots: 0,
  shards: [{ thread: 0, units: [{ population: 0, first: 0, end: program.units }], firstSlot: 0, wide: false }],
  bundles: [],
  longestDelay: 0,
});
