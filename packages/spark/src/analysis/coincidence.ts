import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
import {
  keysOf,
  notNegative,
  positive,
  received,
  requireList,
  requireOptions,
  requireTrain,
  timeSlack,
} from "./checks.ts";

export interface CoincidenceOptions {
  /** Δ, ms: spikes at most this far apart coincide. At least 0, at most `duration`. Default 4. */
  readonly window?: number | undefined;
  /** Length of the recording, ms. The trains must lie in 0 … duration. */
  readonly duration: number;
  /**
   * Result if the model's rate is so high that 2·rate·Δ >= 1. Then chance alone explains every coincidence, and Γ is
   * not defined. Without this option, such a train is a ConfigError. A search over many candidates sets a low score
   * here.
   */
  readonly saturated?: number | undefined;
}

const coincidenceKeys = keysOf<CoincidenceOptions>({ window: true, duration: true, saturated: true });

/**
 * Coincidence factor Γ between a model's train and a recorded train, times in ms:
 *
 *     Γ = (coincidences − 2·rate·Δ·N_recorded) / (½(N_model + N_recorded)) / (1 − 2·rate·Δ),   rate = N_model/duration
 *
 * 1 is a perfect prediction, 0 is the expectation for a Poisson train of the model's rate, and negative values are
 * worse. Coincidences are the largest number of pairs with |t_model − t_recorded| <= Δ (up to rounding) in which each
 * spike occurs at most once. Γ is 1 if both trains are empty, and 0 if only one is. Because the rate is that of the
 * model, Γ is not symmetric. The function allocates nothing, so it can score many candidates.
 *
 * Kistler, Gerstner, van Hemmen 1997, Neural Comput. 9:1015; Jolivet et al. 2008, Biol. Cybern. 99:417.
 *
 * @throws ConfigError for times that are not finite, not ascending or outside 0 … duration, for an invalid window, and
 * for saturation (see `saturated`)
 */
export function coincidenceFactor(
  model: ArrayLike<number>,
  recorded: ArrayLike<number>,
  options: CoincidenceOptions,
): number {
  requireOptions("coincidenceFactor", options, coincidenceKeys);
  const { duration, window = 4, saturated } = options;
  if (!Number.isFinite(window) || !(window >= 0 && window <= duration && duration > 0 && Number.isFinite(duration))) {
    throw new ConfigError(windowIssues(window, duration));
  }
  if (saturated !== undefined && typeof saturated !== "number") {
    const message = `must be a number; received ${received(saturated, "")}. Give the result for saturated trains.`;
    throw new ConfigError({ path: "coincidenceFactor.saturated", message });
  }
  requireTrain("coincidenceFactor.model", model, 0, duration, false);
  requireTrain("coincidenceFactor.recorded", recorded, 0, duration, false);
  if (model.length === 0 && recorded.length === 0) return 1;
  // Fraction of the time within Δ of a model spike, if these intervals do not overlap.
  const covered = (2 * window * model.length) / duration;
  if (covered >= 1) return saturatedValue(covered, options);
  const slack = Math.max(timeSlack(model, duration), timeSlack(recorded, duration));
  const coincidences = countCoincidences(model, recorded, window + slack);
  const beyondChance = coincidences - covered * recorded.length;
  return beyondChance / (0.5 * (model.length + recorded.length)) / (1 - covered);
}

/**
 * Largest number of pairs at most `window` apart in which each spike occurs at most once. Taking the earliest possible
 * pair is optimal: every other partner of its two spikes comes later and can be paired with later spikes.
 */
function countCoincidences(model: ArrayLike<number>, recorded: ArrayLike<number>, window: number): number {
  let count = 0;
  let i = 0;
  let j = 0;
  while (i < model.length && j < recorded.length) {
    const lead = recorded[j]! - model[i]!;
    if (lead > window) i++;
    else if (lead < -window) j++;
    else {
      count++;
      i++;
      j++;
    }
  }
  return count;
}

/**
 * Mean Γ of a model's train over the recorded repetitions of one stimulus. Divided by their `reliability`, this is the
 * score of Jolivet et al. 2008, Biol. Cybern. 99:417.
 * @throws ShapeError without repetitions; ConfigError like `coincidenceFactor`
 */
export function meanCoincidence(
  model: ArrayLike<number>,
  repetitions: readonly ArrayLike<number>[],
  options: CoincidenceOptions,
): number {
  requireList("meanCoincidence.repetitions", repetitions, "trains");
  if (repetitions.length === 0) {
    throw new ShapeError(
      "meanCoincidence.repetitions must contain at least 1 train; received 0. Give recorded trains.",
    );
  }
  let sum = 0;
  for (let index = 0; index < repetitions.length; index++)
    sum += coincidenceFactor(model, repetitions[index]!, options);
  return sum / repetitions.length;
}

/**
 * Reliability of a neuron: the mean Γ over all ordered pairs of different repetitions of one stimulus. Each repetition
 * of a pair takes the role of the model once. The reliability bounds the Γ that a model can be expected to reach.
 * @throws ShapeError for fewer than two repetitions; ConfigError like `coincidenceFactor`
 */
export function reliability(repetitions: readonly ArrayLike<number>[], options: CoincidenceOptions): number {
  requireList("reliability.repetitions", repetitions, "trains");
  const count = repetitions.length;
  if (count < 2) {
    const rule = "reliability.repetitions must contain at least 2 trains";
    throw new ShapeError(`${rule}; received ${count}. Give repetitions of one stimulus.`);
  }
  let sum = 0;
  for (let model = 0; model < count; model++) {
    for (let recorded = 0; recorded < count; recorded++) {
      if (model !== recorded) sum += coincidenceFactor(repetitions[model]!, repetitions[recorded]!, options);
    }
  }
  return sum / (count * (count - 1));
}

function windowIssues(window: number, duration: number): readonly Issue[] {
  const issues = [
    positive("coincidenceFactor.duration", duration, "ms", "Give the length of the recording."),
    notNegative("coincidenceFactor.window", window, "ms", "Give the largest distance of coincident spikes."),
  ].filter((issue) => issue !== undefined);
  if (issues.length > 0) return issues;
  const message = `must be at most duration, ${duration} ms; received ${window} ms. Give a shorter window.`;
  return [{ path: "coincidenceFactor.window", message }];
}

function saturatedValue(covered: number, options: CoincidenceOptions): number {
  if (options.saturated !== undefined) return options.saturated;
  const rule = "must have a rate below one spike per 2·window, so that the chance level is below 1";
  const remedy = "Shorten the window, or give saturated, the result for such trains.";
  throw new ConfigError({
    path: "coincidenceFactor.model",
    message: `${rule}; received 2·rate·window = ${covered}. ${remedy}`,
  });
}
