import { scheduleOf } from "../math/threefry.ts";
import type { BundlePart, BundleShard, Shard } from "../program/network.ts";
import type { BundleInput, LaidBundle, Tell } from "./bundles.ts";
import { proceduralIssues, TELLING } from "./layout.ts";
import { PARTNERS, type PairContext, purposeKey } from "./pairs.ts";
import type { NumberList } from "./rule.ts";
import type { Telling } from "./synapses.ts";
import { endsBySource } from "./total.ts";
import { choices, skipsDiagonal } from "./wiring.ts";
import { finish, type Work } from "./work.ts";

/** How each source unit of a wiring tells its synapses, where it can. */
export const tellingOf = (context: PairContext): Telling | undefined => {
  const { wiring } = context;
  const { rule, source, target, weights, delays } = wiring;
  if (proceduralIssues({ connect: rule, weight: weights, delay: delays }, "").length > 0) return undefined;
  const [[name, options]] = Object.entries(rule) as [
    [string, { readonly outDegree?: number; readonly total?: number }],
  ];
  const targets = TELLING[name]!;
  const drawn = targets === "drawn";
  const schedule = scheduleOf(purposeKey(wiring, PARTNERS));
  const { constant, bySource } = (typeof weights === "number" ? { constant: weights } : weights) as {
    readonly constant?: number;
    readonly bySource?: NumberList;
  };
  return {
    targets,
    skips: skipsDiagonal(wiring),
    ...(drawn && { draws: { schedule, choices: choices(wiring, target.units) } }),
    offsets: () => {
      const { outDegree = 0, total } = options;
      const offsets = Uint32Array.from({ length: drawn ? source.units + 1 : 0 }, (_, unit) => unit * outDegree);
      if (total) offsets.set(endsBySource(context, total), 1);
      return offsets;
    },
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
