import type { ExperimentDocument, JsonObject } from "spark-snn";
import type { FitState } from "../options.ts";
import type { Generation, SearchStop } from "../search/search.ts";
import type { Bounds } from "../space/space.ts";

/** Scores of a soma on one recording. */
export interface RecordingScore {
  readonly name: string;
  readonly role: "training" | "validation";
  /** The objective; 1 is perfect. */
  readonly score: number;
  /**
   * Coincidence factor Γ with each repetition; −1 if the soma spikes so fast that it is undefined. The mean over `trials`
   * for a soma that spikes at random.
   */
  readonly coincidence: readonly number[];
  /** Mean of `coincidence`. */
  readonly meanCoincidence: number;
  /** Mean Γ between the repetitions; undefined for fewer than two. */
  readonly reliability: number | undefined;
  /** meanCoincidence/reliability; undefined if the reliability is not above 0. */
  readonly ratio: number | undefined;
  /** Information about each spike beyond a constant rate, bit; undefined without the objective likelihood. */
  readonly bitsPerSpike: number | undefined;
  /** Number of spikes of each repetition. */
  readonly recordedCounts: readonly number[];
}

/** Prediction of a recording by the fitted soma. */
export interface Prediction extends RecordingScore {
  /** Predicted spike times, ms; those of the first trial. */
  readonly spikes: Float64Array;
  /** Predicted spike times of each run: 20 for a soma that spikes at random, otherwise one. */
  readonly trials: readonly Float64Array[];
  /** Recorded spikes of each repetition, ms: as given, or as detected in the voltage. */
  readonly recorded: readonly Float64Array[];
  /** Predicted potential, mV: one value every `interval` ms, the first at `interval`. */
  readonly potential: Float64Array;
  /** ms */
  readonly interval: number;
}

/** A free parameter with its fitted value. */
export interface FittedParameter {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly bounds: Bounds;
  /**
   * Smallest and largest value among the candidates whose score is at most 1 % below the best. They depend on the search
   * and are not a confidence interval.
   */
  readonly low: number;
  readonly high: number;
  /** Whether the value lies at the end of its bounds, within 1 % of their width. */
  readonly atBound: "from" | "to" | undefined;
  readonly profile: Profile;
}

/** The objective along a parameter, on the training recordings. */
export interface Profile {
  readonly values: readonly number[];
  /** Scores with all other parameters fixed. */
  readonly scores: readonly number[];
  /** Best candidates of the search in each part of the range, with any values of the other parameters. */
  readonly bestValues: readonly number[];
  readonly bestScores: readonly number[];
}

/** A fit without some of the recordings, and its scores on all of them. */
export interface Fold {
  readonly parameters: Readonly<Record<string, number>>;
  /** ms */
  readonly latency: number;
  readonly score: number;
  readonly recordings: readonly RecordingScore[];
}

/** A candidate of the search. */
export interface Candidate {
  readonly parameters: Readonly<Record<string, number>>;
  /** ms */
  readonly latency: number;
  readonly score: number;
}

export interface FitResult {
  /** Name of the soma. */
  readonly model: string;
  /** The value of every parameter, for the soma's config. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Time from the current to its effect on the soma, ms: `options.latency`, or its fitted value. */
  readonly latency: number;
  /** The free parameters of the soma, then a free latency. */
  readonly fitted: readonly FittedParameter[];
  /** Parameters whose values were measured in the recorded potential. */
  readonly measured: Readonly<Record<string, number>>;
  /** The objective on the training recordings; 1 is perfect. */
  readonly score: number;
  readonly recordings: readonly Prediction[];
  /** With `validate: { folds }`, a fit for each fold. */
  readonly folds: readonly Fold[];
  /** The best candidates, best first. */
  readonly best: readonly Candidate[];
  readonly history: readonly Generation[];
  /** Smallest constant current that makes the soma spike within a second, pA; undefined if there is none. */
  readonly rheobase: number | undefined;
  /** Δ of the coincidences, ms. */
  readonly window: number;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly seed: number;
  readonly method: string;
  /** Number of evaluated candidates, including all folds. */
  readonly evaluated: number;
  /** False if a signal or the time limit ended the search before its budget was used up. */
  readonly complete: boolean;
  readonly stoppedBy: SearchStop;
  /** Duration of this call, s. */
  readonly wallTime: number;
  /** Fraction of the evaluation time that was spent in scoring. */
  readonly scoringShare: number;
  /** Warnings about valid but doubtful values. */
  readonly warnings: readonly string[];
  /** State from which a later call can resume. */
  readonly state: FitState;
  /**
   * Creates an experiment of the fitted soma under the current of a recording, which starts after the latency.
   * `current` replaces the samples in the document, for example with { csv, time, column }.
   * @throws ConfigError for an unknown name of a recording.
   */
  experiment(recording?: string, current?: JsonObject): ExperimentDocument;
}
