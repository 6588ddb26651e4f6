import { degreePairs } from "../degrees.ts";
import { choices } from "../ends.ts";
import { autapses, connectionRule, count, multapses } from "./connection-rule.ts";
import { refuseDegree } from "./degree.ts";

/** The same number of synapses for each target unit, with uniformly drawn sources; ordered by target unit. */
export const fixedInDegree = connectionRule("fixedInDegree", {
  about: "The same number of synapses for each target unit, with uniformly drawn sources.",
  options: {
    /** Number of synapses that each target unit receives. */
    inDegree: count("Number of synapses that each target unit receives."),
    autapses,
    multapses,
  },
  size: ({ inDegree }, { target }) => ({ synapses: inDegree * target.units, exact: true }),
  check: ({ inDegree, multapses: repeats }, site) =>
    refuseDegree(inDegree, repeats, choices(site.context, site.context.source.units), "source", site.at("inDegree")),
  pairs: ({ inDegree, multapses: repeats }, context) =>
    degreePairs(context, { end: "target", degree: inDegree, multapses: repeats }),
});
