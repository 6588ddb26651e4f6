import type { ExperimentDocument, JsonObject } from "spark-snn";
import type { FitState } from "../options.ts";
import type { Generation, SearchStop } from "../search/search.ts";
import type { Bounds } from "../space/space.ts";

/** How well a soma does on one recording. */
export interface RecordingScore {
  readonly name: string;
  readonly role: "training" | "validation";
  /** The objective; 1 is perfect. */
  readonly score: number;
  /** Coincidence factor Γ with each repetition; −1 where the soma fires too fast for it to be defined. */
  readonly coincidence: readonly number[];
  /** Its mean. */
  readonly meanCoincidence: number;
  /** Mean Γ of the repetitions with each other; undefined for fewer than two. */
  readonly reliability: number | undefined;
  /** meanCoincidence/reliability; undefined where the reliability is not above 0. */
  readonly ratio: number | undefined;
  /** Spikes of each repetition. */
  readonly recordedCounts: readonly number[];
}

/** What the fitted soma makes of a recording. */
export interface Prediction extends RecordingScore {
  /** Times of its spikes, ms. */
  readonly spikes: Float64Array;
  /** Recorded spikes of each repetition, ms: as given, or as found in the voltage. */
  readonly recorded: readonly Float64Array[];
  /** Its potential, mV: one value every `interval` ms, the first at `interval`. */
  readonly potential: Float64Array;
  /** ms */
  readonly interval: number;
}

/** A parameter that was sought. */
export interface FittedParameter {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly bounds: Bounds;
  /** Least and greatest value among the candidates that came within 1 % of the best score. */
  readonly low: number;
  readonly high: number;
  /** Whether the value lies at the end of its bounds, within 1 % of their width. */
  readonly atBound: "from" | "to" | undefined;
  readonly profile: Profile;
}

/** The objective along a parameter, on the training recordings. */
export interface Profile {
  readonly values: readonly number[];
  /** Scores with all other parameters held. */
  readonly scores: readonly number[];
  /** Best candidates that the search met in each part of the range, whatever their other parameters. */
  readonly bestValues: readonly number[];
  readonly bestScores: readonly number[];
}

/** A fit without some of the recordings, and its scores on all. */
export interface Fold {
  readonly parameters: Readonly<Record<string, number>>;
  readonly score: number;
  readonly recordings: readonly RecordingScore[];
}

/** A candidate of the search. */
export interface Candidate {
  readonly parameters: Readonly<Record<string, number>>;
  readonly score: number;
}

export interface FitResult {
  /** Name of the soma. */
  readonly model: string;
  /** The value of every field, for the soma's config. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The parameters that were sought. */
  readonly fitted: readonly FittedParameter[];
  /** Fields whose values come from the recorded potential. */
  readonly measured: Readonly<Record<string, number>>;
  /** The objective on the training recordings; 1 is perfect. */
  readonly score: number;
  readonly recordings: readonly Prediction[];
  /** With `validate: { folds }`, a fit for each fold. */
  readonly folds: readonly Fold[];
  /** The best candidates, the best first. */
  readonly best: readonly Candidate[];
  readonly history: readonly Generation[];
  /** Least constant current that makes the soma spike within a second, pA; undefined where none does. */
  readonly rheobase: number | undefined;
  /** Δ of the coincidences, ms. */
  readonly window: number;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly seed: number;
  readonly method: string;
  /** Candidates that were evaluated, all folds together. */
  readonly evaluated: number;
  /** False where a signal or the time ended the search before its budget was used up. */
  readonly complete: boolean;
  readonly stoppedBy: SearchStop;
  /** Seconds of this call. */
  readonly wallTime: number;
  /** Share of the time of the evaluations that went into scoring. */
  readonly scoringShare: number;
  /** Sentences about what is allowed but doubtful. */
  readonly warnings: readonly string[];
  /** From where a later call can go on. */
  readonly state: FitState;
  /**
   * An experiment of the fitted soma under the current of a recording. `current` is what stands there in place of the
   * samples, such as { csv, time, column }.
   * @throws ConfigError for a name that no recording has.
   */
  experiment(recording?: string, current?: JsonObject): ExperimentDocument;
}
