import type { NumericArray } from "spark-snn";

/** Samples of a current or a potential: at even distances, or each with its time. */
export interface SampledSeries {
  /** pA, or mV for a potential. */
  readonly series: readonly number[] | NumericArray;
  /** Time from sample to sample, ms. */
  readonly interval?: number;
  /** Time of the first sample, ms; default 0. */
  readonly start?: number;
  /** Time of each sample, ms, ascending; in place of interval and start. */
  readonly times?: readonly number[] | NumericArray;
}

/** One stimulus and what the neuron made of it. */
export interface Recording {
  /** What it is called in results and in `validate`; "recording 1" and so on when left out. */
  readonly name?: string;
  /** Injected current, pA. */
  readonly current: SampledSeries;
  /** Spike times of each repetition of the stimulus, ms. Found in the voltage when left out. */
  readonly spikes?: readonly (readonly number[] | NumericArray)[];
  /** Potential of one repetition, mV. */
  readonly voltage?: SampledSeries;
  /** ms; as many whole steps as the current covers when left out. */
  readonly duration?: number;
  /** How much it counts among the recordings that are fitted; default 1. */
  readonly weight?: number;
}

/** Samples that were read and found sound. */
export interface Sampled {
  readonly values: Float64Array;
  /** Time of each sample, ms. */
  readonly times: Float64Array;
  /** Time from sample to sample, ms; the median where they are uneven. */
  readonly interval: number;
  /** Whether they were given by an interval. */
  readonly even: boolean;
}

/** A recording that was read and found sound. */
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
