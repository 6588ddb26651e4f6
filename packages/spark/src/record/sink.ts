import type { RatePlan, SpikePlan, TracePlan } from "./plan.ts";

/** Description of the records of a run. A sink receives it before the first value. */
export interface RecordHeader {
  readonly model: string;
  /** Number of units. */
  readonly units: number;
  /** Time step, ms. */
  readonly dt: number;
  /** First step of the run, counted from 1. */
  readonly firstStep: number;
  readonly spikes: SpikePlan | undefined;
  readonly rate: RatePlan | undefined;
  readonly activeFraction?: RatePlan | undefined;
  readonly traces: readonly TracePlan[];
}

/**
 * Receives records during a run, for example to write files for a run that does not fit into memory. The run waits for
 * the promise of each call. Arrays are valid only until it resolves, so a sink that keeps them must copy them. An error
 * ends the run.
 */
export interface RecordSink {
  open(header: RecordHeader): void | Promise<void>;
  /** Spikes in order; steps are counted from 1. */
  spikes(steps: Uint32Array, units: Uint32Array): void | Promise<void>;
  /** Rows of a variable, or of "rate" or "activeFraction", in order. */
  rows(name: string, steps: Float64Array, values: Float32Array | Float64Array | Int32Array): void | Promise<void>;
  /** Called after each part of the run: all records up to this step, counted from 1, were passed. */
  reached?(step: number): void | Promise<void>;
  /** Called at the end; `complete` is false if the run ended early. */
  close(complete: boolean): void | Promise<void>;
  /** Milliseconds that a call may take after an abort; then the run ends without it, with a warning. Default 50. */
  readonly grace?: number;
}
