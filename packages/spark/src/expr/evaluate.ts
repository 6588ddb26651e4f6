import { exponent, mantissa, nearest, pow2, toInt } from "../math/doubles.ts";
import type { PrimitiveName } from "./ops.ts";

/**
 * Meaning of every primitive on doubles. Floats are numbers, ints are 32-bit numbers, and booleans are 0 or 1. Single
 * precision is the same followed by one rounding. This is exact for these operations, because a double has more than
 * twice the bits.
 */
export const meaning = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  sqrt: (a) => Math.sqrt(a),
  abs: (a) => Math.abs(a),
  neg: (a) => -a,
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  floor: (a) => Math.floor(a),
  nearest: (a) => nearest(a),
  select: (c, a, b) => (c ? a : b),
  less: (a, b) => +(a < b),
  lessEqual: (a, b) => +(a <= b),
  equal: (a, b) => +(a === b),
  intAdd: (a, b) => (a + b) | 0,
  intSub: (a, b) => (a - b) | 0,
  intMul: (a, b) => Math.imul(a, b),
  intMin: (a, b) => (b < a ? b : a),
  intMax: (a, b) => (a < b ? b : a),
  intAnd: (a, b) => a & b,
  intOr: (a, b) => a | b,
  intXor: (a, b) => a ^ b,
  shiftLeft: (a, b) => a << b,
  shiftRight: (a, b) => a >> b,
  shiftRightUnsigned: (a, b) => (a >>> b) | 0,
  intSelect: (c, a, b) => (c ? a : b),
  intLess: (a, b) => +(a < b),
  intLessEqual: (a, b) => +(a <= b),
  intEqual: (a, b) => +(a === b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  not: (a) => a ^ 1,
  toInt: (a) => toInt(a),
  toFloat: (a) => a,
  pow2: (a) => pow2(a),
  exponent: (a) => exponent(a),
  mantissa: (a) => mantissa(a),
} satisfies Record<PrimitiveName, (a: number, b: number, c: number) => number> as Record<
  PrimitiveName,
  (a: number, b: number, c: number) => number
>;
