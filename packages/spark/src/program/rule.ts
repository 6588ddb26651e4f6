import type { Node } from "./program.ts";

/*
 * A RuleProgram is all that a backend sees of a plasticity rule: buffers in four index spaces, and a kernel for each
 * moment of a step.
 *
 *  rule:    one value. Every shard has a copy; all copies are equal.
 *  arrival: one value per source unit and delay, at index source · delays + place of the delay. Every shard has a copy,
 *           so that threads do not share them; all copies are equal.
 *  target:  one value per unit of the target population.
 *  synapse: one value per synapse, in the order of the weights. Buffer 0 contains the weights.
 *
 * One step of a network with rules consists of, in this order:
 *  1. begin: `beginArrivals` for every arrival and `beginTargets` for every target unit, then `beginRule`;
 *  2. delivery, as without rules, but a spike that arrives through a bundle with a rule applies `arrive` to each of its
 *     synapses: it adds the `amount` to the slot and stores the new values. Then it applies `arriveOnce` to its arrival;
 *  3. the populations advance;
 *  4. follow: `follow` for every target unit, then the delays. Then fire: for each unit of the target population that spiked in the step, `fire` for each synapse that ends there, then
 *     `fireOnce` for the unit;
 *  5. the ends, one after the other, each if the number of steps so far is a multiple of its `every`. An end first sets
 *     the buffers of its `gather` to the sums over the synapses of each target unit. Then it applies `settle` to every
 *     target unit, and `end` to every synapse of the units for which the buffer `only` is not 0.
 *     A sum begins with 0 and adds the synapses by arrival, and by place among those of an arrival, rounding each time.
 * The kernels of a moment read the values from before it.
 */

export type RuleSpace = "rule" | "arrival" | "target" | "synapse";

export interface RuleBuffer {
  /** Unique within the rule: "weight", "pre.trace", "post.trace", "synapse.eligibility" … */
  readonly name: string;
  readonly type: "float" | "int";
  readonly space: RuleSpace;
  /** Initial value before rounding to the precision; for targets, one value or one for each. Weights are drawn. */
  readonly initial: number | Float64Array;
  /** Whether the value follows from parameters or signals, so that no kernel stores it. It is no part of the state. */
  readonly fixed?: boolean;
  /** Number of rows, each with a value for every target unit. Absent: one. */
  readonly rows?: number;
  /**
   * Name of a state buffer of the target population whose values these are: the rule has no memory of its own for them,
   * and only loads them. The program that is attached contains the buffer.
   */
  readonly of?: string;
}

/** Nodes whose loads access the element of the arrival, the target unit or the synapse, according to the buffer. */
export interface RuleKernel {
  readonly nodes: readonly Node<RuleSpace>[];
  readonly stores: readonly { readonly buffer: number; readonly node: number }[];
}

export interface ArriveKernel extends RuleKernel {
  /** Node of the value that is added to the slot of the target. */
  readonly amount: number;
}

/**
 * A float of targets that repeats another one. In step n, `to` becomes the row n modulo `rows` of the buffer `past`, which
 * then becomes the value of `from`. Without `past`, `to` becomes the value of `from`.
 */
export interface RuleDelay {
  readonly from: number;
  readonly to: number;
  readonly past?: number;
}

export interface RuleEnd {
  /** Steps from one end to the next: a whole number of at least 1. */
  readonly every: number;
  /** A float of the rule. While it is 0, the end does nothing. */
  readonly factor?: number;
  /** Evaluated for each synapse. Its "stores" are floats of targets, which become the sums of the nodes. May be empty. */
  readonly gather: RuleKernel;
  /** Stores only target units, and loads no arrivals and synapses. May be empty. */
  readonly settle: RuleKernel;
  /** A buffer of targets; absent if all synapses are visited. */
  readonly only?: number;
  /** Stores only synapses. May be empty. */
  readonly end: RuleKernel;
}

/** Whether a rule visits the synapses of single target units, so that it needs lists of them. */
export const visitsTargets = ({ fire, ends }: Pick<RuleProgram, "fire" | "ends">): boolean =>
  fire.stores.length > 0 || ends.some(({ only }) => only !== undefined);

export interface RuleProgram {
  /** Name of the projection. */
  readonly name: string;
  /** Index of the bundle, which contains only this projection, in lists with a weight for each synapse. */
  readonly bundle: number;
  /** Index of the target population. */
  readonly target: number;
  /** Slot of unit 0 of the target population. */
  readonly firstSlot: number;
  /** 1 or −1 for each source unit; absent if all are 1. Stored weights and amounts have this sign; kernels do not. */
  readonly signs?: ArrayLike<number>;
  readonly buffers: readonly RuleBuffer[];
  /**
   * A float of the rule. While it is 0, spikes store nothing for synapses: `arrive` only adds its amount, and `fire` does
   * nothing. `arriveOnce` and `fireOnce` apply as always.
   */
  readonly factor?: number;
  /** Loads and stores only the value of the rule. */
  readonly beginRule: RuleKernel;
  /** Stores only arrivals, and loads no targets and synapses. */
  readonly beginArrivals: RuleKernel;
  /** Stores only target units, and loads no arrivals and synapses. */
  readonly beginTargets: RuleKernel;
  /** Stores only synapses. */
  readonly arrive: ArriveKernel;
  /** Stores only arrivals, and loads no targets and synapses. */
  readonly arriveOnce: RuleKernel;
  /** Stores only target units, and loads no arrivals and synapses. */
  readonly follow: RuleKernel;
  /** In order, after `follow`. */
  readonly delays: readonly RuleDelay[];
  /** Stores only synapses. */
  readonly fire: RuleKernel;
  /** Stores only target units, and loads no arrivals and synapses. */
  readonly fireOnce: RuleKernel;
  /** In order; empty if the rule needs no visit of every synapse. */
  readonly ends: readonly RuleEnd[];
}
