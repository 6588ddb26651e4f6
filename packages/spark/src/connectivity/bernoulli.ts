import { doubles } from "../math/doubles.ts";
import { log } from "../math/elementary.ts";
import { PairCollector, type PairContext, type Pairs, purposeKey } from "./pairs.ts";
import { distanceOf } from "./positions.ts";
import { profileOf } from "./profile.ts";
import type { DistanceProfile } from "./rule.ts";
import { choices, skipsDiagonal } from "./wiring.ts";

/** ln(1 − p) for p in (0, 1), precise for small p. */
const logOfRest = (p: number): number => (p < 1e-5 ? -(p + (p * p) / 2 + (p * p * p) / 3) : log(doubles, 1 - p));

/** Takes pairs that were drawn, with their number among them. */
type TakePair = (source: number, target: number, number: number) => void;

/**
 * Goes through pairs that are drawn each with the same probability, row by row: the pairs left out between one and the
 * next are geometrically distributed, so that only those that are taken are drawn. Devroye, Non-Uniform Random Variate
 * Generation (1986), ch. X.2. `begin` is called with the number of the first pair of each chunk of draws.
 */
const skipping = (
  { wiring, draws }: PairContext,
  probability: number,
  take: TakePair,
  begin: (number: number) => void = () => {},
): void => {
  const width = choices(wiring, wiring.target.units);
  const rows = wiring.source.units;
  if (probability === 0 || width === 0) return;
  const skips = skipsDiagonal(wiring);
  const key = purposeKey(wiring, "gaps");
  // Every pair is taken where the probability is 1: gaps of −0.
  const scale = probability === 1 ? 0 : 1 / logOfRest(probability);
  let row = 0;
  let place = -1;
  for (let first = 0; ; first += draws.chunk) {
    const gaps = draws.gaps(key, first, scale);
    begin(first);
    for (let k = 0; k < gaps.length; k++) {
      place += gaps[k]! + 1;
      if (place >= width) {
        const passed = Math.floor(place / width);
        row += passed;
        place -= passed * width;
        if (row >= rows) return;
      }
      take(row, skips && place >= row ? place + 1 : place, first + k);
    }
  }
};

/** Each pair with one probability. */
export const bernoulliPairs =
  (context: PairContext, probability: number): Pairs =>
  (take) => {
    const collector = new PairCollector(context.draws.chunk, take);
    skipping(context, probability, (source, target) => collector.add(source, target));
    collector.finish();
  };

/** Each pair with a probability by distance: drawn with the largest one, then kept with the share at its distance. */
export const distancePairs =
  (context: PairContext, profile: DistanceProfile): Pairs =>
  (take) => {
    const { wiring, draws } = context;
    const { source, target } = wiring.positions!;
    const { peak, share } = profileOf(profile);
    const key = purposeKey(wiring, "kept");
    const collector = new PairCollector(draws.chunk, take);
    const kept = new Float64Array(draws.chunk);
    skipping(
      context,
      peak,
      (s, t, number) => {
        if (kept[number % kept.length]! < share(distanceOf(source, s, target, t))) collector.add(s, t);
      },
      // Copied, for whoever takes the pairs draws too.
      (first) => kept.set(draws.units(key, first)),
    );
    collector.finish();
  };
