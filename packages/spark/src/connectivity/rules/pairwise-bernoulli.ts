import { bernoulliPairs } from "../bernoulli.ts";
import { pairsOf } from "../ends.ts";
import { probability } from "../profile.ts";
import { autapses, connectionRule } from "./connection-rule.ts";

/** Connects each pair independently with the same probability; ordered by source unit and then by target unit. */
export const pairwiseBernoulli = connectionRule("pairwiseBernoulli", {
  about: "Connects each pair independently with the same probability.",
  options: {
    /** Probability of a synapse from a source unit to a target unit, from 0 to 1. */
    probability: probability("Probability of a synapse from a source unit to a target unit."),
    autapses,
  },
  size: ({ probability: share }, ends) => ({ synapses: share * pairsOf(ends), exact: share === 0 || share === 1 }),
  pairs: ({ probability: share }, context) => bernoulliPairs(context, share),
});
