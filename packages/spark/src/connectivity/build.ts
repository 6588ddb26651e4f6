import type { Place } from "../config/place.ts";
import { delaysOf } from "./delays.ts";
import type { Draws } from "./draws.ts";
import type { Pairs } from "./pairs.ts";
import { recipeOf } from "./recipe.ts";
import type { Synapses, SynapticParameter } from "./synapses.ts";
import { tellingOf } from "./telling.ts";
import type { SynapseValues } from "./values.ts";
import { type Weighing, weightsOf } from "./weights.ts";
import { type CheckedWiring, checkWiring, parameterPlace, type ReadWiring, type WiringPlaces } from "./wiring.ts";

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

/** The values of a parameter for all synapses. */
const parameterOf = (weighing: Weighing, pairs: Pairs, chunk: number): SynapticParameter => {
  const { least, reached } = weighing;
  return {
    extremes: [
      least,
      Array.prototype.reduce.call(reached, (a, b) => Math.max(a as number, b as number), -Infinity) as number,
    ],
    draw: () => {
      const parts: Float64Array[] = [];
      let synapses = 0;
      for (const batch of pairs()) {
        const values = new Float64Array(chunk);
        weighing.fill(batch, values);
        parts.push(values.subarray(0, batch.length));
        synapses += batch.length;
      }
      const all = new Float64Array(synapses);
      let first = 0;
      for (const part of parts) {
        all.set(part, first);
        first += part.length;
      }
      return all;
    },
  };
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
  const parameters = Object.entries(wiring.parameters ?? {}).map(([name, values]) => {
    const { path } = parameterPlace(name, places);
    const weighing = weightsOf(values, wiring, draws, path, `plasticity.${name}`);
    return [name, parameterOf(weighing, pairs, draws.chunk)] as const;
  });
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
    parameters: Object.fromEntries(parameters),
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
