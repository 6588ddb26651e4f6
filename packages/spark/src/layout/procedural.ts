import type { BundlePart, BundleShard, Shard } from "../program/network.ts";
import type { Work } from "../program/work.ts";
import type { BundleInput, LaidBundle, Tell } from "./bundle.ts";

/** A bundle that stores only a weight and the number of the first draw for each source unit. */
export const proceduralBundle = (
  { synapses, source, target, firstSlot, signs }: BundleInput,
  shards: readonly Shard[],
  tell: Tell,
): LaidBundle => {
  const { sources, delays, expected } = synapses;
  const { targets, skips, draws, offsets: offsetsOf, weightOf } = synapses.telling!;
  tell(synapses, { synapses: expected, clipped: 0 });
  const offsets = offsetsOf();
  const parts = shards.map((shard): BundleShard => {
    const { first, end } = shard.units.find(({ population }) => population === target) ?? { first: 0, end: 0 };
    const length = end - first;
    const slot = firstSlot + first - shard.firstSlot;
    const gone = draws ? offsets[sources]! : targets === "all" ? sources * length : length;
    return {
      offsets,
      synapses: length && gone,
      procedure: { targets, first, length, slot, skips, ...(draws && { draws }) },
    };
  });
  const filling = function* (written: readonly BundlePart[]): Work<void> {
    for (const { weights } of written) {
      for (let unit = 0; unit < sources; unit++) weights[unit] = weightOf(unit) * (signs ? signs[unit]! : 1);
      yield;
    }
  };
  return {
    population: source,
    sources,
    weights: "source",
    shards: parts,
    filling,
    delays: expected > 0 ? delays : new Int32Array(0),
  };
};
