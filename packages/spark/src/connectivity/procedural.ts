import { scheduleOf } from "../math/threefry.ts";
import type { BundlePart, BundleShard, Shard } from "../program/network.ts";
import type { BundleInput, LaidBundle, Tell } from "./bundles.ts";
import type { Draws } from "./draws.ts";
import { choices, type NumberList, skipsDiagonal } from "./ends.ts";
import { proceduralProblem } from "./layout.ts";
import { PARTNERS, purposeKey } from "./pairs.ts";
import type { Telling } from "./synapses.ts";
import type { CheckedWiring } from "./wiring.ts";
import { finish, type Work } from "./work.ts";

/** How each source unit of a wiring tells its synapses, where it can. */
export const tellingOf = (wiring: CheckedWiring, draws: Draws): Telling | undefined => {
  const { rule, target, weights, delays } = wiring;
  if (!rule.told || proceduralProblem(rule, { weight: weights, delay: delays })) return undefined;
  const { targets, offsets } = rule.told;
  const schedule = scheduleOf(purposeKey(wiring, PARTNERS));
  const { constant, bySource } = (typeof weights === "number" ? { constant: weights } : weights) as {
    readonly constant?: number;
    readonly bySource?: NumberList;
  };
  return {
    targets,
    skips: skipsDiagonal(wiring),
    ...(targets === "drawn" && { draws: { schedule, choices: choices(wiring, target.units) } }),
    offsets: () => offsets({ wiring, draws }),
    weightOf: (unit) => constant ?? bySource![unit]!,
  };
};

/** A bundle of which nothing is kept but a weight for each source unit, and the number of its first draw. */
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
    fill: (written) => finish(filling(written)),
  };
};
