import { doubles } from "../math/doubles.ts";
import { log } from "../math/elementary.ts";
import { choices, skipsDiagonal } from "./ends.ts";
import { type PairBatch, PairCollector, type PairContext, type Pairs, purposeKey } from "./pairs.ts";
import { distanceOf } from "./positions.ts";
import { type DistanceProfile, profileOf } from "./profile.ts";

/** ln(1 − p) for p in (0, 1), precise for small p. */
const logOfRest = (p: number): number => (p < 1e-5 ? -(p + (p * p) / 2 + (p * p * p) / 3) : log(doubles, 1 - p));

/**
 * Goes through pairs that are drawn each with the same probability, row by row: the pairs left out between one and the
 * next are geometrically distributed, so that only those that are taken are drawn. Devroye, Non-Uniform Random Variate
 * Generation (1986), ch. X.2. A batch holds the pairs of one chunk of draws.
 */
const skipping = function* ({ wiring, draws }: PairContext, probability: number): Generator<PairBatch> {
  const width = choices(wiring, wiring.target.units);
  const rows = wiring.source.units;
  if (probability === 0 || width === 0) return;
  const skips = skipsDiagonal(wiring);
  const key = purposeKey(wiring, "gaps");
  // Every pair is taken where the probability is 1: gaps of −0.
  const scale = probability === 1 ? 0 : 1 / logOfRest(probability);
  const sources = new Int32Array(draws.chunk);
  const targets = new Int32Array(draws.chunk);
  let row = 0;
  let place = -1;
  for (let first = 0; ; first += draws.chunk) {
    const gaps = draws.gaps(key, first, scale);
    let length = 0;
    for (; length < gaps.length; length++) {
      place += gaps[length]! + 1;
      if (place >= width) {
        const passed = Math.floor(place / width);
        row += passed;
        place -= passed * width;
        if (row >= rows) break;
      }
      sources[length] = row;
      targets[length] = skips && place >= row ? place + 1 : place;
    }
    if (length > 0) yield { first, length, sources, targets };
    if (length < gaps.length) return;
  }
};

/** Each pair with one probability. */
export const bernoulliPairs =
  (context: PairContext, probability: number): Pairs =>
  () =>
    skipping(context, probability);

/** Each pair with a probability by distance: drawn with the largest one, then kept with the share at its distance. */
export const distancePairs = (context: PairContext, profile: DistanceProfile): Pairs =>
  function* () {
    const { wiring, draws } = context;
    const { source, target } = wiring.positions!;
    const { peak, share } = profileOf(profile);
    const key = purposeKey(wiring, "kept");
    const collector = new PairCollector(draws.chunk);
    for (const { first, length, sources, targets } of skipping(context, peak)) {
      // Copied, for whoever takes the pairs draws too.
      const kept = draws.units(key, first).slice();
      for (let k = 0; k < length; k++) {
        const isKept = kept[k]! < share(distanceOf(source, sources[k]!, target, targets[k]!));
        if (isKept && collector.add(sources[k]!, targets[k]!)) yield collector.take();
      }
    }
    yield* collector.rest();
  };
