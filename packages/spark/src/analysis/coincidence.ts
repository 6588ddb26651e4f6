import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
import { notNegative, positive, requireTrain, timeSlack } from "./checks.ts";

/** Options of the coincidence factor. */
export interface CoincidenceOptions {
  /** Δ, ms: spikes at most this far apart coincide. At least 0, at most `duration`; 4 when left out. */
  readonly window?: number | undefined;
  /** Length of the recording, ms: the trains lie in 0 … duration. */
  readonly duration: number;
  /**
   * Value of Γ where the model fires so fast that 2·rate·Δ >= 1: there chance alone explains every coincidence and Γ is
   * not defined. When left out this is a ConfigError; a search over many candidates gives a low score here instead.
   */
  readonly saturated?: number | undefined;
}

/**
 * Coincidence factor Γ of a model's train with a recorded one, times in ms:
 *
 *     Γ = (coincidences − 2·rate·Δ·N_recorded) / (½(N_model + N_recorded)) / (1 − 2·rate·Δ),   rate = N_model/duration
 *
 * 1 is a perfect prediction, 0 is what a Poisson train of the model's rate reaches by chance, negative is worse.
 * Coincidences are the largest number of pairs |t_model − t_recorded| <= Δ (up to rounding) in which each spike takes
 * part at most once. Both trains empty: 1, silence was predicted. One empty: 0. Since the rate is the model's, Γ is not
 * symmetric. The call allocates nothing, so it can score many candidates.
 *
 * Throws ConfigError for times that are not finite, not ascending or outside 0 … duration, for a bad window, and for
 * saturation (see `saturated`). Kistler, Gerstner, van Hemmen 1997, Neural Comput. 9:1015; Jolivet et al. 2008,
 * Biol. Cybern. 99:417.
 */
export function coincidenceFactor(
  model: ArrayLike<number>,
  recorded: ArrayLike<number>,
  options: CoincidenceOptions,
): number {
  const { duration, window = 4 } = options;
  if (!(window >= 0 && window <= duration && duration > 0 && duration <= Number.MAX_VALUE)) {
    throw new ConfigError(windowIssues(window, duration));
  }
  requireTrain("coincidenceFactor.model", model, 0, duration, false);
  requireTrain("coincidenceFactor.recorded", recorded, 0, duration, false);
  if (model.length === 0 && recorded.length === 0) return 1;
  // Share of the time that lies within Δ of a spike of the model, if no two of these stretches overlap.
  const covered = (2 * window * model.length) / duration;
  if (covered >= 1) return saturatedValue(covered, options);
  const coincidences = countCoincidences(model, recorded, window + timeSlack * duration);
  const beyondChance = coincidences - covered * recorded.length;
  return beyondChance / (0.5 * (model.length + recorded.length)) / (1 - covered);
}

/**
 * Largest number of pairs at most `window` apart in which each spike takes part at most once. Taking the earliest pair
 * that fits is optimal: whatever else its two spikes could be paired with comes later and has no better use for them.
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
 * Mean Γ of a model's train over the recorded repetitions of one stimulus. Divided by their `reliability` it is the
 * score of the Quantitative Single-Neuron Modeling Competition. Throws ShapeError for no repetition, and ConfigError
 * like `coincidenceFactor`.
 */
export function meanCoincidence(
  model: ArrayLike<number>,
  repetitions: readonly ArrayLike<number>[],
  options: CoincidenceOptions,
): number {
  if (repetitions.length === 0) {
    throw new ShapeError("meanCoincidence.repetitions must hold at least 1 train; received 0. Give recorded trains.");
  }
  let sum = 0;
  for (const recorded of repetitions) sum += coincidenceFactor(model, recorded, options);
  return sum / repetitions.length;
}

/**
 * Reliability of a neuron: mean Γ over all ordered pairs of different repetitions of one stimulus, so that each of a
 * pair is once the model whose rate is used. It bounds what a model can be expected to reach. Throws ShapeError for
 * fewer than two repetitions, and ConfigError like `coincidenceFactor`.
 */
export function reliability(repetitions: readonly ArrayLike<number>[], options: CoincidenceOptions): number {
  const count = repetitions.length;
  if (count < 2) {
    const rule = "reliability.repetitions must hold at least 2 trains";
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
    notNegative("coincidenceFactor.window", window, "ms", "Give how far coincident spikes may be apart."),
  ].filter((issue) => issue !== undefined);
  if (issues.length > 0) return issues;
  const message = `must be at most duration, ${duration} ms; received ${window} ms. Give a shorter window.`;
  return [{ path: "coincidenceFactor.window", message }];
}

function saturatedValue(covered: number, options: CoincidenceOptions): number {
  if (options.saturated !== undefined) return options.saturated;
  const rule = "must fire less than once in 2·window for a chance level below 1";
  const remedy = "Shorten the window, or give saturated, the value for such trains.";
  throw new ConfigError({
    path: "coincidenceFactor.model",
    message: `${rule}; received 2·rate·window = ${covered}. ${remedy}`,
  });
}
