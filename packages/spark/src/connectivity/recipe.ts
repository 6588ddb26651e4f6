import { scheduleOf } from "../math/threefry.ts";
import type { Recipe } from "../program/recipe.ts";
import type { Delays } from "./delays.ts";
import { choices, skipsDiagonal } from "./ends.ts";
import { PARTNERS, purposeKey } from "./pairs.ts";
import type { Weighing } from "./weights.ts";
import type { CheckedWiring } from "./wiring.ts";

/** Largest number of draws whose numbers fit into one word. */
const MOST_NUMBERS = 2 ** 32 - 2 ** 16;

/** A projection as plain numbers, if its synapses are ordered by source unit. */
export const recipeOf = (wiring: CheckedWiring, delays: Delays, weighing: Weighing): Recipe | undefined => {
  const outgoing = wiring.rule.outgoing(wiring);
  if (!outgoing || !delays.recipe || !weighing.recipe || wiring.expected > MOST_NUMBERS) return undefined;
  const partners = {
    schedule: scheduleOf(purposeKey(wiring, PARTNERS)),
    choices: choices(wiring, wiring.target.units),
    skips: skipsDiagonal(wiring),
  };
  return { outgoing, partners, delays: delays.recipe, weights: weighing.recipe };
};
