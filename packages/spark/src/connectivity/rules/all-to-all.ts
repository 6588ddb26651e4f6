import { allPairs } from "../deterministic.ts";
import { pairsOf } from "../ends.ts";
import { autapses, connectionRule } from "./connection-rule.ts";

/** Connects every source unit to every target unit, ordered by source unit and then by target unit. */
export const allToAll = connectionRule("allToAll", {
  about: "Connects every source unit to every target unit.",
  options: { autapses },
  size: (_, ends) => ({ synapses: pairsOf(ends), exact: true }),
  told: { targets: "all" },
  pairs: (_, context) => allPairs(context),
});
