import { ConfigError } from "../errors/errors.ts";
import { type BinnedWindow, countInBins } from "./bins.ts";
import type { SpikeEvents } from "./events.ts";

/** Mean correlation over pairs of units. */
export interface MeanCorrelation {
  /** Mean of Pearson's r; NaN when no pair has one. */
  readonly mean: number;
  /** Pairs that have one: both units have counts that vary. */
  readonly pairCount: number;
}

/**
 * Fano factor: variance (over n, not n − 1) of counts divided by their mean. With `binCounts` of a population it grows
 * with synchrony; 1 for independent Poisson units, 0 for constant counts. NaN for fewer than two counts or a mean of 0.
 * Throws ConfigError for a count that is negative or not finite.
 */
export function fanoFactor(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index]!;
    if (!(Number.isFinite(count) && count >= 0)) {
      const message = `must be a finite count of at least 0; received ${count}. Give counts of spikes in bins.`;
      throw new ConfigError({ path: `fanoFactor.counts[${index}]`, message });
    }
    sum += count;
  }
  if (counts.length < 2 || sum === 0) return Number.NaN;
  const mean = sum / counts.length;
  let squares = 0;
  for (let index = 0; index < counts.length; index++) squares += (counts[index]! - mean) * (counts[index]! - mean);
  return squares / counts.length / mean;
}

/**
 * Pearson's correlation of the binned counts of each pair of units: a matrix of unitCount × unitCount, row by row, in
 * −1 … 1. NaN in the row and column of a unit whose counts do not vary (a silent one), where it is undefined.
 * Takes unitCount² × bins steps and memory for the counts. Throws ConfigError or ShapeError like `binCounts`.
 */
export function correlationMatrix(events: SpikeEvents, options: BinnedWindow): Float64Array {
  const { unitCount } = options;
  const rows = standardScores("correlationMatrix", events, options);
  const matrix = new Float64Array(unitCount * unitCount);
  for (let one = 0; one < unitCount; one++) {
    for (let two = one; two < unitCount; two++) {
      const value = one === two ? selfProduct(rows[one]!) : product(rows[one]!, rows[two]!);
      matrix[one * unitCount + two] = value;
      matrix[two * unitCount + one] = value;
    }
  }
  return matrix;
}

/**
 * Mean of `correlationMatrix` over the pairs of different units that have a correlation, and the number of those pairs,
 * without the matrix: takes units × bins steps. Throws ConfigError or ShapeError like `binCounts`.
 */
export function meanCorrelation(events: SpikeEvents, options: BinnedWindow): MeanCorrelation {
  const rows = standardScores("meanCorrelation", events, options).filter((row) => !Number.isNaN(row[0]));
  if (rows.length < 2) return { mean: Number.NaN, pairCount: 0 };
  const pairCount = (rows.length * (rows.length - 1)) / 2;
  const total = new Float64Array(rows[0]!.length);
  for (const row of rows) {
    for (let bin = 0; bin < total.length; bin++) total[bin]! += row[bin]!;
  }
  // |Σ z_i|² is the sum over all ordered pairs; each unit with itself adds 1.
  return { mean: (product(total, total) - rows.length) / (2 * pairCount), pairCount };
}

/** Counts of each unit less their mean, scaled to unit length; all NaN where they do not vary. */
function standardScores(where: string, events: SpikeEvents, options: BinnedWindow): Float64Array[] {
  const counts = countInBins(where, events, options, true);
  const binCount = counts.length / options.unitCount;
  return Array.from({ length: options.unitCount }, (_, unit) => {
    const row = Float64Array.from(counts.subarray(unit * binCount, (unit + 1) * binCount));
    const mean = row.reduce((sum, count) => sum + count, 0) / binCount;
    const length = Math.sqrt(row.reduce((sum, count) => sum + (count - mean) * (count - mean), 0));
    const varies = row.some((count) => count !== row[0]);
    return row.map((count) => (varies ? (count - mean) / length : Number.NaN));
  });
}

function selfProduct(row: Float64Array): number {
  return Number.isNaN(row[0]) ? Number.NaN : 1;
}

function product(one: Float64Array, two: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < one.length; bin++) sum += one[bin]! * two[bin]!;
  return sum;
}
