import { doubles } from "../math/doubles.ts";
import { openUnit, threefryBy } from "../math/threefry.ts";
import type { BundleShard, Procedure } from "./network.ts";

/**
 * Yields the targets of a source unit in a shard, in the order of summation, when synapses are not stored. Every
 * backend must give the same targets.
 */
export const proceduralTargets = function* (
  { offsets }: Pick<BundleShard, "offsets">,
  { targets, first, length, slot, skips, draws }: Procedure,
  source: number,
): Generator<number> {
  const [begin, end] = draws ? [offsets[source]!, offsets[source + 1]!] : [first, first + length];
  for (let number = begin; number < end; number++) {
    let unit = number;
    if (draws) {
      const [word] = threefryBy(doubles, draws.schedule, number | 0, 0);
      unit = Math.trunc(openUnit(doubles, word) * draws.choices);
      if (skips && unit >= source) unit++;
    }
    const own = unit === source;
    const meant = targets === "same" ? own : draws || !(skips && own);
    if (meant && unit >= first && unit < first + length) yield slot + unit - first;
  }
};

/** The index in this list encodes the kind of targets for compiled code. */
export const procedureTargets: readonly Procedure["targets"][] = ["all", "same", "drawn"];

/** Encodes a procedure for compiled code: eight words of 32 bits. */
export const procedureWords = ({ targets, first, length, skips, draws }: Procedure): Int32Array =>
  Int32Array.of(
    ...[procedureTargets.indexOf(targets), first, length, Number(skips), draws?.choices ?? 0],
    ...(draws?.schedule ?? [0, 0, 0]),
  );
