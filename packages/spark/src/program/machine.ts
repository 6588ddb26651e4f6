import type { BundlePart, NetworkProgram } from "./network.ts";
import type { Probe } from "./probe.ts";
import type { Program } from "./program.ts";

/*
 * The interface between a simulation and the code that executes it. A Backend is a value that the user chooses. An open
 * Backend is an Engine, which owns threads and compiled code. An Engine creates Machines, which hold one network each.
 *
 * The host sees memory through views. It writes inputs and the schedule before a chunk, and reads spikes and records
 * after the chunk, without further calls. For every other buffer, the host calls `push` after it has written the view
 * and `pull` before it reads the view, because a machine may keep its state in a worker or on a device.
 */

/** Memory of a buffer. Floats have the program's precision, ints are an Int32Array, bits a Uint32Array. */
export type View = Float32Array | Float64Array | Int32Array | Uint32Array;

/** Receives spikes as events. The arrays are only valid during the call. */
export type TakeSpikes = (steps: Uint32Array, units: Uint32Array) => void;

/** What one population executes and records in a run. */
export interface PopulationSetup {
  /** A program of the same population: the one in the network, or one with other drives. */
  readonly program: Program;
  readonly probes: readonly Probe[];
}

/** What a run attaches to a machine. */
export interface Setup {
  /** Steps of the longest chunk. */
  readonly rows: number;
  /** One per population, in order. */
  readonly populations: readonly PopulationSetup[];
}

/** A population of a machine with the current setup. */
export interface MachinePopulation {
  readonly program: Program;
  /** Memory of the buffer with an index. Valid until the next `attach` or `dispose`. */
  view(buffer: number): View;
  /** Three ints per probe: `first`, `every` and `last` of its Due in the next chunk. */
  readonly schedule: Int32Array;
  /** Memory of a probe's records: [record row · width + index]. Valid until the next `attach` or `dispose`. */
  record(probe: number): View;
  /**
   * Passes the spikes in the first `rows` rows of the last chunk to `take`, in order. `firstStep` is the step of the
   * first row. Returns false if the machine has no faster method than reading the bits; `take` is then not called.
   */
  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean;
}

/** The views of each buffer of a rule. */
export type RuleMemory = readonly (readonly View[])[];

/** Spikes of one step that are in transit: ascending unit numbers, counted over all populations. */
export interface SpikesInFlight {
  /** Step since the start of the run, counted from 0. */
  readonly step: number;
  readonly sources: Uint32Array;
}

/** A network in memory. It can advance once a setup is attached. */
export interface Machine {
  readonly network: NetworkProgram;
  /** One per population, in order. Read this again after each `attach`. */
  readonly populations: readonly MachinePopulation[];
  /**
   * Prepares the machine for a run and detaches the last setup. State buffers keep their values by name; new buffers
   * get their initial values. Synapses and spikes in transit stay. The machine does not compile a program that it has
   * run before, and never recompiles for other probes or another number of rows.
   */
  attach(setup: Setup): void | Promise<void>;
  /**
   * Advances by `rows` steps. `firstStep` is the number of the first step since the start of the run. Returns a promise
   * if other threads do the work.
   */
  advance(firstStep: number, rows: number): void | Promise<void>;
  /** Advances by one step synchronously. Absent if the machine cannot; the engine's `noSteps` then gives the reason. */
  stepNow?(step: number): void;
  /** Transfers what the host wrote to the view of a buffer. Absent if views are the machine's own memory. */
  push?(population: number, buffer: number): void | Promise<void>;
  /** Updates the view of a buffer. Absent if views are the machine's own memory. */
  pull?(population: number, buffer: number): void | Promise<void>;
  /** The spikes emitted before `step` that are in transit, by step, without steps that have no spikes. */
  spikesBefore(step: number): SpikesInFlight[];
  /** Replaces all spikes in transit; called before the first step, after a restore, and to add spikes to a step. */
  setSpikes(spikes: readonly SpikesInFlight[]): void;
  /** Live memory of a bundle's synapses, one part per shard. Write weights only between two calls of `advance`. */
  parts(bundle: number): readonly BundlePart[];
  /**
   * Live memory of a rule's buffers, by index: for arrivals and synapses one view per shard, for targets one for the
   * whole population. The weights are those of `parts`. Present if the network has rules; read and write it only between
   * two calls of `advance`.
   */
  ruleMemory?(rule: number): RuleMemory;
  /** True if the machine cannot continue and must be replaced. Absent if this never happens. */
  readonly broken?: boolean;
  /** Frees the resources of the machine. Further calls are errors. */
  dispose(): void;
  /**
   * Disposes of the machine and lets later machines reuse its memory. Call it only between two chunks, when nobody else
   * holds a view. Absent if memory is freed otherwise.
   */
  recycle?(): void;
}

/** A compiled program that draws random numbers. */
export interface DrawMachine {
  view(buffer: number): View;
  /** Runs one step synchronously. */
  advance(step: number): void;
  dispose(): void;
}

/** Creates the machines that draw synapses. Every backend draws the same synapses. */
export interface Drawer {
  create(program: Program): DrawMachine;
}

/** An open backend. It owns the threads and the compiled code of one simulation. */
export interface Engine {
  /** Name of the backend in use. If one backend wraps others, this is the name of the selected one. */
  readonly backend: string;
  /** Number of threads for which networks are divided into shards. */
  readonly threads: number;
  /** The reason why machines cannot advance by one step synchronously, as text; absent if they can. */
  readonly noSteps?: string | undefined;
  /** Sentences about decisions of the engine, such as the fallback to another backend. The list may grow. */
  readonly warnings: readonly string[];
  readonly drawer: Drawer;
  /**
   * Compiles a network, allocates its memory and draws its synapses. Returns a promise only if the engine cannot do so
   * synchronously; `noSteps` is then defined.
   * @throws BackendError, MemoryError
   */
  create(network: NetworkProgram): Machine | Promise<Machine>;
  /**
   * Switches to another backend after a machine failed to attach a setup. Returns true if it switched: the caller then
   * disposes of the failed machine and creates all machines again. Absent for engines that never switch.
   */
  replaces?(error: unknown): boolean;
  /** Ends the threads. Dispose of the machines first. Further calls are errors. */
  close(): void;
}

/** Options of every backend. A backend rejects those that it lists in `lacks`. */
export interface EngineOptions {
  /** Number of threads that share the units; "all" for one per processor. */
  readonly threads: number | "all";
  /** Whether the calling thread must stay responsive. */
  readonly worker: boolean;
  /** Whether networks with synapses will be created; the engine then loads the code for them now. */
  readonly networks: boolean;
}

/** Features that some backends lack. */
export type Feature = "threads" | "worker" | "networks" | "learning" | "signals";

/** A way to execute programs: interpreter, WebAssembly, native code, or a backend that wraps others. */
export interface Backend {
  readonly name: string;
  /** Features that the backend lacks, each with the reason as a sentence. */
  readonly lacks: Readonly<Partial<Record<Feature, string>>>;
  /** @throws BackendError with the reason if it cannot run here; ConfigError for an invalid number of threads */
  open(options: EngineOptions): Engine | Promise<Engine>;
}
