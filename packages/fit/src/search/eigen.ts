/** Decomposition of a symmetric matrix: A = B · diag(values) · Bᵀ, where B has the columns of `vectors`. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

const SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations. Uses only sums, products,
 * quotients and square roots, so that every engine gives the same bits. Golub and Van Loan, Matrix Computations, ch.
 * 8.5.
 */
export const eigen = (matrix: readonly (readonly number[])[]): Eigen => {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    let total = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const square = a[i]![j]! * a[i]![j]!;
        total += square;
        if (i !== j) off += square;
      }
    }
    if (off <= 1e-30 * total) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  return { values: a.map((row, i) => row[i]!), vectors };
};

/** One rotation, which makes a[p][q] zero. */
const rotate = (a: number[][], vectors: number[][], p: number, q: number): void => {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of a) turn(row, p, q, c, s);
  const rowP = a[p]!;
  const rowQ = a[q]!;
  for (let k = 0; k < rowP.length; k++) {
    const x = rowP[k]!;
    const y = rowQ[k]!;
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
  for (const row of vectors) turn(row, p, q, c, s);
};

const turn = (row: number[], p: number, q: number, c: number, s: number): void => {
  const x = row[p]!;
  const y = row[q]!;
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
};
