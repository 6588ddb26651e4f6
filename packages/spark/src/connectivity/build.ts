import { bernoulliPairs, distancePairs } from "./bernoulli.ts";
import { degreePairs } from "./degrees.ts";
import { delaysOf } from "./delays.ts";
import { allPairs, equalPairs, listedPairs } from "./deterministic.ts";
import type { Draws } from "./draws.ts";
import type { PairContext, Pairs } from "./pairs.ts";
import { recipeOf } from "./recipe.ts";
import type { Rule } from "./rule.ts";
import type { Synapses } from "./synapses.ts";
import { tellingOf } from "./telling.ts";
import { totalPairs } from "./total.ts";
import type { SynapseValues } from "./values.ts";
import { weightsOf } from "./weights.ts";
import { checkWiring, multapsesOf, type Wiring, type WiringPaths } from "./wiring.ts";

const pairsOf = (context: PairContext, rule: Rule): Pairs => {
  if ("allToAll" in rule) return allPairs(context);
  if ("oneToOne" in rule) return equalPairs(context);
  if ("explicit" in rule) return listedPairs(context, rule.explicit);
  if ("pairwiseBernoulli" in rule) return bernoulliPairs(context, rule.pairwiseBernoulli.probability);
  if ("distanceBernoulli" in rule) return distancePairs(context, rule.distanceBernoulli.probability);
  if ("fixedTotalNumber" in rule) {
    const { total } = rule.fixedTotalNumber;
    return totalPairs(context, total, multapsesOf(rule.fixedTotalNumber));
  }
  if ("fixedInDegree" in rule) {
    const { inDegree } = rule.fixedInDegree;
    return degreePairs(context, { end: "target", degree: inDegree, multapses: multapsesOf(rule.fixedInDegree) });
  }
  const { outDegree } = rule.fixedOutDegree;
  return degreePairs(context, { end: "source", degree: outDegree, multapses: multapsesOf(rule.fixedOutDegree) });
};

const repeatsPairs = (rule: Rule): boolean => {
  if ("explicit" in rule) return true;
  if ("fixedTotalNumber" in rule) return multapsesOf(rule.fixedTotalNumber);
  if ("fixedInDegree" in rule) return multapsesOf(rule.fixedInDegree);
  return "fixedOutDegree" in rule && multapsesOf(rule.fixedOutDegree);
};

/** Weights or delays of a wiring, and where they stand: a list in an explicit rule goes before the projection's own. */
const valuesOf = (wiring: Wiring, kind: "weights" | "delays", paths: WiringPaths): readonly [SynapseValues, string] => {
  const listed = "explicit" in wiring.rule ? wiring.rule.explicit[kind] : undefined;
  return listed ? [listed, `${paths.rule}.explicit.${kind}`] : [wiring[kind], paths[kind]];
};

/**
 * The synapses of a projection. Nothing is drawn before they are asked for.
 * @throws ConfigError that names every problem by the given paths
 */
export const buildSynapses = (given: Wiring, draws: Draws, paths: WiringPaths): Synapses => {
  const wiring = checkWiring(given, paths);
  const [delayValues, delayPath] = valuesOf(wiring, "delays", paths);
  const [weightValues, weightPath] = valuesOf(wiring, "weights", paths);
  const delays = delaysOf(delayValues, wiring, draws, delayPath);
  const weighing = weightsOf(weightValues, wiring, draws, weightPath);
  const pairs = pairsOf({ wiring, draws }, wiring.rule);
  return {
    name: wiring.name,
    sources: wiring.source.units,
    targets: wiring.target.units,
    expected: wiring.expected,
    repeats: repeatsPairs(wiring.rule),
    delays: delays.steps,
    weight: weighing.constant,
    telling: tellingOf({ wiring, draws }),
    recipe: recipeOf(wiring, delays, weighing),
    leastWeight: weighing.least,
    paths: { weights: weightPath, delays: delayPath },
    notes: delays.note === undefined ? [] : [delays.note],
    *batches({ weights: wanted }) {
      const steps = new Int32Array(draws.chunk);
      const weights = new Float64Array(wanted ? draws.chunk : 0);
      let synapses = 0;
      let clipped = 0;
      for (const batch of pairs()) {
        const { length, sources, targets } = batch;
        clipped += delays.fill(batch, steps);
        if (wanted) weighing.fill(batch, weights);
        synapses += length;
        yield { length, sources, targets, delays: steps, weights };
      }
      return { synapses, clipped };
    },
    each(take, options) {
      const batches = this.batches(options);
      for (;;) {
        const { done, value } = batches.next();
        if (done) return value;
        take(value);
      }
    },
  };
};
