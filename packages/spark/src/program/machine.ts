import type { BundlePart, NetworkProgram } from "./network.ts";
import type { Probe } from "./probe.ts";
import type { Program } from "./program.ts";

/*
 * The contract between a simulation and what runs it. A Backend is a value that a user chooses; opened, it is an Engine,
 * which owns threads and compiled code; an Engine makes Machines, which hold one network each.
 *
 * Memory that the host sees is that of views. The host writes inputs and the schedule before a chunk, and reads spikes
 * and records after it, without a further word. Every other buffer needs a `push` after the host wrote its view and a
 * `pull` before the host reads it: a machine may keep its state elsewhere, in a worker or on a device.
 */

/** Memory of a buffer. Floats come in the program's precision, ints as Int32Array, bits as Uint32Array. */
export type View = Float32Array | Float64Array | Int32Array | Uint32Array;

/** Takes spikes as events; the arrays are only valid during the call. */
export type TakeSpikes = (steps: Uint32Array, units: Uint32Array) => void;

/** What one population runs and is watched for. */
export interface PopulationSetup {
  /** A program of the same population: the one that the network has, or one with other drives. */
  readonly program: Program;
  readonly probes: readonly Probe[];
}

/** What is attached to a machine for a run. */
export interface Setup {
  /** Steps of the longest chunk. */
  readonly rows: number;
  /** One for each population, in order. */
  readonly populations: readonly PopulationSetup[];
}

/** A population of a machine, as the last setup left it. */
export interface MachinePopulation {
  readonly program: Program;
  /** Memory of a buffer by its index. Stays valid until the next `attach` or `dispose`. */
  view(buffer: number): View;
  /** Three ints for each probe: the first, every and last of its Due in the next chunk. */
  readonly schedule: Int32Array;
  /** Memory of a probe's records: [record row · width + place]. Stays valid until the next `attach` or `dispose`. */
  record(probe: number): View;
  /**
   * Finds the spikes in the first `rows` rows of the last chunk, in order; the first row has the given number of step.
   * Gives false where the machine has no faster way than to look at the bits.
   */
  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean;
}

/** Spikes of one step that are still under way: numbers of units among those of all populations, ascending. */
export interface SpikesInFlight {
  /** Steps since the start of the run, from 0. */
  readonly step: number;
  readonly sources: Uint32Array;
}

/** A network in memory. It advances from its first setup on. */
export interface Machine {
  readonly network: NetworkProgram;
  /** One for each population, in order. Ask again after each `attach`. */
  readonly populations: readonly MachinePopulation[];
  /**
   * Makes the machine ready for a run. What was attached before is detached. State keeps its values, by the names of its
   * buffers; new buffers start at their initial values. Synapses and spikes in flight stay. Programs that the machine
   * has run before are not compiled again, and probes and the number of rows never are.
   */
  attach(setup: Setup): void | Promise<void>;
  /**
   * Advances by `rows` steps, the first of which is number `firstStep` since the start of the run. Gives a promise where
   * other threads do the work.
   */
  advance(firstStep: number, rows: number): void | Promise<void>;
  /** Advances one step before it returns. Absent where that is not possible; the engine's `noSteps` says why. */
  stepNow?(step: number): void;
  /** Makes known what the host wrote into the view of a buffer. Absent where views are the machine's own memory. */
  push?(population: number, buffer: number): void | Promise<void>;
  /** Brings the view of a buffer up to date. Absent where views are the machine's own memory. */
  pull?(population: number, buffer: number): void | Promise<void>;
  /** The spikes of the steps before `step` that are still to be delivered, by step; steps without spikes left out. */
  spikesBefore(step: number): SpikesInFlight[];
  /** Puts spikes of earlier steps in their places, and drops all others: before the first step, and after a restore. */
  setSpikes(spikes: readonly SpikesInFlight[]): void;
  /** Live memory of a bundle's synapses, one part for each shard; write weights only between two advances. */
  parts(bundle: number): readonly BundlePart[];
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

/** A program that draws random numbers, ready to run. */
export interface DrawMachine {
  view(buffer: number): View;
  /** Runs one step, before it returns. */
  advance(step: number): void;
  dispose(): void;
}

/** Makes the machines that draw synapses. Every backend draws the same. */
export interface Drawer {
  create(program: Program): DrawMachine;
}

/** A backend that is open: it owns the threads and the compiled code of one simulation. */
export interface Engine {
  /** Name of the backend that serves now; where one backend wraps others, that of the chosen one. */
  readonly backend: string;
  /** Threads that the shards of a network are for. */
  readonly threads: number;
  /** Why machines cannot take single steps before they return, in words; absent where they can. */
  readonly noSteps?: string | undefined;
  /** Sentences about choices that the engine made, such as falling back to another backend. May grow. */
  readonly warnings: readonly string[];
  readonly drawer: Drawer;
  /**
   * Compiles a network, allocates its memory and has its synapses written. Gives a promise only where the engine cannot
   * do so at once; then `noSteps` is there.
   * @throws BackendError, MemoryError
   */
  create(network: NetworkProgram): Machine | Promise<Machine>;
  /**
   * Changes to another backend after a machine could not attach a setup. True where it did: then machines must be made
   * again, and the failed one disposed. Absent for engines that do not change.
   */
  replaces?(error: unknown): boolean;
  /** Ends threads. Machines must be disposed first; further calls are errors. */
  close(): void;
}

/** Options that every backend understands or refuses by its `lacks`. */
export interface EngineOptions {
  /** Threads that share the units; "all" for as many as there are processors. */
  readonly threads: number | "all";
  /** Whether the calling thread must stay free. */
  readonly worker: boolean;
  /** Whether networks with synapses will be created, so that what they need is loaded now. */
  readonly networks: boolean;
}

/** What some backends cannot do. */
export type Feature = "threads" | "worker" | "networks";

/** A way to run programs: interpreter, WebAssembly, native code, or one that wraps others. */
export interface Backend {
  readonly name: string;
  /** What the backend cannot do, with the reason as a sentence. */
  readonly lacks: Readonly<Partial<Record<Feature, string>>>;
  /** @throws BackendError with the reason where it cannot run here; ConfigError for a wrong number of threads */
  open(options: EngineOptions): Engine | Promise<Engine>;
}
