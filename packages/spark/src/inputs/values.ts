import { type Check, inUnit, requirementText, withUnit } from "../config/field.ts";
import type { Precision } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import { rangeProblem } from "../config/range.ts";
import {
  describe,
  indicesOf,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  readArray,
  type Shape,
  sameShape,
  shapeText,
  sizeOf,
} from "../config/shape.ts";
import type { FeedContext } from "./contract.ts";

/** A number for all units, or one per unit: nested in the shape of the units, or a flat typed array. */
export type PerUnit = number | NestedArray | NumericArray;

/** The message for an invalid number; undefined for a valid one. */
export const numberProblem = (value: unknown, unit: string, precision: Precision): string | undefined => {
  if (typeof value !== "number") return `must be a number${inUnit(unit)}; received ${describe(value)}. Give a number.`;
  if (!Number.isFinite(value)) {
    return `must be a finite number; received ${withUnit(value, unit)}. Give a number here.`;
  }
  // A current that is too small has no effect, also in double precision. This comes first, since every step has it.
  const isBeyond = precision === "f32" && !Number.isFinite(Math.fround(value));
  return isBeyond ? rangeProblem(value, unit) : undefined;
};

/** The first invalid number of an array: its index and the message. */
export const firstProblem = (
  data: NumericArray,
  precision: Precision,
  unit: string,
): { readonly at: number; readonly message: string } | undefined => {
  // A valid number costs only this comparison; the message is made for invalid ones.
  const limit = precision === "f32" ? 3.4028235677973366e38 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < data.length; at++) {
    if (!(Math.abs(data[at]!) < limit)) return { at, message: numberProblem(data[at], unit, precision)! };
  }
  return undefined;
};

/** The largest magnitude of one number or several. */
export const largestOf = (values: number | NumericArray): number => {
  if (typeof values === "number") return Math.abs(values);
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]!));
  return largest;
};

/**
 * A quick check for infinities and NaN: each makes the sum of an array infinite or NaN. The sum of huge values can
 * overflow too, so a caller then checks each value. Four independent sums do not wait for each other; eight are no faster
 * for a thousand values, and V8 compiles so long a loop late: the first sum of ten million values took three times as long
 * and 17 MB of boxed numbers.
 */
export const hasFiniteSum = (values: NumericArray): boolean => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const end = values.length & ~3;
  for (let k = 0; k < end; k += 4) {
    a += values[k]!;
    b += values[k + 1]!;
    c += values[k + 2]!;
    d += values[k + 3]!;
  }
  for (let k = end; k < values.length; k++) a += values[k]!;
  return Number.isFinite(a + b + (c + d));
};

/** Whether an array of a shape contains one value per unit. A flat array fits any shape of its length. */
export const fitsUnits = (shape: Shape, units: Shape, flat: boolean): boolean =>
  sameShape(shape, units) || (flat && shape.length === 1 && shape[0] === sizeOf(units));

export const shapeProblem = (shape: Shape, { units, port }: Pick<FeedContext, "units" | "port">): string => {
  const whole = port.shared ? "Give one value for all units along the last axis." : "Give one value per unit.";
  const enough = sizeOf(shape) === sizeOf(units);
  const remedy = enough ? "Give the values in that shape, or as a typed array." : whole;
  const owner = port.shared ? "the signal of the population" : "the population";
  return `has shape ${shapeText(shape)}, but ${owner} has shape ${shapeText(units)}. ${remedy}`;
};

/** Reads a number, or one a unit. */
export const readPerUnit = (
  value: unknown,
  site: Site<FeedContext>,
  { unit, check }: { readonly unit: string; readonly check?: Check },
): number | Float64Array | undefined => {
  const { units, precision } = site.context;
  const broken = (v: number): string | undefined =>
    check && !check.holds(v)
      ? `${requirementText(check, unit)}; received ${withUnit(v, unit)}. Give a number in this range.`
      : undefined;
  if (Array.isArray(value) || isTypedArray(value)) {
    const array = readArray(value as NestedArray);
    if ("message" in array) return site.refusePart(array);
    const { data, shape, flat } = array;
    if (!fitsUnits(shape, units, flat)) return site.refuse(shapeProblem(shape, site.context));
    const problem = firstProblem(data, precision, unit);
    const bad = problem?.at ?? data.findIndex((v) => broken(v) !== undefined);
    if (bad < 0) return data;
    return site.at(...indicesOf(bad, shape)).refuse(problem?.message ?? broken(data[bad]!)!);
  }
  if (typeof value !== "number") {
    return site.refuse(
      `must be a number${inUnit(unit)} or an array with one per unit; received ${describe(value)}. Give one of these.`,
    );
  }
  const message = numberProblem(value, unit, precision) ?? broken(value);
  return message === undefined ? value : site.refuse(message);
};
