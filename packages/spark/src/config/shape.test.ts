import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import { pathText } from "./place.ts";
import {
  describe,
  isTypedArray,
  type Misfit,
  type NestedArray,
  readArray,
  sameShape,
  shapeMisfit,
  shapeText,
  sizeOf,
} from "./shape.ts";

const sentence = (wrong: unknown, name = "x"): string => {
  const { at, message } = wrong as Misfit;
  return `${pathText([name, ...at])} ${message}`;
};

group("readArray", () => {
  test("reads nested arrays in row-major order, whatever their rank", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, (shape) => {
        let next = 0;
        const nest = (depth: number): NestedArray =>
          Array.from({ length: shape[depth]! }, () => (depth === shape.length - 1 ? next++ : nest(depth + 1)));
        const data = Float64Array.from({ length: sizeOf(shape) }, (_, k) => k);
        expect(readArray(nest(0))).toEqual({ data, shape, flat: false });
      }),
    );
  });

  test("a typed array is flat, and is copied", () => {
    const given = Int16Array.of(1, 2, 3);
    const read = readArray(given);
    given[0] = 9;
    expect(read).toEqual({ data: Float64Array.of(1, 2, 3), shape: [3], flat: true });
  });

  test.each<[string, unknown, string]>([
    [
      "a row of another length",
      [[1, 2], [3]],
      "x[1] must contain 2 values like its neighbours; received 1. Make all rows equally long.",
    ],
    [
      "a number among rows",
      [[1, 2], 3],
      "x[1] must contain 2 values like its neighbours; received 3. Make all rows equally long.",
    ],
    ["a row among numbers", [1, [2]], "x[1] must be a finite number; received [2]. Give a number here."],
    [
      "a deep misfit",
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      "x[1][1] must contain 1 values like its neighbours; received 2. Make all rows equally long.",
    ],
    ["text", [1, "2"], 'x[1] must be a finite number; received "2". Give a number here.'],
    [
      "NaN",
      [
        [0, 1],
        [2, Number.NaN],
      ],
      "x[1][1] must be a finite number; received NaN. Give a number here.",
    ],
    ["a hole", new Array(2), "x[0] must be a finite number; received undefined. Give a number here."],
    [
      "infinity in a typed array",
      Float32Array.of(0, Number.POSITIVE_INFINITY),
      "x[1] must be a finite number; received Infinity. Give a number here.",
    ],
    ["no value", [], "x must contain at least one value; received an empty array. Give one value per unit."],
    [
      "no value within",
      [[], []],
      "x must contain at least one value; received an empty array. Give one value per unit.",
    ],
    [
      "no value in a typed array",
      new Float64Array(),
      "x must contain at least one value; received an empty array. Give one value per unit.",
    ],
    ["typed rows", [Float64Array.of(1)], "x[0] must be a finite number; received a Float64Array. Give a number here."],
  ])("refuses %s with its place", (_, value, message) => {
    expect(sentence(readArray(value as NestedArray))).toBe(message);
  });

  test("a wide first row does not make it allocate for rows that are not there", () => {
    const wide = Array.from({ length: 100_000 }, () => 0);
    expect(sentence(readArray([wide, ...wide]))).toContain("x[1] must contain 100000 values");
  });
});

group("shapeMisfit", () => {
  test.each([[[1]], [[28, 28]], [[2, 3, 4]], [[2147483647]]])("takes %j", (shape) => {
    expect(shapeMisfit(shape)).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [1000, "units must be a list of sizes such as [1000] or [28, 28]; received 1000. Give one whole number per axis."],
    [[], "units must be a list of sizes such as [1000] or [28, 28]; received []. Give one whole number per axis."],
    [null, "units must be a list of sizes such as [1000] or [28, 28]; received null. Give one whole number per axis."],
    [[10, 0], "units[1] must be a whole number of at least 1; received 0. Give the size of the axis."],
    [[2.5], "units[0] must be a whole number of at least 1; received 2.5. Give the size of the axis."],
    [["3"], 'units[0] must be a whole number of at least 1; received "3". Give the size of the axis.'],
    [[65536, 65536], "units must not exceed 2147483647 units; received 4294967296. Split the population."],
  ])("refuses %j", (shape, message) => {
    expect(sentence(shapeMisfit(shape), "units")).toBe(message);
  });
});

test("describe shows any value in a few words", () => {
  class Odd {}
  const shown = [
    undefined,
    null,
    "a",
    1,
    true,
    () => 1,
    [1, "b"],
    [1, 2, 3, 4, 5],
    Int8Array.of(1),
    { a: 1 },
    new Odd(),
    10n,
  ].map(describe);
  expect(shown).toEqual([
    "undefined",
    "null",
    '"a"',
    "1",
    "true",
    "a function",
    '[1, "b"]',
    "[1, 2, 3, 4, …]",
    "an Int8Array",
    "{ a }",
    "{}",
    "10",
  ]);
});

test("typed arrays of big integers and raw views are no arrays of numbers", () => {
  expect(
    [Float64Array.of(1), Uint8ClampedArray.of(1), BigInt64Array.of(1n), new DataView(new ArrayBuffer(8)), [1]].map(
      isTypedArray,
    ),
  ).toEqual([true, true, false, false, false]);
});

test("shapes are compared axis by axis and printed as lists", () => {
  expect([sameShape([2, 3], [2, 3]), sameShape([6], [2, 3]), sameShape([2, 3], [3, 2])]).toEqual([true, false, false]);
  expect(shapeText([2, 3])).toBe("[2, 3]");
  expect(sizeOf([2, 3])).toBe(6);
});
