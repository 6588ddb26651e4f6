import { choices, skipsDiagonal } from "./ends.ts";
import { PARTNERS, type PairBatch, type PairContext, type Pairs, purposeKey } from "./pairs.ts";

/** The end with the fixed number of synapses. */
type FixedEnd = "source" | "target";
interface Degree {
  readonly end: FixedEnd;
  readonly degree: number;
  readonly multapses: boolean;
}

/** Pairs with the same number of synapses for each unit of one end, and uniformly drawn partners. */
export const degreePairs = (context: PairContext, degree: Degree): Pairs =>
  degree.multapses ? repeating(context, degree) : distinct(context, degree);

const otherEnd = (end: FixedEnd): FixedEnd => (end === "source" ? "target" : "source");

const batchOf = (
  end: FixedEnd,
  first: number,
  length: number,
  units: Int32Array,
  partners: Int32Array,
  words: Int32Array,
): PairBatch =>
  end === "source"
    ? { first, length, sources: units, targets: partners, words }
    : { first, length, sources: partners, targets: units, words };

const repeating = ({ wiring, draws }: PairContext, { end, degree }: Degree): Pairs =>
  function* () {
    const count = choices(wiring, wiring[otherEnd(end)].units);
    const total = degree * wiring[end].units;
    const skips = skipsDiagonal(wiring);
    const key = purposeKey(wiring, PARTNERS);
    const units = new Int32Array(draws.chunk);
    for (let first = 0; first < total; first += draws.chunk) {
      const length = Math.min(draws.chunk, total - first);
      const { partners, words } = draws.partners(key, first, count);
      for (let k = 0, number = first; k < length; ) {
        const unit = Math.floor(number / degree);
        const end = Math.min(length, k + (unit + 1) * degree - number);
        units.fill(unit, k, end);
        if (skips) for (let j = k; j < end; j++) if (partners[j]! >= unit) partners[j]!++;
        number += end - k;
        k = end;
      }
      yield batchOf(end, first, length, units, partners, words);
    }
  };

/**
 * Partners without repetition, with one draw each. Uses Floyd's algorithm (Bentley and Floyd, "A sample of brilliance",
 * Communications of the ACM 30, 1987): draw j selects among the first j choices, and if that choice is taken, choice j
 * itself is used.
 */
const distinct = ({ wiring, draws }: PairContext, { end, degree }: Degree): Pairs =>
  function* () {
    const count = choices(wiring, wiring[otherEnd(end)].units);
    const total = degree * wiring[end].units;
    const skips = skipsDiagonal(wiring);
    const key = purposeKey(wiring, PARTNERS);
    const units = new Int32Array(draws.chunk);
    const chosen = new Int32Array(draws.chunk);
    /** For each choice, one more than the unit that took it last. */
    const takenBy = new Int32Array(count);
    for (let first = 0; first < total; first += draws.chunk) {
      const length = Math.min(draws.chunk, total - first);
      const shares = draws.units(key, first);
      for (let k = 0; k < length; k++) {
        const unit = Math.floor((first + k) / degree);
        const last = count - degree + ((first + k) % degree);
        const drawn = Math.floor(shares[k]! * (last + 1));
        const choice = takenBy[drawn] === unit + 1 ? last : drawn;
        takenBy[choice] = unit + 1;
        units[k] = unit;
        chosen[k] = skips && choice >= unit ? choice + 1 : choice;
      }
      yield end === "source"
        ? { first, length, sources: units, targets: chosen }
        : { first, length, sources: chosen, targets: units };
    }
  };
