import fc from "fast-check";
import { expect, test } from "vitest";
import { eigen } from "./eigen.ts";

const symmetric = fc
  .integer({ min: 1, max: 7 })
  .chain((n) =>
    fc
      .array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((numbers) =>
        Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => numbers[Math.min(i, j) * n + Math.max(i, j)]!),
        ),
      ),
  );

test("a matrix equals the product of its parts, and its eigenvectors are orthonormal", () => {
  fc.assert(
    fc.property(symmetric, (matrix) => {
      const { values, vectors } = eigen(matrix);
      for (let i = 0; i < matrix.length; i++) {
        for (let j = 0; j < matrix.length; j++) {
          const made = values.reduce((sum, value, k) => sum + vectors[i]![k]! * value * vectors[j]![k]!, 0);
          expect(made).toBeCloseTo(matrix[i]![j]!, 9);
          const product = vectors.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
          expect(product).toBeCloseTo(i === j ? 1 : 0, 9);
        }
      }
    }),
    { numRuns: 200 },
  );
});
