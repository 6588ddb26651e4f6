import { allPairs } from "../deterministic.ts";
import { pairsOf } from "../ends.ts";
import { autapses, connectionRule } from "./connection-rule.ts";

/** Every source unit to every target unit, in order of source units, then of target units. */
export const allToAll = connectionRule("allToAll", {
  about: "Every source unit to every target unit.",
  options: { autapses },
  size: (_, ends) => ({ synapses: pairsOf(ends), exact: true }),
  told: { targets: "all" },
  pairs: (_, context) => allPairs(context),
});
