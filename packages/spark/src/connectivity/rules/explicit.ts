import { counted } from "../../config/counted.ts";
import { optional } from "../../config/options.ts";
import type { Site } from "../../config/place.ts";
import { listedPairs } from "../deterministic.ts";
import type { NumberList } from "../ends.ts";
import { numbers } from "../numbers.ts";
import { connectionRule } from "./connection-rule.ts";

const refuseUnits = (list: NumberList, units: number, site: Site): void => {
  for (let k = 0; k < list.length; k++) {
    const unit = list[k]!;
    if (Number.isInteger(unit) && unit >= 0 && unit < units) continue;
    const message = `must be a whole number from 0 to ${units - 1}; received ${unit}. Count the units of the population from 0.`;
    site.at(k).refuse(message, { excess: unit - units + 1 });
    return;
  }
};

/** A list with one number per synapse, which may be empty. */
const perSynapse = (about: string): ReturnType<typeof numbers> => {
  const option = numbers(about);
  const { $ref } = option.schema as { readonly $ref: string };
  return { ...option, schema: { description: about, anyOf: [{ $ref }, { type: "array", maxItems: 0 }] } };
};

/** The listed synapses, in their order. Accepts columns of `readCsv` and arrays of `decodeNpz`. */
export const explicit = connectionRule("explicit", {
  about: "The listed synapses, in their order.",
  options: {
    /** Source unit of each synapse, counted from 0. */
    sources: perSynapse("Source unit of each synapse, counted from 0."),
    /** Target unit of each synapse, counted from 0. */
    targets: perSynapse("Target unit of each synapse, counted from 0."),
    /** Weight of each synapse. The projection then has no weight. */
    weights: optional(perSynapse("Weight of each synapse. The projection then has no weight.")),
    /** Delay of each synapse in ms. The projection then has no delay. */
    delays: optional(perSynapse("Delay of each synapse in ms. The projection then has no delay.")),
  },
  repeats: true,
  size: ({ sources }) => ({ synapses: sources.length, exact: true }),
  check: (lists, site) => {
    const { sources, targets } = lists;
    for (const key of ["targets", "weights", "delays"] as const) {
      const list = lists[key];
      if (!list || list.length === sources.length) continue;
      const message = `must be as long as sources, ${sources.length}; received ${counted(list.length, "value")}. Give one per synapse.`;
      site.at(key).refuse(message);
    }
    refuseUnits(sources, site.context.source.units, site.at("sources"));
    refuseUnits(targets, site.context.target.units, site.at("targets"));
  },
  pairs: (lists, context) => listedPairs(context, lists),
});
