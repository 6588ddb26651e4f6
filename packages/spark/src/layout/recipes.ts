import type { BundlePart, BundleShard, Shard } from "../program/network.ts";
import type { BuildRequest, SynapseBuilder } from "../program/recipe.ts";
import type { Work } from "../program/work.ts";
import type { BundleInput, Group, Tell } from "./bundle.ts";
import { placesOf, stretchesOf } from "./places.ts";

/** The work of a builder on a bundle. */
export interface BuiltBundle {
  /** Counts the synapses of each shard, source unit and possible delay. */
  count(possible: Int32Array, tell: Tell): Work<Uint32Array>;
  fill(delays: Int32Array, parts: readonly BundleShard[], arrays: readonly BundlePart[]): Work<void>;
}

/** How a builder draws the projections of one bundle; undefined if it cannot. */
export const builtBy = (
  builder: SynapseBuilder,
  { inputs, weight, layout }: Group,
  shards: readonly Shard[],
): BuiltBundle | undefined => {
  if (layout !== "sparse") return undefined;
  const request = requestOf(inputs, shards);
  if (!request || !builder.fits(request)) return undefined;
  return {
    *count(possible, tell) {
      const { counts, tallies } = yield* builder.count(request, {
        places: placesOf(possible),
        delays: possible.length,
      });
      inputs.forEach(({ synapses }, k) => {
        tell(synapses, tallies[k]!);
      });
      return counts;
    },
    *fill(delays, parts, arrays) {
      const offsets = parts.map(({ offsets: own }) => own);
      const places = { places: placesOf(delays), delays: delays.length };
      yield* builder.fill(request, places, offsets, arrays, weight === undefined);
      if (weight !== undefined) fillShared(inputs[0], weight, arrays);
    },
  };
};

const requestOf = (inputs: readonly BundleInput[], shards: readonly Shard[]): BuildRequest | undefined => {
  const projections: BuildRequest["projections"][number][] = [];
  for (const { synapses, target, firstSlot, signs } of inputs) {
    const { recipe, targets } = synapses;
    if (!recipe) return undefined;
    projections.push({
      recipe,
      targets,
      stretches: stretchesOf(target, targets, shards),
      shifts: shards.map((shard) => firstSlot - shard.firstSlot),
      signs,
    });
  }
  const { sources } = inputs[0]!.synapses;
  return { sources, shards: shards.length, wide: shards.some(({ wide }) => wide), projections };
};

/** Writes the weight that all synapses of a bundle share: one value per source unit, with its sign. */
export const fillShared = ({ signs }: BundleInput, weight: number, arrays: readonly BundlePart[]): void => {
  for (const { weights } of arrays) {
    for (let source = 0; source < weights.length; source++) weights[source] = signs ? weight * signs[source]! : weight;
  }
};
