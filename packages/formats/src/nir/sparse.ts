import { ConfigError } from "spark-snn";

/*
 * Matrices from source units to target units, by rows of the targets. Nodes without state become such matrices, and
 * chains of them their products.
 */

export interface Sparse {
  readonly rows: number;
  readonly columns: number;
  /** First entry of each row, and the number of entries. */
  readonly starts: Int32Array;
  /** Column of each entry. */
  readonly indices: Int32Array;
  readonly weights: Float64Array;
  /** Delay of each entry, s; undefined without delays. */
  readonly delays: Float64Array | undefined;
  /** Whether each target has its own source with the weight 1. */
  readonly isIdentity?: boolean;
}

/** Most entries of a matrix. */
const MAX_ENTRIES = 20_000_000;

/** @throws ConfigError if a matrix would have too many entries */
export const refuseEntries = (count: number, path: string): void => {
  if (count > MAX_ENTRIES) {
    throw new ConfigError([
      { path, message: `needs ${count} synapses; the limit is ${MAX_ENTRIES}. Use a smaller layer.` },
    ]);
  }
};

/** A matrix from a function that lists the entries of each row. Zeros are left out. */
export const sparseOf = (
  rows: number,
  columns: number,
  fill: (row: number, add: (column: number, weight: number, delay?: number) => void) => void,
): Sparse => {
  const starts = new Int32Array(rows + 1);
  const indices: number[] = [];
  const weights: number[] = [];
  const delays: number[] = [];
  let isDelayed = false;
  const add = (column: number, weight: number, delay = 0): void => {
    if (weight === 0) return;
    indices.push(column);
    weights.push(weight);
    delays.push(delay);
    if (delay !== 0) isDelayed = true;
  };
  for (let row = 0; row < rows; row++) {
    fill(row, add);
    starts[row + 1] = indices.length;
  }
  return {
    rows,
    columns,
    starts,
    indices: Int32Array.from(indices),
    weights: Float64Array.from(weights),
    delays: isDelayed ? Float64Array.from(delays) : undefined,
  };
};

export const identity = (size: number): Sparse => ({
  ...sparseOf(size, size, (row, add) => add(row, 1)),
  isIdentity: true,
});

/** Calls `use` with each entry of a row. */
export const eachEntry = (
  { starts, indices, weights, delays }: Sparse,
  row: number,
  use: (column: number, weight: number, delay: number) => void,
): void => {
  for (let k = starts[row]!; k < starts[row + 1]!; k++) use(indices[k]!, weights[k]!, delays ? delays[k]! : 0);
};

/** Entries of one row, added up by column and delay. */
class Row {
  readonly #sums: Float64Array;
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  /** Sums of entries with a delay, by column and delay. */
  readonly #late = new Map<number, Map<number, number>>();

  constructor(columns: number) {
    this.#sums = new Float64Array(columns);
    this.#isTouched = new Uint8Array(columns);
  }

  add(column: number, weight: number, delay: number): void {
    if (delay !== 0) {
      let own = this.#late.get(column);
      if (!own) {
        own = new Map();
        this.#late.set(column, own);
      }
      own.set(delay, (own.get(delay) ?? 0) + weight);
      return;
    }
    if (!this.#isTouched[column]) {
      this.#isTouched[column] = 1;
      this.#touched.push(column);
    }
    this.#sums[column]! += weight;
  }

  /** Passes the sums on in the order of the columns, and starts again. */
  flush(add: (column: number, weight: number, delay?: number) => void): void {
    const columns = [...new Set([...this.#touched, ...this.#late.keys()])].sort((a, b) => a - b);
    for (const column of columns) {
      if (this.#isTouched[column]) add(column, this.#sums[column]!);
      for (const [delay, weight] of [...(this.#late.get(column) ?? [])].sort(([a], [b]) => a - b)) {
        add(column, weight, delay);
      }
      this.#sums[column] = 0;
      this.#isTouched[column] = 0;
    }
    this.#touched.length = 0;
    this.#late.clear();
  }
}

/** The product of two matrices; delays add up. */
export const multiply = (left: Sparse, right: Sparse, path: string): Sparse => {
  if (right.isIdentity) return left;
  const row = new Row(right.columns);
  let entries = 0;
  return sparseOf(left.rows, right.columns, (r, add) => {
    eachEntry(left, r, (middle, factor, late) => {
      eachEntry(right, middle, (column, weight, delay) => row.add(column, factor * weight, late + delay));
    });
    row.flush((column, weight, delay) => {
      refuseEntries(++entries, path);
      add(column, weight, delay);
    });
  });
};

/** The sum of two matrices of the same size. */
export const sum = (a: Sparse, b: Sparse): Sparse => {
  const row = new Row(a.columns);
  return sparseOf(a.rows, a.columns, (r, add) => {
    for (const one of [a, b]) eachEntry(one, r, (column, weight, delay) => row.add(column, weight, delay));
    row.flush(add);
  });
};

/** The factors of a matrix in which each target has its own source alone, without delay; otherwise undefined. */
export const diagonalOf = ({ rows, columns, starts, indices, weights, delays }: Sparse): Float64Array | undefined => {
  if (rows !== columns || delays) return undefined;
  const factors = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      if (indices[k] !== row) return undefined;
      factors[row] = weights[k]!;
    }
  }
  return factors;
};
