import type { Arithmetic } from "./arithmetic.ts";

const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);
const high = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const low = 1 - high;

/** Nearest integer; ties go to even. Exact for every double. */
export const nearest = (a: number): number => {
  if (!(Math.abs(a) < 4503599627370496)) return a;
  const magic = a < 0 || Object.is(a, -0) ? -4503599627370496 : 4503599627370496;
  const rounded = a + magic - magic;
  return rounded === 0 ? (magic < 0 ? -0 : 0) : rounded;
};

/** Truncates to a 32-bit integer. Saturates; NaN gives 0. */
export const toInt = (a: number): number =>
  a >= 2147483647 ? 2147483647 : a <= -2147483648 ? -2147483648 : Math.trunc(a) | 0;

export const pow2 = (k: number): number => {
  words[high] = (k + 1023) << 20;
  words[low] = 0;
  return cell[0]!;
};

export const exponent = (a: number): number => {
  cell[0] = a;
  return ((words[high]! >>> 20) & 0x7ff) - 1023;
};

export const mantissa = (a: number): number => {
  cell[0] = a;
  words[high] = (words[high]! & 0xfffff) | 0x3ff00000;
  return cell[0]!;
};

/** Double-precision arithmetic of JavaScript. */
export const doubles: Arithmetic<number, number, boolean> = {
  precision: "f64",
  float: (value) => value,
  int: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  sqrt: Math.sqrt,
  abs: Math.abs,
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  nearest,
  less: (a, b) => a < b,
  select: (c, a, b) => (c ? a : b),
  intSelect: (c, a, b) => (c ? a : b),
  toInt,
  toFloat: (a) => a,
  pow2,
  exponent,
  mantissa,
  intAdd: (a, b) => (a + b) | 0,
  intSub: (a, b) => (a - b) | 0,
  intAnd: (a, b) => a & b,
  intOr: (a, b) => a | b,
  intXor: (a, b) => a ^ b,
  shiftLeft: (a, bits) => a << bits,
  shiftRight: (a, bits) => a >> bits,
  shiftRightUnsigned: (a, bits) => (a >>> bits) | 0,
  intEqual: (a, b) => a === b,
};
