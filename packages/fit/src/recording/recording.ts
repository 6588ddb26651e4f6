import type { NumericArray } from "spark-snn";

/** Samples of a current or a potential: at regular intervals, or each with its time. */
export interface SampledSeries {
  /** pA, or mV for a potential. */
  readonly series: readonly number[] | NumericArray;
  /** Time between samples, ms. */
  readonly interval?: number;
  /** Time of the first sample, ms. Default 0. */
  readonly start?: number;
  /** Time of each sample, ms, ascending; replaces interval and start. */
  readonly times?: readonly number[] | NumericArray;
}

/** One stimulus and the response of the neuron. */
export interface Recording {
  /** Name in results and in `validate`. Default: "recording 1" and so on. */
  readonly name?: string;
  /** Injected current, pA. */
  readonly current: SampledSeries;
  /** Spike times of each repetition of the stimulus, ms. Default: detected in the voltage. */
  readonly spikes?: readonly (readonly number[] | NumericArray)[];
  /** Potential of one repetition, mV. */
  readonly voltage?: SampledSeries;
  /** Duration, ms. Default: as many whole steps as the current covers. */
  readonly duration?: number;
  /** Weight among the recordings that are fitted. Default 1. */
  readonly weight?: number;
}

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
