import type { Place } from "../config/place.ts";
import { delaysOf } from "./delays.ts";
import type { Draws } from "./draws.ts";
import { recipeOf } from "./recipe.ts";
import type { Synapses } from "./synapses.ts";
import { tellingOf } from "./telling.ts";
import type { SynapseValues } from "./values.ts";
import { weightsOf } from "./weights.ts";
import { type CheckedWiring, checkWiring, type ReadWiring, type WiringPlaces } from "./wiring.ts";

/** Weights or delays of a projection, and their path. A list of the rule replaces those of the projection. */
const valuesOf = (
  wiring: CheckedWiring,
  kind: "weights" | "delays",
  places: WiringPlaces,
): readonly [SynapseValues, Place] => {
  const { name, options } = wiring.rule;
  const listed = options[kind];
  return listed ? [listed, places.rule.at(name, kind)] : [wiring[kind], places[kind]];
};

/** The part of an array that holds the synapses of a batch. */
const filled = <A extends Int32Array | Float64Array>(array: A, length: number): A => array.subarray(0, length) as A;

/**
 * The synapses of a projection. Nothing is drawn before they are requested.
 * @throws ConfigError with all problems, which have the given paths
 */
export const buildSynapses = (given: ReadWiring, draws: Draws, places: WiringPlaces): Synapses => {
  const wiring = checkWiring(given, places);
  const [delayValues, delayPlace] = valuesOf(wiring, "delays", places);
  const [weightValues, weightPlace] = valuesOf(wiring, "weights", places);
  const delays = delaysOf(delayValues, wiring, draws, delayPlace.path);
  const weighing = weightsOf(weightValues, wiring, draws, weightPlace.path);
  const pairs = wiring.rule.pairs({ wiring, draws });
  return {
    name: wiring.name,
    sources: wiring.source.units,
    targets: wiring.target.units,
    expected: wiring.expected,
    repeats: wiring.rule.repeats,
    delays: delays.steps,
    weight: weighing.constant,
    telling: tellingOf(wiring, draws),
    recipe: recipeOf(wiring, delays, weighing),
    leastWeight: weighing.least,
    reachedWeights: weighing.reached,
    paths: { weights: weightPlace.path, delays: delayPlace.path },
    notes: delays.note === undefined ? [] : [delays.note],
    *batches({ weights: wanted = true } = {}) {
      const steps = new Int32Array(draws.chunk);
      const weights = new Float64Array(wanted ? draws.chunk : 0);
      let synapses = 0;
      let clipped = 0;
      for (const batch of pairs()) {
        const { length, sources, targets } = batch;
        clipped += delays.fill(batch, steps);
        if (wanted) weighing.fill(batch, weights);
        synapses += length;
        yield {
          length,
          sources: filled(sources, length),
          targets: filled(targets, length),
          delays: filled(steps, length),
          weights: filled(weights, length),
        };
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
