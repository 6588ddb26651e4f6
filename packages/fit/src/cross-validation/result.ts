import type { FitResult, RecordingScore } from "../result/result.ts";
import type { CrossValidationState } from "./options.ts";

/** Values of the held-out recordings of one soma. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation of the values, over n − 1; undefined for one value. */
  readonly deviation: number | undefined;
  readonly lowest: number;
  readonly highest: number;
}

/** Scores of a soma on a recording that was held out from the fit. */
export interface HeldOutScore extends RecordingScore {
  /** Number of the part, from 1; the other parts were used for the fit. */
  readonly fold: number;
}

/** A soma of a cross-validation with its scores. */
export interface ComparedModel {
  /** Its name in the call. */
  readonly name: string;
  /** Every recording that was held out, with its scores. */
  readonly heldOut: readonly HeldOutScore[];
  /** The objective on the held-out recordings. */
  readonly score: Spread;
  /** Γ on the held-out recordings, with the same Δ for all somas. */
  readonly coincidence: Spread;
  /**
   * The compared value on the recordings of the fits, averaged over the fits. A soma that is much better on these than on
   * held-out recordings has more parameters than the data constrain.
   */
  readonly training: number;
  /**
   * By how much the compared value of the first soma is larger, recording by recording; undefined for the first soma. A mean
   * below the deviation is no evidence that the somas differ.
   */
  readonly behind: Spread | undefined;
  /** The fit to all recordings, or to those that `validate` does not name. */
  readonly fit: FitResult;
}

export interface CrossValidationResult {
  /** The somas whose fits are complete, best first. */
  readonly models: readonly ComparedModel[];
  /** The value that orders the somas: the objective if all somas have the same one, otherwise Γ. */
  readonly comparedBy: "score" | "coincidence";
  /** Δ of the coincidences, ms. */
  readonly window: number;
  /** False if a signal ended the call before the last fit was complete. */
  readonly complete: boolean;
  /** Names of the somas whose fits are not complete. */
  readonly unfinished: readonly string[];
  /** Duration of this call, s. */
  readonly wallTime: number;
  /** Warnings of the fits, after the name of the soma. */
  readonly warnings: readonly string[];
  /** State from which a later call can resume. */
  readonly state: CrossValidationState;
}

type Compared = CrossValidationResult["comparedBy"];

const comparedValue = (one: RecordingScore, compared: Compared): number =>
  compared === "score" ? one.score : one.meanCoincidence;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const spreadOf = (values: readonly number[]): Spread => {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: values.length < 2 ? undefined : Math.sqrt(squares / (values.length - 1)),
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
};

/** The scores of the fits in which a recording was held out, or was not, with the numbers of the parts. */
const scoresOf = ({ folds, recordings }: FitResult, role: RecordingScore["role"]): HeldOutScore[] => {
  const fits = folds.length > 0 ? folds.map((fold) => fold.recordings) : [recordings];
  return fits.flatMap((scores, k) =>
    scores
      .filter((one) => one.role === role)
      .map(({ name, score, coincidence, meanCoincidence, reliability, ratio, bitsPerSpike, recordedCounts }) => ({
        name,
        role,
        score,
        coincidence,
        meanCoincidence,
        reliability,
        ratio,
        bitsPerSpike,
        recordedCounts,
        fold: k + 1,
      })),
  );
};

/** The somas with their scores, best first. Somas with equal scores keep their order. */
export const compareFits = (fits: readonly (readonly [string, FitResult])[], compared: Compared): ComparedModel[] => {
  const models = fits.map(([name, fit]) => {
    const heldOut = scoresOf(fit, "validation").sort((a, b) => orderIn(fit, a.name) - orderIn(fit, b.name));
    return {
      name,
      heldOut,
      score: spreadOf(heldOut.map(({ score }) => score)),
      coincidence: spreadOf(heldOut.map(({ meanCoincidence }) => meanCoincidence)),
      training: meanOf(scoresOf(fit, "training").map((one) => comparedValue(one, compared))),
      fit,
    };
  });
  models.sort((a, b) => b[compared].mean - a[compared].mean);
  return models.map((model, k) => {
    const best = models[0]!.heldOut;
    const lead = model.heldOut.map((one, n) => comparedValue(best[n]!, compared) - comparedValue(one, compared));
    return { ...model, behind: k === 0 ? undefined : spreadOf(lead) };
  });
};

const orderIn = ({ recordings }: FitResult, name: string): number =>
  recordings.findIndex((recording) => recording.name === name);
