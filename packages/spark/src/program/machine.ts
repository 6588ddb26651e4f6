import type { NetworkProgram } from "./network.ts";
import type { Program } from "./program.ts";

/** Live memory of a buffer. Floats come in the program's precision, ints as Int32Array, bits as Uint32Array. */
export type View = Float32Array | Float64Array | Int32Array | Uint32Array;

/** Takes spikes as events; the arrays are only valid during the call. */
export type TakeSpikes = (steps: Uint32Array, units: Uint32Array) => void;

/** A program in memory, ready to advance. */
export interface Machine {
  readonly program: Program;
  /** Memory of a buffer by its index. Stays valid until `dispose`. */
  view(buffer: number): View;
  /**
   * Advances by `rows` steps, the first of which is number `firstStep` since the start of the run. Input buffers and
   * the schedule must be filled; record buffers hold the chunk's records afterwards. A machine in another thread gives
   * a promise.
   */
  advance(firstStep: number, rows: number): void | Promise<void>;
  /**
   * Finds the spikes in the first `rows` rows of the population's bits, in order; the first row has the given number of
   * step. Gives false where the machine has no faster way than to look at the bits.
   */
  scanSpikes?(rows: number, firstStep: number, take: TakeSpikes): boolean;
  /** Brings the views of the state up to date; absent where they always are. */
  pull?(): Promise<void>;
  /** True when the machine cannot go on, so that another is needed; absent where that never happens. */
  readonly broken?: boolean;
  /** Frees what the machine holds. Further calls are errors. */
  dispose(): void;
  /**
   * The same, and later machines may get its memory: for one that is between two calls and whose views nobody else has.
   * Absent where memory is freed otherwise.
   */
  recycle?(): void;
}

/** Something that turns programs into machines. */
export interface Backend {
  readonly name: string;
  /** Threads that a network's shards are for; 1 where absent. */
  readonly threads?: number;
  /** Compiles a program and fills its buffers with their initial values. */
  create(program: Program): Machine;
  /** Compiles a network, fills its buffers and has its bundles filled. */
  createNetwork?(network: NetworkProgram): NetworkMachine;
}

/** Spikes of one step that are still under way: numbers of units among those of all populations, ascending. */
export interface SpikesInFlight {
  /** Steps since the start of the run, from 0. */
  readonly step: number;
  readonly sources: Uint32Array;
}

/** A network in memory, ready to advance. */
export interface NetworkMachine {
  readonly network: NetworkProgram;
  /** For each population its buffers and its spikes; `advance` and `dispose` are the network's alone. */
  readonly populations: readonly Pick<Machine, "program" | "view" | "scanSpikes">[];
  /** As for a single machine: all populations, step by step. */
  advance(firstStep: number, rows: number): void | Promise<void>;
  /** The spikes of the steps before `step` that are still to be delivered, by step; steps without spikes left out. */
  spikesBefore(step: number): SpikesInFlight[];
  /** Puts spikes of earlier steps in their places, and drops all others: before the first step, and after a restore. */
  setSpikes(spikes: readonly SpikesInFlight[]): void;
  /** Brings the views of the state up to date; absent where they always are. */
  pull?(): Promise<void>;
  /** True when the machine cannot go on, so that another is needed; absent where that never happens. */
  readonly broken?: boolean;
  dispose(): void;
}
