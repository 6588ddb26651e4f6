import { scheduleOf } from "../math/threefry.ts";
import type { Draws } from "./draws.ts";
import { choices, type NumberList, skipsDiagonal } from "./ends.ts";
import { PARTNERS, purposeKey } from "./pairs.ts";
import { ruleDeclarations } from "./rule.ts";
import type { ReadRule } from "./rules/connection-rule.ts";
import type { Telling } from "./synapses.ts";
import { isList, type SynapseValues } from "./values.ts";
import type { CheckedWiring } from "./wiring.ts";

/** The reason why a projection of valid parts cannot have the procedural layout; undefined if it can. */
export const proceduralProblem = (
  rule: ReadRule,
  { weight, delay = 0 }: { readonly weight: SynapseValues; readonly delay?: SynapseValues | undefined },
): string | undefined => {
  const wrong = [
    ...(rule.told ? [] : [rule.name]),
    ...(rule.options["multapses"] === false ? ["multapses: false"] : []),
    ...(isOne(weight) || formOf(weight) === "bySource" ? [] : [`weights by ${formOf(weight)}`]),
    ...(isOne(delay) ? [] : [`delays by ${formOf(delay)}`]),
  ];
  if (wrong.length === 0) return undefined;
  const told = ruleDeclarations().filter((each) => each.told);
  return `may be "procedural" for ${told.map(({ name }) => name).join(", ")}, with multapses, one weight per source unit and one delay; received ${wrong.join(", ")}. Use "sparse", "dense" or "auto".`;
};

const isOne = (values: SynapseValues): boolean => typeof values === "number" || formOf(values) === "constant";
const formOf = (values: SynapseValues): string => (isList(values) ? "list" : Object.keys(values)[0]!);

/** How to compute the synapses of each source unit, if the projection allows it. */
export const tellingOf = (wiring: CheckedWiring, draws: Draws): Telling | undefined => {
  const { rule, target, weights, delays } = wiring;
  if (!rule.told || proceduralProblem(rule, { weight: weights, delay: delays })) return undefined;
  const { targets, offsets } = rule.told;
  const schedule = scheduleOf(purposeKey(wiring, PARTNERS));
  const { constant, bySource } = (typeof weights === "number" ? { constant: weights } : weights) as {
    readonly constant?: number;
    readonly bySource?: NumberList;
  };
  return {
    targets,
    skips: skipsDiagonal(wiring),
    ...(targets === "drawn" && { draws: { schedule, choices: choices(wiring, target.units) } }),
    offsets: () => offsets({ wiring, draws }),
    weightOf: (unit) => constant ?? bySource![unit]!,
  };
};
