import { keysOf, notNegative, refuse, requireAscending, requireOptions } from "./checks.ts";

export interface VictorPurpuraOptions {
  /**
   * Cost of shifting a spike by 1 ms (q, in 1/ms), at least 0. A shift by more than 2/q costs more than to delete and
   * insert.
   */
  readonly cost: number;
}

const victorPurpuraKeys = keysOf<VictorPurpuraOptions>({ cost: true });

/**
 * Victor–Purpura spike-time distance of two trains, times in ms: the lowest cost of changing one train into the other.
 * To add or delete a spike costs 1, and to shift it by t costs q·t. With q = 0 the result is the difference of the
 * counts. The distance is a metric without a unit. The time grows with the product of the lengths, and the memory with
 * one row. Victor and Purpura 1996, J. Neurophysiol. 76:1310.
 * @throws ConfigError for times that are not finite or not ascending, and for a negative cost
 */
export function victorPurpuraDistance(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: VictorPurpuraOptions,
): number {
  requireOptions("victorPurpuraDistance", options, victorPurpuraKeys);
  const { cost } = options;
  refuse([notNegative("victorPurpuraDistance.cost", cost, "per ms", "Give the cost of a shift by 1 ms.")]);
  requireAscending("victorPurpuraDistance.first", first, false);
  requireAscending("victorPurpuraDistance.second", second, false);
  // row[j]: distance between the spikes of `first` so far and the first j spikes of `second`.
  const row = Float64Array.from({ length: second.length + 1 }, (_, j) => j);
  for (let i = 0; i < first.length; i++) {
    let diagonal = row[0]!;
    row[0] = i + 1;
    for (let j = 0; j < second.length; j++) {
      const shifted = diagonal + cost * Math.abs(first[i]! - second[j]!);
      diagonal = row[j + 1]!;
      row[j + 1] = Math.min(shifted, diagonal + 1, row[j]! + 1);
    }
  }
  return row[second.length]!;
}
