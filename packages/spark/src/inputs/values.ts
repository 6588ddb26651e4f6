import { type Check, requirementText, withUnit } from "../config/field.ts";
import { indexText, type Precision } from "../config/parse.ts";
import {
  describe,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  readArray,
  type Shape,
  sameShape,
  shapeText,
  sizeOf,
} from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { FeedContext } from "./contract.ts";

/** A number for all units, or one a unit: nested in the shape of the units, or a flat typed array. */
export type PerUnit = number | NestedArray | NumericArray;

const within = (unit: string): string => (unit === "1" ? "" : ` in ${unit}`);

/** Why a number cannot be used, as a sentence, if so. */
export const numberProblem = (value: unknown, unit: string, precision: Precision): string | undefined => {
  if (typeof value !== "number") return `must be a number${within(unit)}; received ${describe(value)}. Give a number.`;
  if (!Number.isFinite(value)) {
    return `must be a finite number; received ${withUnit(value, unit)}. Give a number here.`;
  }
  return precision === "f32" && !Number.isFinite(Math.fround(value))
    ? `is beyond the range of single precision; received ${withUnit(value, unit)}. Use dtype: "f64" or a smaller number.`
    : undefined;
};

/** The first number of an array that cannot be used: its place and why. */
export const firstProblem = (
  data: NumericArray,
  precision: Precision,
  unit = "pA",
): { readonly at: number; readonly message: string } | undefined => {
  // Text for a good number costs nothing only if none is made: the common case stays a plain comparison.
  const limit = precision === "f32" ? 3.4028235677973366e38 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < data.length; at++) {
    if (!(Math.abs(data[at]!) < limit)) return { at, message: numberProblem(data[at], unit, precision)! };
  }
  return undefined;
};

/**
 * Infinities and NaN outlive every sum, so one number tells whether there may be any; a sum of huge values may overflow
 * too, so then each is looked at. Four sums do not wait for one another, and declared one by one they take a third of
 * the time that they take as one pattern.
 */
export const sumOf = (values: NumericArray): number => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const { length } = values;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += values[k]!;
    b += values[k + 1]!;
    c += values[k + 2]!;
    d += values[k + 3]!;
  }
  for (; k < length; k++) a += values[k]!;
  return a + b + c + d;
};

/** Whether an array of some shape gives one value a unit; a flat one stands for any shape of its length. */
export const fitsUnits = (shape: Shape, units: Shape, flat: boolean): boolean =>
  sameShape(shape, units) || (flat && shape.length === 1 && shape[0] === sizeOf(units));

export const shapeProblem = (shape: Shape, units: Shape): string => {
  const enough = sizeOf(shape) === sizeOf(units);
  const remedy = enough ? "Give the values in that shape, or as a typed array." : "Give one value a unit.";
  return `has shape ${shapeText(shape)}, but the population has shape ${shapeText(units)}. ${remedy}`;
};

/** Reads a number, or one a unit. Adds what is wrong to `issues` and then gives undefined. */
export const readPerUnit = (
  value: unknown,
  path: string,
  context: FeedContext,
  issues: Issue[],
  rule: { readonly unit: string; readonly check?: Check } = { unit: "pA" },
): number | Float64Array | undefined => {
  const add = (at: string, message: string): undefined => void issues.push({ path: at, message });
  const { unit, check } = rule;
  const broken = (v: number): string | undefined =>
    check && !check.holds(v)
      ? `${requirementText(check, unit)}; received ${withUnit(v, unit)}. Give a number in this range.`
      : undefined;
  if (Array.isArray(value) || isTypedArray(value)) {
    const array = readArray(value as NestedArray, path);
    if ("message" in array) return add(array.path, array.message);
    if (!fitsUnits(array.shape, context.units, array.flat)) return add(path, shapeProblem(array.shape, context.units));
    const problem = firstProblem(array.data, context.precision, unit);
    if (problem) return add(`${path}${indexText(problem.at, array.shape)}`, problem.message);
    const bad = array.data.findIndex((v) => broken(v) !== undefined);
    return bad < 0 ? array.data : add(`${path}${indexText(bad, array.shape)}`, broken(array.data[bad]!)!);
  }
  if (typeof value !== "number") {
    const received = describe(value);
    return add(path, `must be a number${within(unit)} or an array with one a unit; received ${received}. Give these.`);
  }
  const message = numberProblem(value, unit, context.precision) ?? broken(value);
  return message === undefined ? value : add(path, message);
};
