import { type NumberList, skipsDiagonal } from "./ends.ts";
import { PairCollector, type PairContext, type Pairs } from "./pairs.ts";

/** All pairs of a source unit and a target unit. */
export const allPairs = ({ wiring, draws }: PairContext): Pairs =>
  function* () {
    const { source, target } = wiring;
    const skips = skipsDiagonal(wiring);
    const collector = new PairCollector(draws.chunk);
    for (let s = 0; s < source.units; s++) {
      for (let t = 0; t < target.units; t++) {
        if ((!skips || s !== t) && collector.add(s, t)) yield collector.take();
      }
    }
    yield* collector.rest();
  };

/** Pairs of source unit k and target unit k. */
export const equalPairs = ({ wiring, draws }: PairContext): Pairs =>
  function* () {
    const collector = new PairCollector(draws.chunk);
    for (let unit = 0; unit < wiring.source.units; unit++) if (collector.add(unit, unit)) yield collector.take();
    yield* collector.rest();
  };

interface Lists {
  readonly sources: NumberList;
  readonly targets: NumberList;
}

/** Pairs from two lists. */
export const listedPairs = ({ draws }: PairContext, { sources, targets }: Lists): Pairs =>
  function* () {
    const collector = new PairCollector(draws.chunk);
    for (let k = 0; k < sources.length; k++) if (collector.add(sources[k]!, targets[k]!)) yield collector.take();
    yield* collector.rest();
  };
