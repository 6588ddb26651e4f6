import type { DType } from "./dtype.ts";

/** Operations that every backend implements. Each is exactly rounded or exact, so its bits are the same everywhere. */
export const primitives = {
  add: "float, float -> float",
  sub: "float, float -> float",
  mul: "float, float -> float",
  div: "float, float -> float",
  sqrt: "float -> float",
  abs: "float -> float",
  neg: "float -> float",
  /** b < a ? b : a. A NaN as the first argument is kept; a NaN as the second is lost. */
  min: "float, float -> float",
  /** a < b ? b : a */
  max: "float, float -> float",
  floor: "float -> float",
  /** Nearest integer; ties go to even. */
  nearest: "float -> float",
  select: "bool, float, float -> float",
  less: "float, float -> bool",
  lessEqual: "float, float -> bool",
  equal: "float, float -> bool",
  intAdd: "int, int -> int",
  intSub: "int, int -> int",
  intMul: "int, int -> int",
  intMin: "int, int -> int",
  intMax: "int, int -> int",
  intAnd: "int, int -> int",
  intOr: "int, int -> int",
  intXor: "int, int -> int",
  shiftLeft: "int, int -> int",
  /** Arithmetic shift: keeps the sign. */
  shiftRight: "int, int -> int",
  /** Logical shift: fills with zeros. */
  shiftRightUnsigned: "int, int -> int",
  intSelect: "bool, int, int -> int",
  intLess: "int, int -> bool",
  intLessEqual: "int, int -> bool",
  intEqual: "int, int -> bool",
  and: "bool, bool -> bool",
  or: "bool, bool -> bool",
  xor: "bool, bool -> bool",
  not: "bool -> bool",
  /** Truncates. Saturates; NaN gives 0. */
  toInt: "float -> int",
  toFloat: "int -> float",
  /** 2 to a power, for exponents of normal numbers. */
  pow2: "int -> float",
  /** Unbiased exponent of a positive normal number. */
  exponent: "float -> int",
  /** Mantissa in [1, 2) of a positive normal number. */
  mantissa: "float -> float",
} as const;

/** Functions that are lowered to primitives before a backend sees them (math/elementary.ts, math/threefry.ts). */
export const composites = {
  exp: "float -> float",
  expm1: "float -> float",
  log: "float -> float",
  /** log(1 + a), accurate for small a. */
  log1p: "float -> float",
  /** (e^a − 1)/a, with its limit 1 at 0. */
  exprel: "float -> float",
  /** a to the power b. Exact products if b is a whole constant. */
  pow: "float, float -> float",
  tanh: "float -> float",
  /** Sine and cosine of an angle in turns. */
  sinTurn: "float -> float",
  cosTurn: "float -> float",
  /** Standard normal and uniform (0, 1) draws. The counters are the unit and the step. */
  normal: "int, int -> float",
  uniform: "int, int -> float",
  /** The two 32-bit words of one draw. */
  bits: "int, int -> int",
  otherBits: "int, int -> int",
  /** The two words of one draw, used alternately by even and odd steps. */
  pairedBits: "int, int -> int",
} as const;

/** Operations that draw a new number for every unit and step. */
export const draws: ReadonlySet<string> = new Set([
  "normal",
  "uniform",
  "bits",
  "otherBits",
  "pairedBits",
] satisfies CompositeName[]);

export type PrimitiveName = keyof typeof primitives;
export type CompositeName = keyof typeof composites;
export type OpName = PrimitiveName | CompositeName;

export interface Signature {
  readonly args: readonly DType[];
  readonly result: DType;
}

const parse = (text: string): Signature => {
  const [args = "", result] = text.split(" -> ");
  return { args: args.split(", ") as DType[], result: result as DType };
};

/** Argument and result types of every operation. */
export const signatures: Readonly<Record<OpName, Signature>> = Object.fromEntries(
  Object.entries({ ...primitives, ...composites }).map(([name, text]) => [name, parse(text)]),
) as Record<OpName, Signature>;
