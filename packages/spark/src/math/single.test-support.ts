import type { Arithmetic } from "./arithmetic.ts";
import { doubles } from "./doubles.ts";

const round = Math.fround;

/** Single precision in JavaScript: every float operation on doubles, then rounded. */
export const single: Arithmetic<number, number, boolean> = {
  ...doubles,
  precision: "f32",
  float: round,
  add: (a, b) => round(a + b),
  sub: (a, b) => round(a - b),
  mul: (a, b) => round(a * b),
  div: (a, b) => round(a / b),
  sqrt: (a) => round(Math.sqrt(a)),
  toFloat: round,
};
