import { bernoulliPairs } from "../bernoulli.ts";
import { pairsOf } from "../ends.ts";
import { probability } from "../profile.ts";
import { autapses, connectionRule } from "./connection-rule.ts";

/** Each pair with the same probability, by itself; in order of source units, then of target units. */
export const pairwiseBernoulli = connectionRule("pairwiseBernoulli", {
  about: "Each pair with the same probability, by itself.",
  options: {
    /** Of a synapse from a source unit to a target unit, from 0 to 1. */
    probability: probability("Probability of a synapse from a source unit to a target unit."),
    autapses,
  },
  size: ({ probability: share }, ends) => ({ synapses: share * pairsOf(ends), exact: share === 0 || share === 1 }),
  pairs: ({ probability: share }, context) => bernoulliPairs(context, share),
});
