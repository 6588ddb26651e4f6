import type { Populations } from "../../graph/brain.ts";
import type { Neuron } from "../../graph/neuron.ts";
import type { Component } from "../../model/component.ts";
import type { InitialOptions } from "../initial.ts";
import type { CompileOptions, InputOptions, Progress } from "../options.ts";
import type { OnlyRecords, RecordOptions } from "../record/options.ts";
import type { SpikeRecording, TraceRecording } from "../record/recordings.ts";
import type { RecordSink } from "../record/sink.ts";
import type { RunInfo } from "../run.ts";

/** The component within a population. */
type SomaOf<P> = P extends Neuron<infer C> ? C : P;
/** States of a soma, and what the synapses that end there show: "synapse.state". */
type StatesOf<P> = OwnStates<P> | `${string}.${string}`;
type OwnStates<P> = SomaOf<P> extends Component<infer M> ? keyof M["state"] & string : string;

/** What a brain is compiled with. */
export interface BrainCompileOptions<P extends Populations = Populations> extends Omit<CompileOptions, "initial"> {
  /** Start values of each population's states. */
  readonly initial?: { readonly [K in keyof P]?: InitialOptions<OwnStates<P[K]>> };
}

/** What is kept of each population. */
export type BrainRecordOptions<P extends Populations = Populations> = {
  readonly [K in keyof P]?: RecordOptions<StatesOf<P[K]>>;
};

/** `R` where every population and every record in it is known. */
export type OnlyBrainRecords<R, P extends Populations> = {
  readonly [K in keyof R]: K extends keyof P ? OnlyRecords<R[K], StatesOf<P[K]>> : never;
};

/** One run of a brain: how long, driven by what, keeping what. */
export interface BrainRunOptions<P extends Populations = Populations, R = BrainRecordOptions<P>> {
  /** ms; a whole number of steps. */
  readonly duration: number;
  /** What is wired to the input ports of each population. */
  readonly inputs?: { readonly [K in keyof P]?: InputOptions };
  readonly record?: R & OnlyBrainRecords<R, P>;
  /** Bytes that the network, its synapses and its records may take together. Default 4 GiB. */
  readonly memory?: number;
  /** Called now and then, ten times a second at most. */
  readonly progress?: (progress: Progress) => void;
  /** Stops the run soon after it is aborted; what was recorded is kept and marked as incomplete. */
  readonly signal?: AbortSignal;
  /** Takes the records of a population in place of memory, chunk by chunk. */
  readonly sink?: { readonly [K in keyof P]?: RecordSink };
}

/** The same before it is checked. */
export type GivenBrainRun = Omit<BrainRunOptions, "record" | "inputs" | "sink"> & {
  readonly record?: unknown;
  readonly inputs?: unknown;
  readonly sink?: Readonly<Record<string, RecordSink | undefined>>;
};

export type BrainSimulateOptions<
  P extends Populations = Populations,
  R = BrainRecordOptions<P>,
> = BrainCompileOptions<P> & BrainRunOptions<P, R>;

export const brainCompileKeys = ["dt", "dtype", "seed", "initial", "backend", "threads", "worker"] as const;
export const brainRunKeys = ["duration", "inputs", "record", "memory", "progress", "signal", "sink"] as const;

type RecordingOf<K> = K extends "outSpikes" ? SpikeRecording : TraceRecording;

/** What was recorded of one population. */
export type PopulationRun<R> = { readonly name: string; readonly units: number } & {
  readonly [K in keyof R as R[K] extends false | undefined ? never : K]: false extends R[K]
    ? RecordingOf<K> | undefined
    : RecordingOf<K>;
};

export interface BrainRunInfo extends Omit<RunInfo, "units"> {
  /** Units of all populations together. */
  readonly units: number;
  readonly synapses: number;
  /** Seconds that drawing and laying out the synapses took; 0 where a machine went on. */
  readonly buildTime: number;
}

/** A finished run of a brain: what was asked for under `record`, by population and name. */
export type BrainRun<R = unknown> = BrainRunInfo & { readonly [K in keyof R]: PopulationRun<R[K]> };
