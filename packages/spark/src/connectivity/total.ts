import { choices, skipsDiagonal } from "./ends.ts";
import { PARTNERS, PairCollector, type PairContext, type Pairs, purposeKey } from "./pairs.ts";

/** The pairs of a fixed number of synapses with uniformly drawn sources and targets. */
export const totalPairs = (context: PairContext, total: number, multapses: boolean): Pairs =>
  multapses ? repeating(context, total) : distinct(context, total);

/**
 * First draws the source of each synapse, which determines the number of synapses of each source unit. Then draws the
 * targets, source unit by source unit. The distribution is that of pairs drawn one by one, and the pairs come in the
 * order of storage.
 */
const repeating = ({ wiring, draws }: PairContext, total: number): Pairs => {
  let ends: Float64Array | undefined;
  return function* () {
    ends ??= endsBySource({ wiring, draws }, total);
    const count = choices(wiring, wiring.target.units);
    const skips = skipsDiagonal(wiring);
    const key = purposeKey(wiring, PARTNERS);
    const sources = new Int32Array(draws.chunk);
    let source = 0;
    for (let first = 0; first < total; first += draws.chunk) {
      const length = Math.min(draws.chunk, total - first);
      const { partners, words } = draws.partners(key, first, count);
      for (let k = 0; k < length; ) {
        while (ends[source]! <= first + k) source++;
        const end = Math.min(length, ends[source]! - first);
        sources.fill(source, k, end);
        if (skips) for (let j = k; j < end; j++) if (partners[j]! >= source) partners[j]!++;
        k = end;
      }
      yield { first, length, sources, targets: partners, words };
    }
  };
};

/** Purpose of the draws that give each synapse its source. */
export const SOURCES = "sources";

/** Cumulative number of synapses: of each source unit and all units before it. */
export const endsBySource = ({ wiring, draws }: PairContext, total: number): Float64Array => {
  const units = wiring.source.units;
  const key = purposeKey(wiring, SOURCES);
  const counts = new Uint32Array(units);
  // One draw gives two numbers.
  const drawn = Math.ceil(total / 2);
  for (let first = 0; first < drawn; first += draws.chunk) {
    const length = Math.min(draws.chunk, drawn - first);
    const [even, odd] = draws.pairs(key, first, units);
    for (let k = 0; k < length; k++) {
      counts[even[k]!]!++;
      counts[odd[k]!]!++;
    }
    if (2 * (first + length) > total) counts[odd[length - 1]!]!--;
  }
  let sum = 0;
  return Float64Array.from(counts, (count) => (sum += count));
};

/** Pairs without repetition, as bits in a table of all pairs. Uses Floyd's algorithm, as in degrees.ts. */
const distinct = ({ wiring, draws }: PairContext, total: number): Pairs => {
  const width = choices(wiring, wiring.target.units);
  const pairs = wiring.source.units * width;
  const skips = skipsDiagonal(wiring);
  // If most pairs are connected, the excluded ones are drawn instead.
  const inverted = total > pairs / 2;
  let bits: Uint32Array | undefined;
  return function* () {
    bits ??= distinctBits({ wiring, draws }, pairs, inverted ? pairs - total : total);
    const collector = new PairCollector(draws.chunk);
    for (let word = 0; word < bits.length; word++) {
      for (let rest = inverted ? ~bits[word]! : bits[word]!; rest !== 0; rest &= rest - 1) {
        const pair = word * 32 + 31 - Math.clz32(rest & -rest);
        if (pair >= pairs) break;
        const source = Math.floor(pair / width);
        const place = pair - source * width;
        if (collector.add(source, skips && place >= source ? place + 1 : place)) yield collector.take();
      }
    }
    yield* collector.rest();
  };
};

const distinctBits = ({ wiring, draws }: PairContext, pairs: number, count: number): Uint32Array => {
  const bits = new Uint32Array(Math.ceil(pairs / 32));
  const key = purposeKey(wiring, "pairs");
  for (let first = 0; first < count; first += draws.chunk) {
    const length = Math.min(draws.chunk, count - first);
    const shares = draws.units(key, first);
    for (let k = 0; k < length; k++) {
      const last = pairs - count + first + k;
      const drawn = Math.floor(shares[k]! * (last + 1));
      const taken = (bits[drawn >>> 5]! >>> (drawn & 31)) & 1;
      const pair = taken ? last : drawn;
      bits[pair >>> 5]! |= 1 << (pair & 31);
    }
  }
  return bits;
};
