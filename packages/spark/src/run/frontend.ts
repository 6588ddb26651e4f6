import type { Place, Site } from "../config/place.ts";
import type { Shape } from "../config/shape.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import type { Issue } from "../errors/errors.ts";
import type { BuiltBrain, BuiltPopulation, SurveyedPopulation } from "../graph/build.ts";
import type { Directed } from "../graph/conductances.ts";
import type { WiredProjection } from "../graph/wiring.ts";
import type { Feed } from "../inputs/contract.ts";
import type { StoredProjection } from "../layout/bundle.ts";
import type { Backend, Drawer, Engine, Machine, MachinePopulation, Setup } from "../program/machine.ts";
import type { NetworkProgram } from "../program/network.ts";
import type { Program } from "../program/program.ts";
import type { SynapseBuilder } from "../program/recipe.ts";
import type { Work } from "../program/work.ts";
import type { Filtered } from "../readouts/filtered.ts";
import type { ReadoutPlan } from "../readouts/plan.ts";
import type { Started } from "../record/gate.ts";
import type { ProgramTrace, RecordPlan, WeightPlan } from "../record/plan.ts";
import type { RecordSink } from "../record/sink.ts";
import type { PlannedChange } from "./changes.ts";
import type { LoopPart, LoopResult } from "./loop.ts";
import type { RunInfo } from "./model.ts";
import type { GivenChoices, GivenRun, Settings, SharedChoices } from "./options.ts";
import type { Part } from "./part.ts";
import type { Driven, Programs } from "./programs.ts";
import type { Snapshot } from "./snapshot.ts";
import type { WeightKeeper } from "./weights.ts";

/** Inputs and records of one population in a run. */
export interface PopulationRequest {
  readonly feeds: Readonly<Record<string, readonly Feed[]>>;
  readonly record: RecordPlan;
  /** Additional records that read-outs need. */
  readonly readouts: readonly ProgramTrace[];
  readonly sink: RecordSink | undefined;
}

/** What a session adds to each of its runs. */
export interface Escort {
  /** Replaces the collectors of the parts. `warnings` are those of the run. */
  join(parts: readonly LoopPart[], setup: Setup, warnings: readonly string[]): readonly LoopPart[];
  /** See `LoopOptions`. */
  gate(firstStep: number, rows: number): number | Promise<number>;
}

/** The validated options of a run. */
export interface RunRequest extends SharedChoices {
  /** One per population, in order. */
  readonly populations: readonly PopulationRequest[];
  readonly steps: number;
  /** In order of time. */
  readonly changes: readonly PlannedChange[];
  /** Sentences about windows of records that exceed the run. */
  readonly cuts: readonly string[];
  readonly escort?: Escort;
}

/** A run in progress: its request, and what executes it. */
export interface Running<Q extends RunRequest = RunRequest> {
  readonly request: Q;
  readonly driven: readonly Driven[];
  readonly setup: Setup;
  /** Populations of the machine; placeholders if the run is aborted before a machine exists. */
  readonly populations: readonly MachinePopulation[];
  /** Number of spikes of each population that fit in memory. */
  readonly room: readonly number[];
  /** Number of steps before this run. */
  readonly before: number;
  /** The triggers that the caller has started. */
  readonly started: Started;
}

/** A finished run, before its results are in the form for the user. */
export interface Ran<Q extends RunRequest = RunRequest> extends Running<Q> {
  readonly info: RunInfo;
  readonly result: LoopResult;
  /** Time in seconds to create the machine; 0 if it existed. */
  readonly buildTime: number;
  readonly synapses: number;
}

/** The validated options of a run of a network. */
export interface NetworkRequest extends RunRequest {
  /** One per read-out, in order. */
  readonly readouts: readonly ReadoutPlan[];
  readonly sink: RecordSink | undefined;
  /** Records of weights. */
  readonly weights: readonly WeightPlan[];
  readonly weightSink: RecordSink | undefined;
}

/** Steps a machine one step at a time. */
export interface Stepping {
  readonly outputs: unknown;
  /** Live memory of the currents of each population of a network, pA. */
  readonly currents?: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Sets the inputs of the next step. `step` counts the steps before it. */
  take(inputs: object, step: number): void;
  /** Updates the outputs after the given step, counted from 1. */
  read?(step: number): void;
}

/** The part of a frontend for single steps. */
export interface SteppingFrontend {
  /** Inputs and records of single steps. */
  stepRequest(inputs: object): {
    readonly feeds: readonly Record<string, readonly Feed[]>[];
    readonly traces: readonly (readonly ProgramTrace[])[];
  };
  /** Whether a stepper accepts these inputs. */
  takes(stepper: Stepping, inputs: object): boolean;
  stepper(machine: Machine, driven: readonly Driven[], inputs: object): Stepping;
}

/** A planned network: the engine creates a machine from it, and `fill` writes its synapses. */
export interface LaidNetwork {
  readonly network: NetworkProgram;
  readonly synapses: number;
  readonly warnings: readonly string[];
  /** Location of the synapses of each projection. */
  readonly projections: readonly StoredProjection[];
  /** Writes the synapses into the machine created from the network. */
  readonly fill: () => Work<void>;
}

/** State of the read-out filters, by read-out name. */
export type KeptFilters = NonNullable<Snapshot["readouts"]>;

/** A projection before it is drawn. */
export interface Ending {
  readonly projection: WiredProjection;
  readonly synapses: Synapses;
  /** Whether the source is an inhibitory population. */
  readonly inhibitory: boolean;
}

/** A model with its options, checked as far as possible without drawing values. */
export interface Checked<Q extends RunRequest = RunRequest> {
  /** Name of the model in results and snapshots. */
  readonly name: string;
  readonly settings: Settings;
  readonly populations: readonly SurveyedPopulation[];
  /** What is known of the projections of a network before they are drawn. */
  readonly network?: {
    readonly endings: () => readonly Ending[];
    /** Sentences about units whose synapses have weights of both signs, and about weights that rules would move. */
    readonly doubts: () => string[];
  };
  /** Expected number of synapses of each projection. @throws ConfigError that lists every problem of the projections */
  synapses?(): Readonly<Record<string, number>>;
  /**
   * Reads the options of a run that begins after `before` steps.
   * @throws ConfigError that lists every problem, starting with those in `issues`
   */
  readRun(where: Place, options: GivenRun, before: number, issues: Issue[]): Promise<Q>;
  /** Applies the run options of the caller to a request. */
  choose(request: Q, choices: GivenChoices, site: Site): Q;
  /** Draws all values, once. @throws ConfigError that lists every problem that only drawing reveals */
  build(): Frontend<Q>;
}

/**
 * The layer between the user and the populations of a machine: it reads options and makes results in the user's terms.
 * There is one implementation for single populations and one for networks.
 */
export interface Frontend<Q extends RunRequest = RunRequest> {
  readonly checked: Checked<Q>;
  readonly populations: readonly BuiltPopulation[];
  readonly warnings: readonly string[];
  /** Shape of a single population; number of units of a network. */
  readonly units: Shape | number;
  /** The programs of each population. */
  readonly programs: readonly Programs[];
  /** Number of steps per chunk, at most `most`. The result never depends on it. */
  chunkRows(request: Q, most?: number): number;
  /** Steps per chunk below which loading the units into the cache takes a considerable part of the time. */
  readonly enoughRows: number;
  /**
   * Checks a run against its memory budget before memory is allocated. Returns the number of spikes of each population
   * that fit.
   * @throws MemoryError that lists what takes how much memory and how to reduce it
   */
  checkMemory(
    setup: Setup,
    request: Q,
    site: Pick<Engine, "drawer" | "backend"> & { readonly worker: boolean },
  ): readonly number[] | Promise<readonly number[]>;
  /** Plans the network of these programs. A builder, if given, draws its synapses. */
  lay(
    programs: readonly Program[],
    engine: Pick<Engine, "drawer" | "threads">,
    builder: SynapseBuilder | undefined,
  ): Work<LaidNetwork>;
  /** Opens a builder that draws synapses on threads; undefined if the machine is as fast without one. */
  openBuilder?(engine: Pick<Engine, "drawer" | "threads">, worker: boolean): Promise<SynapseBuilder | undefined>;
  partsOf(running: Running<Q>): LoopPart[];
  resultOf(ran: Ran<Q>): object;
  /** Single steps of a network; for single populations, see `single-stepping.ts`. */
  readonly stepping?: SteppingFrontend;
  /** Projections and read-outs, for networks. */
  readonly network?: NetworkParts;
}

/** What networks have in addition to populations. */
export interface NetworkParts {
  readonly built: BuiltBrain;
  /** The synapses of a projection. @throws StateError for an unknown name */
  projection(name: string, drawer: Drawer): Synapses;
  /** Index of a projection in the list of projections. @throws StateError for an unknown name */
  placeOf(name: string): number;
  readonly weights: WeightKeeper;
  readonly readouts: readonly Filtered[];
  /** The parameters of the plasticity rules. */
  ruleParts(front: Frontend): Part[];
  /** Takes the drawer of the engine, which draws parameters that differ between synapses. */
  drawWith(drawer: Drawer): void;
  /** Writes the present parameters of the plasticity rules into a machine. */
  writeRules(machine: Machine): void;
  /** Whether parameters of rules differ between synapses, so that every new machine needs them. */
  readonly differing: boolean;
  /** Whether values can decide if a conductance excites or inhibits against the signs of its source. */
  readonly hasDirections: boolean;
  /** Issues of conductances that would excite where they must inhibit, for values of the populations in order. */
  directionIssues(populations: readonly Directed[]): Issue[];
  /** Adds spikes of some units to the values that signals read. */
  addSpikes(machine: Machine, population: number, units: readonly number[]): void;
  /** @throws BackendError if the backend lacks a feature that the network uses */
  checkBackend(backend: Pick<Backend, "name" | "lacks">): void;
  /** Discards drawn synapses. */
  dispose(): void;
  /** State of the read-out filters; undefined if no read-out has state. */
  keptFilters(): KeptFilters | undefined;
  /** Restores the state of the read-out filters; resets them if it is undefined. */
  restoreFilters(kept: KeptFilters | undefined): void;
  /** The first problem in the weights, spikes and read-outs of a snapshot: path, received value and rule. */
  faultOf(snapshot: Snapshot): readonly [at: string, received: unknown, wanted: string] | undefined;
}
