import { degreePairs } from "../degrees.ts";
import { choices } from "../ends.ts";
import { autapses, connectionRule, count, multapses } from "./connection-rule.ts";
import { refuseDegree } from "./degree.ts";

/** The same number of synapses for each source unit, with uniformly drawn targets; ordered by source unit. */
export const fixedOutDegree = connectionRule("fixedOutDegree", {
  about: "The same number of synapses for each source unit, with uniformly drawn targets.",
  options: {
    /** Number of synapses that each source unit makes. */
    outDegree: count("Number of synapses that each source unit makes."),
    autapses,
    multapses,
  },
  size: ({ outDegree }, { source }) => ({ synapses: outDegree * source.units, exact: true }),
  check: ({ outDegree, multapses: repeats }, site) =>
    refuseDegree(outDegree, repeats, choices(site.context, site.context.target.units), "target", site.at("outDegree")),
  told: {
    targets: "drawn",
    offsets: ({ outDegree }, { wiring }) =>
      Uint32Array.from({ length: wiring.source.units + 1 }, (_, unit) => unit * outDegree),
  },
  outgoing: ({ outDegree, multapses: repeats }) => (repeats ? { each: outDegree } : undefined),
  pairs: ({ outDegree, multapses: repeats }, context) =>
    degreePairs(context, { end: "source", degree: outDegree, multapses: repeats }),
});
