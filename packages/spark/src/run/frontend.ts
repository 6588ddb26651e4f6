import type { Place } from "../config/place.ts";
import type { Shape } from "../config/shape.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import type { Issue } from "../errors/errors.ts";
import type { BuiltPopulation, SurveyedPopulation } from "../graph/build.ts";
import type { Feed } from "../inputs/contract.ts";
import type { StoredProjection } from "../layout/bundle.ts";
import type { Drawer, Engine, Machine, MachinePopulation, Setup } from "../program/machine.ts";
import type { NetworkProgram } from "../program/network.ts";
import type { Program } from "../program/program.ts";
import type { SynapseBuilder } from "../program/recipe.ts";
import type { Work } from "../program/work.ts";
import type { ReadoutPlan } from "../readouts/plan.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { RecordSink } from "../record/sink.ts";
import type { LoopPart, LoopResult } from "./loop.ts";
import type { RunInfo } from "./model.ts";
import type { GivenRun, Progress, RunChoices, Settings } from "./options.ts";
import type { Driven, Programs, ProgramTrace } from "./programs.ts";
import type { Snapshot } from "./snapshot.ts";
import type { WeightKeeper } from "./weights.ts";

/** What one population does in a run. */
export interface PopulationRequest {
  readonly feeds: Readonly<Record<string, readonly Feed[]>>;
  readonly record: RecordPlan;
  /** What is recorded of it for read-outs, beside what was asked for. */
  readonly readouts: readonly ProgramTrace[];
  readonly sink: RecordSink | undefined;
}

/** The options of a run, read and found sound. */
export interface RunRequest {
  /** One for each population, in order. */
  readonly populations: readonly PopulationRequest[];
  readonly steps: number;
  /** Bytes that the run may take. */
  readonly memory: number;
  readonly progress: ((progress: Progress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One run on the way: what it was asked for, and what it runs on. */
export interface Running<Q extends RunRequest = RunRequest> {
  readonly request: Q;
  readonly driven: readonly Driven[];
  readonly setup: Setup;
  /** Populations of the machine; where the run is aborted before there is one, what stands for them. */
  readonly populations: readonly MachinePopulation[];
  /** Spikes of each population that there is room for. */
  readonly room: readonly number[];
  /** Steps before the first one. */
  readonly before: number;
}

/** How a run is put into the form that its user gets. */
export interface Ran<Q extends RunRequest = RunRequest> extends Running<Q> {
  readonly info: RunInfo;
  readonly result: LoopResult;
  readonly parts: readonly LoopPart[];
  /** Seconds that the machine took to be made; 0 where it stood. */
  readonly buildTime: number;
  readonly synapses: number;
}

/** The options of a run of a network. */
export interface NetworkRequest extends RunRequest {
  /** One per read-out, in order. */
  readonly readouts: readonly ReadoutPlan[];
  readonly sink: RecordSink | undefined;
}

/** What steps a machine one step at a time. */
export interface Stepping {
  readonly outputs: unknown;
  /** Takes what goes into the next step; `step` counts those before it. */
  take(inputs: object, step: number): void;
  /** Brings the outputs up to a step, from 1, that was done just now. */
  read?(step: number): void;
}

/** The part of a frontend for single steps. */
export interface SteppingFrontend {
  /** What one step at a time is driven by and recorded for. */
  stepRequest(inputs: object): {
    readonly feeds: readonly Record<string, readonly Feed[]>[];
    readonly traces: readonly (readonly ProgramTrace[])[];
  };
  /** Whether a stepper takes such inputs. */
  takes(stepper: Stepping, inputs: object): boolean;
  stepper(machine: Machine, driven: readonly Driven[], inputs: object): Stepping;
}

/** A network that is laid out: what an engine makes a machine of, and the writing of synapses into that machine. */
export interface LaidNetwork {
  readonly network: NetworkProgram;
  readonly synapses: number;
  readonly warnings: readonly string[];
  /** Where the synapses of each projection are stored. */
  readonly projections: readonly StoredProjection[];
  /** Writes the synapses into the machine that was made of the network. */
  readonly fill: () => Work<void>;
}

/** State of one kind of read-out filter, by name. */
export type KeptFilters = NonNullable<Snapshot["readouts"]>;

/** A model as its options say it, checked as far as nothing need be drawn. */
export interface Checked<Q extends RunRequest = RunRequest> {
  /** What results and snapshots call it. */
  readonly name: string;
  readonly settings: Settings;
  readonly populations: readonly SurveyedPopulation[];
  /** Expected synapses of each projection. @throws ConfigError with every problem of the projections */
  synapses?(): Readonly<Record<string, number>>;
  /**
   * Reads the options of a run that begins after `before` steps.
   * @throws ConfigError with every problem, those in `issues` first.
   */
  readRun(where: Place, options: GivenRun, before: number, issues: Issue[]): Promise<Q>;
  /** A request with other choices of whoever runs it. Adds what is wrong with them to `issues`. */
  choose(request: Q, where: string, choices: RunChoices, issues: Issue[]): Q;
  /** Draws all values, once. @throws ConfigError with every problem that only drawing tells */
  build(): Frontend<Q>;
}

/**
 * What stands between a user and the populations that a machine runs: it reads options and makes results in the user's
 * words. There is one for a single population and one for networks.
 */
export interface Frontend<Q extends RunRequest = RunRequest> {
  readonly checked: Checked<Q>;
  readonly populations: readonly BuiltPopulation[];
  readonly warnings: readonly string[];
  /** Shape of a single population; the number of units of a network. */
  readonly units: Shape | number;
  /** Programs of each population. */
  readonly programs: readonly Programs[];
  /** Steps of a chunk, at most `most`: the result never depends on it. */
  chunkRows(request: Q, most?: number): number;
  /** Steps of a chunk below which fetching the units takes a good part of the time. */
  readonly enoughRows: number;
  /**
   * Checks a run against its budget before memory is allocated. Gives for each population the number of spikes that
   * there is room for.
   * @throws MemoryError with what takes how much and how to get below.
   */
  checkMemory(
    setup: Setup,
    request: Q,
    site: { readonly drawer: Drawer; readonly worker: boolean },
  ): readonly number[] | Promise<readonly number[]>;
  /** The network that these programs make; a builder draws its synapses. */
  lay(
    programs: readonly Program[],
    engine: Pick<Engine, "drawer" | "threads">,
    builder: SynapseBuilder | undefined,
  ): Work<LaidNetwork>;
  /** Draws synapses quickly, on threads where that pays; undefined where the plain way is as fast. */
  openBuilder?(engine: Pick<Engine, "drawer" | "threads">, worker: boolean): Promise<SynapseBuilder | undefined>;
  partsOf(running: Running<Q>): LoopPart[];
  resultOf(ran: Ran<Q>): object;
  /** How it is stepped one step at a time; a component alone is so as `single-stepping.ts` says. */
  readonly stepping?: SteppingFrontend;
  /** What of a network is no state of a population. */
  readonly network?: NetworkParts;
}

/** What networks have beside populations. */
export interface NetworkParts {
  /** The synapses of a projection. @throws StateError for an unknown name */
  projection(name: string, drawer: Drawer): Synapses;
  /** Place of a projection in the list of projections. @throws StateError for an unknown name */
  placeOf(name: string): number;
  readonly weights: WeightKeeper;
  /** Forgets drawn synapses. */
  dispose(): void;
  /** What read-outs keep; undefined where none keeps anything. */
  keptFilters(): KeptFilters | undefined;
  /** Puts back what was kept; without it read-outs are at their start. */
  restoreFilters(kept: KeptFilters | undefined): void;
  /** What is wrong with spikes and read-outs of a snapshot: where, what was received and what is wanted. */
  faultOf(snapshot: Snapshot): readonly [at: string, received: unknown, wanted: string] | undefined;
}
