import type { PrimitiveName } from "../../expr/ops.ts";

type Print = (a: string, b: string, c: string) => string;

const infix =
  (sign: string): Print =>
  (a, b) =>
    `${a} ${sign} ${b}`;
const call =
  (name: string): Print =>
  (a, b, c) =>
    `${name}(${[a, b, c].filter((arg) => arg !== "").join(", ")})`;

/** C text of each primitive, on the vectors of vectors.ts. The second argument of a shift is a plain number. */
export const printed = {
  add: infix("+"),
  sub: infix("-"),
  mul: infix("*"),
  div: infix("/"),
  sqrt: call("root"),
  abs: call("absolute"),
  neg: (a) => `-${a}`,
  min: call("least"),
  max: call("greatest"),
  floor: call("below"),
  nearest: call("nearest"),
  select: call("choose"),
  less: call("less"),
  lessEqual: call("less_equal"),
  equal: call("equal"),
  intAdd: infix("+"),
  intSub: infix("-"),
  intMul: infix("*"),
  intMin: call("least_int"),
  intMax: call("greatest_int"),
  intAnd: infix("&"),
  intOr: infix("|"),
  intXor: infix("^"),
  shiftLeft: (a, b) => `(I)((U)${a} << ${b})`,
  shiftRight: infix(">>"),
  shiftRightUnsigned: (a, b) => `(I)((U)${a} >> ${b})`,
  intSelect: call("choose_int"),
  intLess: call("less_int"),
  intLessEqual: call("less_equal_int"),
  intEqual: call("equal_int"),
  and: call("both"),
  or: call("either"),
  xor: call("differ"),
  not: call("not"),
  toInt: call("to_int"),
  toFloat: call("to_float"),
  pow2: call("pow2"),
  exponent: call("exponent"),
  mantissa: call("mantissa"),
} satisfies Record<PrimitiveName, Print> as Readonly<Record<PrimitiveName, Print>>;

/** Comparisons that have a masked form, which computes comparison and `and` in one operation. */
export const masked: Readonly<Partial<Record<string, string>>> = {
  less: "and_less",
  lessEqual: "and_less_equal",
  equal: "and_equal",
  intLess: "and_less_int",
  intLessEqual: "and_less_equal_int",
  intEqual: "and_equal_int",
};
