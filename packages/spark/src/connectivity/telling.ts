import type { Issue } from "../errors/errors.ts";
import { scheduleOf } from "../math/threefry.ts";
import type { Procedure } from "../program/network.ts";
import { PARTNERS, type PairContext, purposeKey } from "./pairs.ts";
import type { MultapseOption, NumberList, Rule } from "./rule.ts";
import type { Telling } from "./synapses.ts";
import { endsBySource } from "./total.ts";
import { isList, type SynapseValues } from "./values.ts";
import { choices, skipsDiagonal } from "./wiring.ts";

/** Rules by which the targets of a source unit can be told without those of the others, and what targets these are. */
const TELLING: Readonly<Record<string, Procedure["targets"]>> = {
  allToAll: "all",
  oneToOne: "same",
  fixedOutDegree: "drawn",
  fixedTotalNumber: "drawn",
};

/** What keeps the synapses of a projection, whose parts are sound by themselves, from being worked out by each spike. */
export const proceduralIssues = (
  { connect, weight, delay = 0 }: { connect: Rule; weight: SynapseValues; delay?: SynapseValues | undefined },
  path: string,
): Issue[] => {
  const [[rule, { multapses }]] = Object.entries(connect) as [[string, MultapseOption]];
  const wrong = [
    ...(TELLING[rule] ? [] : [rule]),
    ...(multapses === false ? ["multapses: false"] : []),
    ...(isOne(weight) || formOf(weight) === "bySource" ? [] : [`weights by ${formOf(weight)}`]),
    ...(isOne(delay) ? [] : [`delays by ${formOf(delay)}`]),
  ];
  if (wrong.length === 0) return [];
  const message = `may be "procedural" for ${Object.keys(TELLING).join(", ")}, with multapses, one weight a source unit and one delay; received ${wrong.join(", ")}. Use "sparse", "dense" or "auto".`;
  return [{ path, message }];
};

const isOne = (values: SynapseValues): boolean => typeof values === "number" || formOf(values) === "constant";
const formOf = (values: SynapseValues): string => (isList(values) ? "list" : Object.keys(values)[0]!);

/** How each source unit of a wiring tells its synapses, where it can. */
export const tellingOf = (context: PairContext): Telling | undefined => {
  const { wiring } = context;
  const { rule, source, target, weights, delays } = wiring;
  if (proceduralIssues({ connect: rule, weight: weights, delay: delays }, "").length > 0) return undefined;
  const [[name, options]] = Object.entries(rule) as [
    [string, { readonly outDegree?: number; readonly total?: number }],
  ];
  const targets = TELLING[name]!;
  const drawn = targets === "drawn";
  const schedule = scheduleOf(purposeKey(wiring, PARTNERS));
  const { constant, bySource } = (typeof weights === "number" ? { constant: weights } : weights) as {
    readonly constant?: number;
    readonly bySource?: NumberList;
  };
  return {
    targets,
    skips: skipsDiagonal(wiring),
    ...(drawn && { draws: { schedule, choices: choices(wiring, target.units) } }),
    offsets: () => {
      const { outDegree = 0, total } = options;
      const offsets = Uint32Array.from({ length: drawn ? source.units + 1 : 0 }, (_, unit) => unit * outDegree);
      if (total) offsets.set(endsBySource(context, total), 1);
      return offsets;
    },
    weightOf: (unit) => constant ?? bySource![unit]!,
  };
};
