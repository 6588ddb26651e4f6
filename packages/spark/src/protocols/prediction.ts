import { type CoincidenceOptions, coincidenceFactor, reliability } from "../analysis/index.ts";

/** How well one train predicts the recorded repetitions of a stimulus. */
export interface PredictionScore {
  /** Coincidence factor Γ with each repetition, in their order; 1 is perfect, 0 is chance. */
  readonly each: readonly number[];
  /** Mean of `each`. */
  readonly mean: number;
  /** Mean Γ of the repetitions with each other: how well the neuron predicts itself. */
  readonly reliability: number;
  /** mean/reliability, the score of the competition; NaN where the reliability is not above 0. */
  readonly ratio: number;
}

/**
 * Scores a predicted train, ms, against two or more recorded repetitions of the same stimulus, as the Quantitative
 * Single-Neuron Modeling Competition did: Jolivet et al. 2008, Biol. Cybern. 99:417. `window` is Δ, 4 ms when left out.
 *
 * @throws ShapeError for fewer than two repetitions; ConfigError for bad times, options, and a train that fires so fast
 * that Γ is not defined and `saturated` is not given (see `coincidenceFactor`).
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
