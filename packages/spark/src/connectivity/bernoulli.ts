import { doubles } from "../math/doubles.ts";
import { log } from "../math/elementary.ts";
import { choices, skipsDiagonal } from "./ends.ts";
import { type PairBatch, PairCollector, type PairContext, type Pairs, purposeKey } from "./pairs.ts";
import { distanceOf } from "./positions.ts";
import { type DistanceProfile, profileOf } from "./profile.ts";

/** ln(1 − p) for p in (0, 1), accurate for small p. */
const logOfRest = (p: number): number => (p < 1e-5 ? -(p + (p * p) / 2 + (p * p * p) / 3) : log(doubles, 1 - p));

/**
 * Iterates row by row over pairs that are connected with the same probability. The number of skipped pairs between two
 * connected ones has a geometric distribution, so only connected pairs are drawn. Devroye, Non-Uniform Random Variate
 * Generation (1986), ch. X.2. A batch contains the pairs of one chunk of draws.
 */
const skipping = function* ({ wiring, draws }: PairContext, probability: number): Generator<PairBatch> {
  const width = choices(wiring, wiring.target.units);
  const rows = wiring.source.units;
  if (probability === 0 || width === 0) return;
  const skips = skipsDiagonal(wiring);
  const key = purposeKey(wiring, "gaps");
  // With probability 1, every pair is connected: the gaps are −0.
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

/** Pairs that are connected with the same probability. */
export const bernoulliPairs =
  (context: PairContext, probability: number): Pairs =>
  () =>
    skipping(context, probability);

/** Pairs by distance: drawn with the largest probability, then kept with the fraction of it at their distance. */
export const distancePairs = (context: PairContext, profile: DistanceProfile): Pairs =>
  function* () {
    const { wiring, draws } = context;
    const { source, target } = wiring.positions!;
    const { peak, share } = profileOf(profile);
    const key = purposeKey(wiring, "kept");
    const collector = new PairCollector(draws.chunk);
    for (const { first, length, sources, targets } of skipping(context, peak)) {
      // Copied, because the consumer of the pairs uses the same drawer.
      const kept = draws.units(key, first).slice();
      for (let k = 0; k < length; k++) {
        const isKept = kept[k]! < share(distanceOf(source, sources[k]!, target, targets[k]!));
        if (isKept && collector.add(sources[k]!, targets[k]!)) yield collector.take();
      }
    }
    yield* collector.rest();
  };
