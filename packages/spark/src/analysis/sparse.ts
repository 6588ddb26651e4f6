import type { StepBins } from "./bins.ts";
import type { SpikeEvents } from "./events.ts";

/**
 * Non-zero counts of each unit in bins. The counts of unit u are at the positions from `starts[u]` up to, but
 * excluding, `starts[u + 1]` of `counts`. Their bins are at the same positions, ascending. The memory grows with the
 * number of spikes; a matrix of 10⁵ units and 10³ bins would take 400 MB.
 */
export interface SparseCounts {
  readonly binCount: number;
  readonly starts: Uint32Array;
  readonly bins: Uint32Array;
  readonly counts: Uint32Array;
  /** Number of spikes of each unit in the bins. */
  readonly sums: Float64Array;
  /** Sum of the squared counts of each unit. */
  readonly squares: Float64Array;
}

/** The counts of checked events. */
export function sparseCounts(events: SpikeEvents, unitCount: number, grid: StepBins): SparseCounts {
  const { first, binSteps, binCount } = grid;
  const { steps, units } = events;
  const starts = new Uint32Array(unitCount + 1);
  // One more than the last bin of each unit so far; events come in temporal order.
  const reached = new Uint32Array(unitCount);
  for (let index = 0; index < steps.length; index++) {
    const bin = Math.floor((steps[index]! - first - 1) / binSteps);
    const unit = units[index]!;
    if (bin < 0 || bin >= binCount || reached[unit] === bin + 1) continue;
    reached[unit] = bin + 1;
    starts[unit + 1]!++;
  }
  for (let unit = 0; unit < unitCount; unit++) starts[unit + 1]! += starts[unit]!;
  const bins = new Uint32Array(starts[unitCount]!);
  const counts = new Uint32Array(bins.length);
  const sums = new Float64Array(unitCount);
  const squares = new Float64Array(unitCount);
  const ends = starts.slice(0, unitCount);
  for (let index = 0; index < steps.length; index++) {
    const bin = Math.floor((steps[index]! - first - 1) / binSteps);
    if (bin < 0 || bin >= binCount) continue;
    const unit = units[index]!;
    if (ends[unit] === starts[unit] || bins[ends[unit]! - 1] !== bin) bins[ends[unit]!++] = bin;
    const count = ++counts[ends[unit]! - 1]!;
    sums[unit]!++;
    squares[unit]! += 2 * count - 1;
  }
  return { binCount, starts, bins, counts, sums, squares };
}

/**
 * Squared deviation of a unit's counts from their mean, summed over the bins, times the number of bins. This is an
 * integer, and exactly 0 if all counts are equal.
 */
export function spread({ binCount, sums, squares }: SparseCounts, unit: number): number {
  return binCount * squares[unit]! - sums[unit]! * sums[unit]!;
}

/** Pearson's correlation of two units' counts; NaN if one of them does not vary. */
export function correlate(rows: SparseCounts, one: number, two: number): number {
  const { binCount, starts, bins, counts, sums } = rows;
  let product = 0;
  let i = starts[one]!;
  let j = starts[two]!;
  while (i < starts[one + 1]! && j < starts[two + 1]!) {
    const ahead = bins[i]! - bins[j]!;
    if (ahead === 0) product += counts[i]! * counts[j]!;
    if (ahead <= 0) i++;
    if (ahead >= 0) j++;
  }
  const deviation = Math.sqrt(spread(rows, one)) * Math.sqrt(spread(rows, two));
  return deviation === 0 ? Number.NaN : (binCount * product - sums[one]! * sums[two]!) / deviation;
}
