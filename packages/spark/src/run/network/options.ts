import type { Populations } from "../../graph/brain.ts";
import type { SpikeSource } from "../../graph/neuron.ts";
import type { OwnStates, Readouts, StatesOf } from "../../graph/readout.ts";
import type { OnlyRecords, RecordOptions, TraceRecordOptions } from "../../record/options.ts";
import type { SpikeRecording, TraceRecording } from "../../record/recordings.ts";
import type { RecordSink } from "../../record/sink.ts";
import type { InitialOptions } from "../initial.ts";
import type { CompileOptions, InputOptions, Progress } from "../options.ts";
import type { RunInfo } from "../run.ts";

/** What a brain is compiled with. */
export interface BrainCompileOptions<P extends Populations = Populations> extends Omit<CompileOptions, "initial"> {
  /** Start values of each population's states. */
  readonly initial?: { readonly [K in keyof P]?: InitialOptions<OwnStates<P[K]>> };
}

/** What to keep of a read-out. */
export type ReadoutRecordOptions = Pick<TraceRecordOptions, "every" | "from" | "to" | "dtype">;

/** What is kept of each population, and of read-outs. */
export type BrainRecordOptions<P extends Populations = Populations, O = Readouts> = {
  readonly [K in keyof P]?: RecordOptions<StatesOf<P[K]>>;
} & { readonly readouts?: { readonly [K in keyof O]?: boolean | ReadoutRecordOptions } };

/** Makes every name a compile error that is no read-out, or no option of its record. */
type OnlyReadoutRecords<R, O> = {
  readonly [K in keyof R]: K extends keyof O
    ? R[K] extends object
      ? R[K] & { readonly [Q in Exclude<keyof R[K], keyof ReadoutRecordOptions>]: never }
      : R[K]
    : never;
};

/** `R` where every population, every read-out and every record in it is known. */
export type OnlyBrainRecords<R, P extends Populations, O> = {
  readonly [K in keyof R]: K extends "readouts"
    ? OnlyReadoutRecords<R[K], O>
    : K extends keyof P
      ? OnlyRecords<R[K], StatesOf<P[K]>>
      : never;
};

/** One run of a brain: how long, driven by what, keeping what. */
export interface BrainRunOptions<P extends Populations = Populations, R = BrainRecordOptions<P>, O = Readouts> {
  /** ms; a whole number of steps. */
  readonly duration: number;
  /** What is wired to the input ports of each population. */
  readonly inputs?: {
    readonly [K in keyof P]?: P[K] extends SpikeSource ? Pick<InputOptions, "inSpikes"> : InputOptions;
  };
  readonly record?: R & OnlyBrainRecords<R, P, O>;
  /** Bytes that the network, its synapses and its records may take together. Default 4 GiB. */
  readonly memory?: number;
  /** Called now and then, ten times a second at most. */
  readonly progress?: (progress: Progress) => void;
  /** Stops the run soon after it is aborted; what was recorded is kept and marked as incomplete. */
  readonly signal?: AbortSignal;
  /** Takes the records of a population, or those of all read-outs, in place of memory, chunk by chunk. */
  readonly sink?: { readonly [K in keyof P | "readouts"]?: RecordSink };
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
  O = Readouts,
> = BrainCompileOptions<P> & BrainRunOptions<P, R, O>;

type RecordingOf<K> = K extends "outSpikes" ? SpikeRecording : TraceRecording;

/** What was recorded, by name. */
type RecordsOf<R> = {
  readonly [K in keyof R as R[K] extends false | undefined ? never : K]: false extends R[K]
    ? RecordingOf<K> | undefined
    : RecordingOf<K>;
};

/** What was recorded of one population. */
export type PopulationRun<R> = { readonly name: string; readonly units: number } & RecordsOf<R>;

export interface BrainRunInfo extends Omit<RunInfo, "units"> {
  /** Units of all populations together. */
  readonly units: number;
  readonly synapses: number;
  /** Seconds that drawing and laying out the synapses took; 0 where a machine went on. */
  readonly buildTime: number;
}

/** A finished run of a brain: what was asked for under `record`, by population and name. */
export type BrainRun<R = unknown> = BrainRunInfo & {
  readonly [K in keyof R]: K extends "readouts" ? RecordsOf<R[K]> : PopulationRun<R[K]>;
};
