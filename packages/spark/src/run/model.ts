import type { Precision } from "../config/parse.ts";
import type { Shape } from "../config/shape.ts";
import type { Brain, Populations } from "../graph/brain.ts";
import type { SpikeSource } from "../graph/neuron.ts";
import type { OwnStates, Readouts, StatesOf } from "../graph/readout.ts";
import type { CurrentInput, SpikeInput } from "../inputs/forms.ts";
import type { Component, Model } from "../model/component.ts";
import type { RecordOptions, TraceRecordOptions } from "../record/options.ts";
import type { SpikeRecording, TraceRecording } from "../record/recordings.ts";
import type { RecordSink } from "../record/sink.ts";
import type { InitialOptions } from "./initial.ts";

/* What the options and results of a simulation are for each model: typed by its populations, states and read-outs. */

/** What can be compiled and simulated: one population, or a network. */
export type Runnable = Component<Model> | Brain<Populations, Readouts>;

/** Names of the states of a component. */
export type StateOf<C> = C extends Component<infer M> ? keyof M["state"] & string : string;

/*
 * Whether a model is a network is asked without `infer` and of the whole type: TypeScript can then tell that no records
 * at all are fine for either kind.
 */
type Network = { readonly kind: "brain" };
type PopulationsOf<M> = M extends { readonly populations: infer P } ? P : never;
type ReadoutsOf<M> = M extends { readonly readouts: infer O } ? O : never;

/** What is wired to the input ports of a soma. See the guide for all forms that an input takes. */
export interface InputOptions {
  /** pA */
  readonly current?: CurrentInput;
  readonly inSpikes?: SpikeInput;
}

/** What is kept of a read-out. */
export type ReadoutRecordOptions = Pick<TraceRecordOptions, "every" | "from" | "to" | "dtype">;

/** What is kept of each population, and of read-outs. */
export type BrainRecordOptions<P = Populations, O = Readouts> = {
  readonly [K in keyof P]?: RecordOptions<StatesOf<P[K]>>;
} & { readonly readouts?: { readonly [K in keyof O]?: boolean | ReadoutRecordOptions } };

/** What a run of a model can record. */
export type RecordOf<M> = [M] extends [Network]
  ? BrainRecordOptions<PopulationsOf<M>, ReadoutsOf<M>>
  : RecordOptions<StateOf<M>>;

/** What a run of a model can be driven by: ports of a population, or populations of a network with their ports. */
export type InputsOf<M> = M extends { readonly kind: "brain"; readonly populations: infer P }
  ? { readonly [K in keyof P]?: P[K] extends SpikeSource ? Pick<InputOptions, "inSpikes"> : InputOptions }
  : InputOptions;

/** Start values of states; of a network, by population. */
export type InitialOf<M> = M extends { readonly kind: "brain"; readonly populations: infer P }
  ? { readonly [K in keyof P]?: InitialOptions<OwnStates<P[K]>> }
  : InitialOptions<StateOf<M>>;

/** What takes records in place of memory; of a network, by population and "readouts". */
export type SinkOf<M> = M extends { readonly kind: "brain"; readonly populations: infer P }
  ? { readonly [K in keyof P | "readouts"]?: RecordSink }
  : RecordSink;

/** Why a run ended before its duration: its signal, the end of its input, or more spikes than memory holds. */
export type StopReason = "abort" | "input" | "memory";

/** What is known of a finished run beside its records. */
export interface RunInfo {
  readonly model: string;
  /** Shape of the population. */
  readonly units: Shape;
  /** ms */
  readonly dt: number;
  readonly dtype: Precision;
  readonly seed: number;
  /** Name of the backend that served. */
  readonly backend: string;
  /** Steps done in this run; fewer than asked where it was stopped. */
  readonly steps: number;
  /** Time simulated in this run, ms. */
  readonly duration: number;
  /** Time at which the run began, ms: 0 for a fresh simulation. */
  readonly start: number;
  /** False where the run ended before its duration. */
  readonly complete: boolean;
  readonly stoppedBy?: StopReason;
  /** Sentences about what is allowed but unusual. */
  readonly warnings: readonly string[];
  /** Seconds that the run took. */
  readonly wallTime: number;
}

export interface BrainRunInfo extends Omit<RunInfo, "units"> {
  /** Units of all populations together. */
  readonly units: number;
  readonly synapses: number;
  /** Seconds that drawing and storing the synapses took; 0 where they were there already. */
  readonly buildTime: number;
}

type RecordingOf<K> = K extends "outSpikes" ? SpikeRecording : TraceRecording;

/** What was recorded, by name. */
type RecordsOf<R> = {
  readonly [K in keyof R as R[K] extends false | undefined ? never : K]: false extends R[K]
    ? RecordingOf<K> | undefined
    : RecordingOf<K>;
};

/** A finished run of one population: what was asked for under `record`, by the same names. */
export type Run<R = unknown> = RunInfo & RecordsOf<R>;

/** What was recorded of one population of a network. */
export type PopulationRun<R> = { readonly name: string; readonly units: number } & RecordsOf<R>;

/** A finished run of a network: what was asked for under `record`, by population and name. */
export type BrainRun<R = unknown> = BrainRunInfo & {
  readonly [K in keyof R]: K extends "readouts" ? RecordsOf<R[K]> : PopulationRun<R[K]>;
};

/** A finished run of a model. */
export type RunOf<M, R> = [M] extends [Network] ? BrainRun<R> : Run<R>;
