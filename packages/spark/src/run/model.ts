import type { Written } from "../config/options.ts";
import type { FieldInput, Precision } from "../config/parse.ts";
import type { Shape } from "../config/shape.ts";
import type { UnitList } from "../config/unit-list.ts";
import type { Brain } from "../graph/brain.ts";
import type { Populations } from "../graph/brain-options.ts";
import type { SpikeSource } from "../graph/neuron.ts";
import type { OwnStates, Readouts, SomaOf, StatesOf } from "../graph/readout.ts";
import type { CurrentInput, SpikeInput } from "../inputs/forms.ts";
import type { Component, Model } from "../model/component.ts";
import type { RecordOptions, TraceRecordOptions, WeightRecordOptions } from "../record/options.ts";
import type { SpikeRecording, TraceRecording, WeightRecording } from "../record/recordings.ts";
import type { RecordSink } from "../record/sink.ts";
import type { changeOptions, WeightsInput } from "./change-options.ts";
import type { InitialOptions } from "./initial.ts";
import type { TriggerAction } from "./triggers.ts";

/* Types of the options and results of a simulation, derived from the populations, state variables and read-outs. */

/** A model that can be compiled and simulated: one population, or a network. */
export type Runnable = Component<Model> | Brain<Populations, Readouts>;

/** Names of the state variables of a component. */
export type StateOf<C> = C extends Component<infer M> ? keyof M["state"] & string : string;

/*
 * The conditional types test for networks without `infer`, on the whole type. TypeScript can then tell that omitting all
 * records is valid for both kinds.
 */
type Network = { readonly kind: "brain" };
type PopulationsOf<M> = M extends { readonly populations: infer P } ? P : never;
type ReadoutsOf<M> = M extends { readonly readouts: infer O } ? O : never;

/** Inputs to the ports of a soma. The guide "Inputs" lists all forms of input. */
export interface InputOptions {
  /** pA */
  readonly current?: CurrentInput;
  readonly inSpikes?: SpikeInput;
}

/** Options of a record of a read-out. */
export type ReadoutRecordOptions = Omit<TraceRecordOptions, "units" | "reduce" | "over" | "edges">;

/** What to record of each population and of the read-outs. */
export type BrainRecordOptions<P = Populations, O = Readouts> = {
  readonly [K in keyof P]?: RecordOptions<StatesOf<P[K]>>;
} & {
  readonly readouts?: { readonly [K in keyof O]?: boolean | ReadoutRecordOptions };
  /** Weights by name of the projection. */
  readonly weights?: { readonly [projection: string]: false | WeightRecordOptions };
};

/** What a run of a model can record. */
export type RecordOf<M> = [M] extends [Network]
  ? BrainRecordOptions<PopulationsOf<M>, ReadoutsOf<M>>
  : RecordOptions<StateOf<M>>;

/** The ports that a soma declares by name, without those that only synapses can use. */
type DeclaredPort<I> = keyof {
  [K in keyof I as string extends K ? never : I[K] extends { readonly payload: "JumpArray" } ? never : K]: true;
};

/** The signals that a source declares. */
type SignalsOf<C> = C extends { readonly model: { readonly inputs: infer I } }
  ? { readonly [K in DeclaredPort<I>]?: CurrentInput }
  : unknown;

/** Inputs of a population. */
type PortsOf<C> = C extends SpikeSource
  ? Pick<InputOptions, "inSpikes"> & SignalsOf<C>
  : C extends { readonly soma: infer S }
    ? PortsOf<S>
    : C extends { readonly model: { readonly inputs: infer I } }
      ? [DeclaredPort<I>] extends [never]
        ? InputOptions
        : Pick<InputOptions, "inSpikes"> & { readonly [K in DeclaredPort<I>]?: CurrentInput }
      : InputOptions;

/** Inputs of a run: by port for a population; by population and port for a network. */
export type InputsOf<M> = M extends { readonly kind: "brain"; readonly populations: infer P }
  ? { readonly [K in keyof P]?: PortsOf<P[K]> }
  : PortsOf<M>;

/** Initial values of state variables; by population for a network. */
export type InitialOf<M> = M extends { readonly kind: "brain"; readonly populations: infer P }
  ? { readonly [K in keyof P]?: InitialOptions<OwnStates<P[K]>> }
  : InitialOptions<StateOf<M>>;

/** Where records go instead of memory; by population and "readouts" for a network. */
export type SinkOf<M> = M extends { readonly kind: "brain"; readonly populations: infer P }
  ? { readonly [K in keyof P | "readouts" | "weights"]?: RecordSink }
  : RecordSink;

/** Names of the parameters of the soma or source of a population. */
type FieldsOf<P> = SomaOf<P> extends Component<infer M> ? keyof M["fields"] & string : string;

/**
 * Paths of the parameters of a simulation. In a network, editors offer those of populations; synapses and drives have
 * others.
 */
export type PathOf<M> = [M] extends [Network]
  ?
      | { [K in keyof PopulationsOf<M> & string]: `${K}.${FieldsOf<PopulationsOf<M>[K]>}` }[keyof PopulationsOf<M> &
          string]
      | (string & {})
  : FieldsOf<M>;

/** Names of the populations of a network. */
export type NameOf<M> = [M] extends [Network] ? keyof PopulationsOf<M> & string : string;

/**
 * Why a run ended early: its signal was aborted, its input ended, its spikes exceeded the memory budget, or another
 * error ended it. After an error, the run is the property `partial` of the error.
 */
export type StopReason = "abort" | "input" | "memory" | "error";

/** New weights of a projection: one for all synapses, one per synapse, or those of some synapses. */
export type SetWeights =
  | number
  | readonly number[]
  | { readonly synapses: readonly number[]; readonly values: number | readonly number[] };

/** A change during a simulation, in the form of `changes` in the options of a run and in documents. */
export interface Change {
  /** The start of the first step that it acted on, ms, on the clock of the simulation. */
  readonly at: number;
  /** New values by path, such as "excitatory.threshold": one number for all units, or one per unit. */
  readonly set?: Readonly<Record<string, number | readonly number[]>>;
  /** New weights by projection: one for all synapses, one per synapse, or those of some synapses. */
  readonly weights?: Readonly<Record<string, SetWeights>>;
  /** Units that emitted a spike in this step in addition to those of the equations, by population. */
  readonly inject?: Readonly<Record<string, readonly number[]>>;
  /** Triggers of records that were started for this step, or started or stopped from this step on. */
  readonly trigger?: Readonly<Record<string, TriggerAction>>;
}

/** A change at a chosen time of a run. */
export interface ChangeOptions<M = Runnable> extends Omit<Written<typeof changeOptions>, "set" | "weights" | "inject"> {
  /**
   * New values of parameters by path: a number for all units, an array with a value per unit, or an initializer.
   * `Simulation.get` describes paths.
   */
  readonly set?: { readonly [K in PathOf<M>]?: FieldInput };
  /**
   * New weights by projection: a number for all synapses, one per synapse in their order, or `{ synapses, values }` for
   * synapses with some numbers, as `Simulation.weights` writes them.
   */
  readonly weights?: Readonly<Record<string, WeightsInput>>;
  /** Units that emit a spike in the step in addition to those of the equations, by population of a network. */
  readonly inject?: { readonly [K in NameOf<M>]?: UnitList };
}

/** Information about a finished run, in addition to its records. */
export interface RunInfo {
  readonly model: string;
  /** Shape of the population. */
  readonly units: Shape;
  /** ms */
  readonly dt: number;
  readonly dtype: Precision;
  readonly seed: number;
  /** Name of the backend that executed the run. */
  readonly backend: string;
  /** Steps of this run; fewer than requested if it ended early. */
  readonly steps: number;
  /** Simulated time of this run, ms. */
  readonly duration: number;
  /** Time at which the run began, ms: 0 for a new simulation. */
  readonly start: number;
  /** False if the run ended early. */
  readonly complete: boolean;
  readonly stoppedBy?: StopReason;
  /** Sentences about values that are allowed but unusual. */
  readonly warnings: readonly string[];
  /** Wall-clock time of the run, in seconds. */
  readonly wallTime: number;
  /**
   * Parameters that `Simulation.set` or the option `changes` changed before or during the run, in order; absent if there
   * are none. As the option `changes` of a run from the same start, they repeat the run.
   */
  readonly changes?: readonly Change[];
}

export interface BrainRunInfo extends Omit<RunInfo, "units"> {
  /** Number of units of all populations. */
  readonly units: number;
  readonly synapses: number;
  /** Time to draw and store the synapses, in seconds; 0 if an earlier run has built them. */
  readonly buildTime: number;
}

type RecordingOf<K> = K extends "outSpikes" ? SpikeRecording : TraceRecording;

/** The records, by name. */
export type RecordsOf<R> = {
  readonly [K in keyof R as R[K] extends false | undefined ? never : K]: false extends R[K]
    ? RecordingOf<K> | undefined
    : RecordingOf<K>;
};

/** A finished run of one population. It has the entries of `record`, by the same names. */
export type Run<R = unknown> = RunInfo & RecordsOf<R>;

/** The records of one population of a network. */
export type PopulationRun<R> = { readonly name: string; readonly units: number } & RecordsOf<R>;

/** A finished run of a network. It has the entries of `record`, by population and name. */
export type BrainRun<R = unknown> = BrainRunInfo & {
  readonly [K in keyof R]: BrainRecords<K, R[K]>;
};

/** Records of a part of a network: of read-outs, of weights, or of a population. */
export type BrainRecords<K, R> = K extends "readouts"
  ? RecordsOf<R>
  : K extends "weights"
    ? { readonly [P in keyof R as R[P] extends false ? never : P]: WeightRecording }
    : PopulationRun<R>;

/** A finished run of a model. */
export type RunOf<M, R> = [M] extends [Network] ? BrainRun<R> : Run<R>;
