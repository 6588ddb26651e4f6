import { type CoincidenceOptions, coincidenceFactor, reliability } from "../analysis/index.ts";

/** Scores of a predicted train against the recorded repetitions of a stimulus. */
export interface PredictionScore {
  /** Coincidence factor Γ with each repetition, in their order; 1 for equal trains, 0 for chance. */
  readonly each: readonly number[];
  /** Mean of `each`. */
  readonly mean: number;
  /** Mean Γ between the repetitions: how well the neuron predicts itself. */
  readonly reliability: number;
  /** mean/reliability, the score of Jolivet et al. 2008; NaN if the reliability is not above 0. */
  readonly ratio: number;
}

/**
 * Scores a predicted train (spike times in ms) against two or more recorded repetitions of the same stimulus, as in
 * Jolivet et al. 2008, Biol. Cybern. 99:417. `window` is Δ in ms, 4 by
 * default.
 *
 * @throws ShapeError for fewer than two repetitions. ConfigError for invalid times or options, and for a train whose
 * rate is so high that Γ is undefined, unless `saturated` is given (see `coincidenceFactor`).
 */
export const predictionScore = (
  predicted: ArrayLike<number>,
  repetitions: readonly ArrayLike<number>[],
  options: CoincidenceOptions,
): PredictionScore => {
  const own = reliability(repetitions, options);
  const each = repetitions.map((recorded) => coincidenceFactor(predicted, recorded, options));
  const mean = each.reduce((sum, gamma) => sum + gamma, 0) / each.length;
  return { each, mean, reliability: own, ratio: own > 0 ? mean / own : Number.NaN };
};
