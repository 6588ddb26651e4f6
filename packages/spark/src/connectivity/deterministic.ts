import { PairCollector, type PairContext, type Pairs } from "./pairs.ts";
import type { ExplicitOptions } from "./rule.ts";
import { skipsDiagonal } from "./wiring.ts";

/** Every source unit to every target unit. */
export const allPairs =
  ({ wiring, draws }: PairContext): Pairs =>
  (take) => {
    const { source, target } = wiring;
    const skips = skipsDiagonal(wiring);
    const collector = new PairCollector(draws.chunk, take);
    for (let s = 0; s < source.units; s++) {
      for (let t = 0; t < target.units; t++) if (!skips || s !== t) collector.add(s, t);
    }
    collector.finish();
  };

/** Source unit k to target unit k. */
export const equalPairs =
  ({ wiring, draws }: PairContext): Pairs =>
  (take) => {
    const collector = new PairCollector(draws.chunk, take);
    for (let unit = 0; unit < wiring.source.units; unit++) collector.add(unit, unit);
    collector.finish();
  };

/** The pairs of two lists. */
export const listedPairs =
  ({ draws }: PairContext, { sources, targets }: ExplicitOptions): Pairs =>
  (take) => {
    const collector = new PairCollector(draws.chunk, take);
    for (let k = 0; k < sources.length; k++) collector.add(sources[k]!, targets[k]!);
    collector.finish();
  };
