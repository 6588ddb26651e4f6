/** Checked samples. */
export interface Sampled {
  readonly values: Float64Array;
  /** Time of each sample, ms. */
  readonly times: Float64Array;
  /** Time between samples, ms; the median for irregular samples. */
  readonly interval: number;
  /** Whether they were given with an interval. */
  readonly even: boolean;
}

/** A checked recording. */
export interface ReadRecording {
  readonly name: string;
  readonly current: Sampled;
  readonly repetitions: readonly Float64Array[];
  readonly voltage: Sampled | undefined;
  /** ms */
  readonly duration: number;
  readonly steps: number;
  readonly weight: number;
}
