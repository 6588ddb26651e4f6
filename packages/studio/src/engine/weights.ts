import type { WeightPicture, WeightRequest } from "../core/protocol.ts";

/** The ends of the synapses of a projection. They stay the same for the life of a simulation. */
export interface Ends {
  readonly sources: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
}

/** The weights of a projection in a session. */
export interface Weights {
  readonly synapses: number;
  read(): Promise<Float32Array | Float64Array>;
  write(values: number | readonly number[]): Promise<void>;
  select(): Ends;
}

/** Synapses whose ends are kept in memory. Larger projections have a histogram, but no matrix. */
export const mostInMatrix = 5_000_000;

/** Reduces the weights of a projection to what panels draw: the means of cells and a histogram. */
export const weightPicture = (
  values: ArrayLike<number>,
  ends: Ends | undefined,
  { rows: mostRows, columns: mostColumns, bins }: WeightRequest,
  { sources, targets }: { readonly sources: number; readonly targets: number },
): Omit<WeightPicture, "took"> => {
  const rows = ends ? Math.min(mostRows, sources) : 0;
  const columns = ends ? Math.min(mostColumns, targets) : 0;
  const matrix = new Float32Array(rows * columns);
  const synapses = values.length;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let k = 0; k < synapses; k++) {
    const value = values[k]!;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  if (ends) {
    const inCell = new Uint32Array(rows * columns);
    for (let k = 0; k < synapses; k++) {
      const row = Math.floor((ends.sources[k]! * rows) / sources);
      const cell = row * columns + Math.floor((ends.targets[k]! * columns) / targets);
      matrix[cell]! += values[k]!;
      inCell[cell]!++;
    }
    for (let cell = 0; cell < matrix.length; cell++) {
      matrix[cell] = inCell[cell] === 0 ? Number.NaN : matrix[cell]! / inCell[cell]!;
    }
  }
  return {
    synapses,
    sources,
    targets,
    rows,
    columns,
    matrix,
    histogram: histogramOf(
      values,
      Math.min(0, min),
      max > Math.min(0, min) ? max + 0.05 * (max - Math.min(0, min)) : 1,
      bins,
    ),
    min,
    max,
    mean: sum / synapses,
  };
};

const histogramOf = (values: ArrayLike<number>, from: number, to: number, bins: number): WeightPicture["histogram"] => {
  const counts = new Float64Array(bins);
  const scale = bins / (to - from);
  for (let k = 0; k < values.length; k++) counts[Math.min(bins - 1, Math.floor((values[k]! - from) * scale))]!++;
  return { edges: Float64Array.from({ length: bins + 1 }, (_, k) => from + ((to - from) * k) / bins), counts };
};

/** The ends of all synapses, in their order. Undefined if they are too many to keep. */
export const endsOf = (weights: Weights): Ends | undefined => {
  if (weights.synapses > mostInMatrix) return undefined;
  const { sources, targets } = weights.select();
  return { sources, targets };
};
