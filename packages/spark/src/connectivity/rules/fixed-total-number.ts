import { scheduleOf } from "../../math/threefry.ts";
import { pairsOf } from "../ends.ts";
import { purposeKey } from "../pairs.ts";
import { endsBySource, SOURCES, totalPairs } from "../total.ts";
import { autapses, connectionRule, count, multapses } from "./connection-rule.ts";
import { refuseDegree } from "./degree.ts";

/** Bits of the table of all pairs for drawing without repetition: 256 MB. */
const MOST_DISTINCT_PAIRS = 2 ** 31;

/** A fixed number of synapses, with uniformly drawn sources and targets; ordered by source unit. */
export const fixedTotalNumber = connectionRule("fixedTotalNumber", {
  about: "A fixed number of synapses, with uniformly drawn sources and targets.",
  options: {
    /** Number of synapses of the projection. */
    total: count("Number of synapses of the projection."),
    autapses,
    multapses,
  },
  size: ({ total }) => ({ synapses: total, exact: true }),
  check: ({ total, multapses: repeats }, given) => {
    const site = given.at("total");
    const pairs = pairsOf(site.context);
    if (total === 0) return;
    if (repeats) refuseDegree(total, pairs > 0, pairs, "pairs of", site);
    else if (total > pairs) {
      site.refuse(
        `must be at most the number of pairs, ${pairs}, without multapses; received ${total}. Lower it, or allow multapses.`,
      );
    } else if (pairs > MOST_DISTINCT_PAIRS) {
      site.refuse(
        `can be drawn without multapses from at most ${MOST_DISTINCT_PAIRS} pairs; received populations with ${pairs}. Allow multapses, or use pairwiseBernoulli.`,
      );
    }
  },
  told: {
    targets: "drawn",
    offsets: ({ total }, context) => {
      const offsets = new Uint32Array(context.wiring.source.units + 1);
      if (total > 0) offsets.set(endsBySource(context, total), 1);
      return offsets;
    },
  },
  outgoing: ({ total, multapses: repeats }, wiring) =>
    repeats ? { total, schedule: scheduleOf(purposeKey(wiring, SOURCES)) } : undefined,
  pairs: ({ total, multapses: repeats }, context) => totalPairs(context, total, repeats),
});
