import type { RatePlan, SpikePlan, TracePlan } from "./plan.ts";

/** What a run is about to record, told to a sink before the first value. */
export interface RecordHeader {
  readonly model: string;
  /** Number of units. */
  readonly units: number;
  /** ms */
  readonly dt: number;
  /** Number of the run's first step, from 1. */
  readonly firstStep: number;
  readonly spikes: SpikePlan | undefined;
  readonly rate: RatePlan | undefined;
  readonly traces: readonly TracePlan[];
}

/**
 * Where records go while a run is under way: memory by default, files for runs that are larger than memory. Arrays
 * are only valid during the call and until its promise resolves, for which the run waits; a sink that keeps them copies
 * them. An error ends the run.
 */
export interface RecordSink {
  open(header: RecordHeader): void | Promise<void>;
  /** Spikes in order; step numbers from 1. */
  spikes(steps: Uint32Array, units: Uint32Array): void | Promise<void>;
  /** Rows of a variable, or of "rate", in order. */
  rows(name: string, steps: Float64Array, values: Float32Array | Float64Array | Int32Array): void | Promise<void>;
  /** The end: complete, or stopped before it. */
  close(complete: boolean): void | Promise<void>;
}
