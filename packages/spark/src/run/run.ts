import type { Precision } from "../config/parse.ts";
import type { Shape } from "../config/shape.ts";
import type { SpikeRecording, TraceRecording } from "../record/recordings.ts";
import type { BackendName } from "./options.ts";

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
  readonly backend: BackendName;
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

type RecordingOf<K> = K extends "outSpikes" ? SpikeRecording : TraceRecording;

/** A finished run: what was asked for under `record`, by the same names. */
export type Run<R = unknown> = RunInfo & {
  readonly [K in keyof R as R[K] extends false | undefined ? never : K]: false extends R[K]
    ? RecordingOf<K> | undefined
    : RecordingOf<K>;
};
