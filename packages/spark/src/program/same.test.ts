import { expect, test } from "vitest";
import { isSame } from "./same.ts";

test.each([
  [
    { a: 1, b: [1, { c: "x" }] },
    { a: 1, b: [1, { c: "x" }] },
  ],
  [{ a: Float32Array.of(1, Number.NaN) }, { a: Float32Array.of(1, Number.NaN) }],
  [[], []],
  [undefined, undefined],
])("%o is the same as %o", (a, b) => {
  expect(isSame(a, b)).toBe(true);
});

test.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [
    { a: 1, b: 2 },
    { a: 1, c: 2 },
  ],
  [[1, 2], [1]],
  [[1], { 0: 1 }],
  [Float32Array.of(1, 2), Float32Array.of(1, 3)],
  [Float32Array.of(1, 2), Float64Array.of(1, 2)],
  [Float32Array.of(1, 2), Float32Array.of(1)],
  [Float32Array.of(1), [1]],
  [0, -0],
  [null, {}],
])("%o is not the same as %o", (a, b) => {
  expect(isSame(a, b)).toBe(false);
});
