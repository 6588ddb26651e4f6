import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import { drawUnit, keyOf } from "../math/threefry.ts";
import { type BinnedWindow, stepBins } from "./bins.ts";
import { isList, keysOf, refuse, requireList, requireOptions, wholeCount } from "./checks.ts";
import { describedWindow, populationKeys, requireEventsIn, type SpikeEvents } from "./events.ts";
import { correlate, type SparseCounts, sparseCounts, spread } from "./sparse.ts";

/** Mean correlation over pairs of units. */
export interface MeanCorrelation {
  /** Mean of Pearson's r; NaN if no pair has one. */
  readonly mean: number;
  /** Number of pairs with a defined r: the counts of both units vary. */
  readonly pairCount: number;
}

export interface PairOptions extends BinnedWindow {
  /**
   * The pairs, as flat indices of two units, or the number of pairs to draw. Pairs are drawn without repeats and with
   * equal probability from all pairs of units with varying counts. If there are fewer pairs than requested, all of them
   * are taken.
   */
  readonly pairs: number | readonly (readonly [number, number])[];
  /** Seed of the draw, an integer. Default 0. */
  readonly seed?: number | undefined;
}

const pairKeys = [...populationKeys, ...keysOf<Omit<PairOptions, keyof BinnedWindow>>({ pairs: true, seed: true })];

/** Correlations of pairs of units: pair k consists of the units `first[k]` and `second[k]`. */
export interface PairCorrelations {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  /** Pearson's r, −1 … 1; NaN if the counts of one of the units do not vary. */
  readonly correlations: Float64Array;
}

/** A matrix of this many units takes 512 MiB. */
const mostUnits = 8192;

/**
 * Pearson's correlation of the binned counts of each pair of units: a matrix of unitCount × unitCount in row-major
 * order, values in −1 … 1. The row and column of a unit with constant counts (such as a silent one) are NaN. The time
 * grows with units × spikes, and the memory with the matrix, so at most 8192 units are allowed. `meanCorrelation` and
 * `pairCorrelations` have no such limit.
 * @throws ConfigError or ShapeError like `binCounts`
 */
export function correlationMatrix(events: SpikeEvents, options: BinnedWindow): Float64Array {
  const where = "correlationMatrix";
  requireOptions(where, options, populationKeys);
  const described = describedWindow(where, events, options);
  const { unitCount } = described;
  const bins = stepBins(where, described);
  if (unitCount > mostUnits) {
    const message = `must be at most ${mostUnits}; received ${unitCount}. Use meanCorrelation or pairCorrelations.`;
    throw new ConfigError({ path: `${where}.unitCount`, message });
  }
  requireEventsIn(where, events, described);
  const rows = sparseCounts(events, unitCount, bins);
  const matrix = new Float64Array(unitCount * unitCount);
  for (let one = 0; one < unitCount; one++) {
    matrix[one * unitCount + one] = spread(rows, one) > 0 ? 1 : Number.NaN;
    for (let two = one + 1; two < unitCount; two++) {
      const value = correlate(rows, one, two);
      matrix[one * unitCount + two] = value;
      matrix[two * unitCount + one] = value;
    }
  }
  return matrix;
}

/**
 * Mean of Pearson's correlation of binned counts over **all** pairs of different units with a defined correlation, and
 * the number of those pairs. The result is exact, but time and memory grow only with spikes, units and bins, not with
 * pairs, so 10⁵ units are possible.
 * @throws ConfigError or ShapeError like `binCounts`
 */
export function meanCorrelation(events: SpikeEvents, options: BinnedWindow): MeanCorrelation {
  const where = "meanCorrelation";
  requireOptions(where, options, populationKeys);
  const described = describedWindow(where, events, options);
  const bins = stepBins(where, described);
  requireEventsIn(where, events, described);
  const { unitCount } = described;
  const rows = sparseCounts(events, unitCount, bins);
  // Sum of the standard scores of all units in each bin: (count − mean)/length. The part −mean/length is in every bin.
  const total = new Float64Array(bins.binCount);
  let rest = 0;
  let units = 0;
  for (let unit = 0; unit < unitCount; unit++) {
    const squares = spread(rows, unit);
    if (squares === 0) continue;
    const length = Math.sqrt(squares / bins.binCount);
    units++;
    rest += rows.sums[unit]! / bins.binCount / length;
    for (let at = rows.starts[unit]!; at < rows.starts[unit + 1]!; at++)
      total[rows.bins[at]!]! += rows.counts[at]! / length;
  }
  if (units < 2) return { mean: Number.NaN, pairCount: 0 };
  const pairCount = (units * (units - 1)) / 2;
  // |Σ z_i|² is the sum over all ordered pairs; each unit paired with itself contributes 1.
  const square = total.reduce((sum, value) => sum + (value - rest) * (value - rest), 0);
  return { mean: (square - units) / (2 * pairCount), pairCount };
}

/**
 * Pearson's correlation of the binned counts of given or drawn pairs, for example to plot its distribution. The time
 * grows with the spikes of the units in the pairs.
 * @throws ConfigError or ShapeError like `binCounts`, and for an invalid pair or number of pairs
 */
export function pairCorrelations(events: SpikeEvents, options: PairOptions): PairCorrelations {
  const where = "pairCorrelations";
  requireOptions(where, options, pairKeys);
  const described = describedWindow(where, events, options);
  const { pairs, seed = 0, unitCount } = described;
  const bins = stepBins(where, described);
  if (typeof pairs === "number")
    refuse([wholeCount(`${where}.pairs`, pairs, "Give pairs, or the number of pairs to draw.")]);
  else requirePairs(where, pairs, unitCount);
  if (!Number.isSafeInteger(seed)) {
    const message = `must be a whole number; received ${describe(seed)}. Give a seed such as 1.`;
    throw new ConfigError({ path: `${where}.seed`, message });
  }
  requireEventsIn(where, events, described);
  const rows = sparseCounts(events, unitCount, bins);
  const chosen = typeof pairs === "number" ? drawPairs(rows, unitCount, pairs, seed) : pairs;
  return {
    first: Uint32Array.from(chosen, ([one]) => one),
    second: Uint32Array.from(chosen, ([, two]) => two),
    correlations: Float64Array.from(chosen, ([one, two]) => correlate(rows, one, two)),
  };
}

function requirePairs(where: string, pairs: readonly (readonly [number, number])[], unitCount: number): void {
  requireList(`${where}.pairs`, pairs, "pairs of units");
  for (const [index, pair] of Array.from(pairs).entries()) {
    const [one, two] = isList(pair) ? Array.from(pair) : [pair];
    const known = [one, two].every((unit) => isUnit(unit, unitCount));
    if (known && one !== two) continue;
    const rule = `must be two different whole numbers in 0 … ${unitCount - 1}`;
    const message = `${rule}; received ${describe(one)} and ${describe(two)}. Give flat indices of units.`;
    throw new ConfigError({ path: `${where}.pairs[${index}]`, message });
  }
}

const isUnit = (unit: unknown, unitCount: number): boolean =>
  typeof unit === "number" && Number.isSafeInteger(unit) && unit >= 0 && unit < unitCount;

/** Distinct pairs of units with varying counts, in ascending order. */
function drawPairs(rows: SparseCounts, unitCount: number, wanted: number, seed: number): [number, number][] {
  const units: number[] = [];
  for (let unit = 0; unit < unitCount; unit++) if (spread(rows, unit) > 0) units.push(unit);
  const all = (units.length * (units.length - 1)) / 2;
  const count = Math.min(wanted, all);
  const key = keyOf(seed, "pairCorrelations.pairs");
  // Floyd's sampling: every set of `count` out of `all` is equally likely. Bentley, Floyd 1987, Commun. ACM 30:754.
  const taken = new Set<number>();
  for (let next = all - count; next < all; next++) {
    const drawn = Math.floor(drawUnit(key, taken.size) * (next + 1));
    taken.add(taken.has(drawn) ? next : drawn);
  }
  return Array.from(Float64Array.from(taken).sort(), (index) => {
    const [one, two] = pairAt(index);
    return [units[one]!, units[two]!];
  });
}

/** Pair number `index` in the list (0, 1), (0, 2), (1, 2), (0, 3), … */
function pairAt(index: number): [number, number] {
  let larger = Math.floor((1 + Math.sqrt(1 + 8 * index)) / 2);
  // The square root is rounded; integer arithmetic corrects it.
  while ((larger * (larger - 1)) / 2 > index) larger--;
  while ((larger * (larger + 1)) / 2 <= index) larger++;
  return [index - (larger * (larger - 1)) / 2, larger];
}
