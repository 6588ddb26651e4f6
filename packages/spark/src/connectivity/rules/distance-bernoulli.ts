import { distancePairs } from "../bernoulli.ts";
import { type Ends, pairsOf } from "../ends.ts";
import { distanceOf } from "../positions.ts";
import { type DistanceProfile, profile, profileOf } from "../profile.ts";
import { autapses, connectionRule } from "./connection-rule.ts";

/** Number of units of each population whose distances are sampled for an estimate. */
const SAMPLE = 256;

const expected = (shape: DistanceProfile, ends: Ends): number | undefined => {
  if (!ends.positions) return undefined;
  const { source, target } = ends.positions;
  const { peak, share } = profileOf(shape);
  const sampled = (units: number): number[] =>
    Array.from({ length: Math.min(units, SAMPLE) }, (_, k) => Math.floor((k * units) / Math.min(units, SAMPLE)));
  const sources = sampled(ends.source.units);
  const targets = sampled(ends.target.units);
  let sum = 0;
  for (const s of sources) for (const t of targets) sum += share(distanceOf(source, s, target, t));
  return (peak * sum * pairsOf(ends)) / (sources.length * targets.length);
};

/** Connects each pair independently, with a probability that decreases with the distance; ordered by source unit. */
export const distanceBernoulli = connectionRule("distanceBernoulli", {
  about: "Connects each pair with a probability that decreases with the distance.",
  options: {
    /** Probability of a synapse as a function of the distance of the two units. */
    probability: profile,
    autapses,
  },
  byDistance: true,
  size: ({ probability }, ends) => {
    const synapses = expected(probability, ends);
    return synapses === undefined ? undefined : { synapses, exact: false };
  },
  pairs: ({ probability }, context) => distancePairs(context, probability),
});
