import { scheduleOf } from "../math/threefry.ts";
import type { Recipe } from "../program/recipe.ts";
import type { Delays } from "./delays.ts";
import { PARTNERS, purposeKey } from "./pairs.ts";
import type { Rule } from "./rule.ts";
import { SOURCES } from "./total.ts";
import type { Weighing } from "./weights.ts";
import { type CheckedWiring, choices, multapsesOf, skipsDiagonal } from "./wiring.ts";

/** Numbers of draws that fit one word. */
const MOST_NUMBERS = 2 ** 32 - 2 ** 16;

const outgoingOf = (rule: Rule, wiring: CheckedWiring): Recipe["outgoing"] | undefined => {
  if ("fixedTotalNumber" in rule && multapsesOf(rule.fixedTotalNumber)) {
    return { total: rule.fixedTotalNumber.total, schedule: scheduleOf(purposeKey(wiring, SOURCES)) };
  }
  if ("fixedOutDegree" in rule && multapsesOf(rule.fixedOutDegree)) return { each: rule.fixedOutDegree.outDegree };
  return undefined;
};

/** A wiring as plain numbers, where its synapses follow one another source unit by source unit. */
export const recipeOf = (wiring: CheckedWiring, delays: Delays, weighing: Weighing): Recipe | undefined => {
  const outgoing = outgoingOf(wiring.rule, wiring);
  if (!outgoing || !delays.recipe || !weighing.recipe || wiring.expected > MOST_NUMBERS) return undefined;
  const partners = {
    schedule: scheduleOf(purposeKey(wiring, PARTNERS)),
    choices: choices(wiring, wiring.target.units),
    skips: skipsDiagonal(wiring),
  };
  return { outgoing, partners, delays: delays.recipe, weights: weighing.recipe };
};
