import type { Expr, Int } from "../expr/expr.ts";
import {
  abs,
  ceil,
  clip,
  cos,
  cosTurn,
  decay,
  exp,
  expm1,
  exprel,
  floor,
  linoid,
  log,
  log1p,
  max,
  meanDecay,
  meanOfDecay,
  min,
  mod,
  nearest,
  normalNoise,
  otherBits,
  pairedBits,
  randomBits,
  relax,
  select,
  sigmoid,
  sign,
  sin,
  since,
  sinTurn,
  softplus,
  sqrt,
  steps,
  tanh,
  toFloat,
  toInt,
  uniformNoise,
  when,
} from "../expr/verbs.ts";

/*
 * The functions that texts can call. A signature gives the unit or type of each argument and of the value: 1 is a pure
 * number, ms a time, a and b are units of any kind, the same wherever the letter occurs.
 */

const table = {
  exp: [exp, "1 -> 1"],
  expm1: [expm1, "1 -> 1"],
  log: [log, "1 -> 1"],
  log1p: [log1p, "1 -> 1"],
  exprel: [exprel, "1 -> 1"],
  tanh: [tanh, "1 -> 1"],
  sin: [sin, "1 -> 1"],
  cos: [cos, "1 -> 1"],
  sinTurn: [sinTurn, "1 -> 1"],
  cosTurn: [cosTurn, "1 -> 1"],
  sigmoid: [sigmoid, "1 -> 1"],
  softplus: [softplus, "1 -> 1"],
  floor: [floor, "1 -> 1"],
  ceil: [ceil, "1 -> 1"],
  nearest: [nearest, "1 -> 1"],
  abs: [abs, "a -> a"],
  sign: [sign, "a -> 1"],
  sqrt: [sqrt, "a -> root"],
  min: [min, "a, a -> a"],
  max: [max, "a, a -> a"],
  mod: [mod, "a, a -> a"],
  clip: [clip, "a, a, a -> a"],
  select: [select, "bool, a, a -> a"],
  when: [when, "bool, a -> a"],
  relax: [relax, "a, a, ms -> a"],
  decay: [decay, "a, ms -> a"],
  meanDecay: [meanDecay, "a, ms -> a"],
  meanOfDecay: [meanOfDecay, "ms -> 1"],
  linoid: [linoid, "a, b, b -> product"],
  steps: [steps, "ms -> int"],
  since: [since, "bool, int, int -> int"],
  toInt: [toInt, "1 -> int"],
  toFloat: [toFloat, "int -> 1"],
} as const;

/** Unit or type of an argument or a value. */
export type Slot = "1" | "ms" | "a" | "b" | "bool" | "int" | "root" | "product";

export interface TextFunction {
  readonly args: readonly Slot[];
  readonly result: Slot;
  readonly make: (...args: Expr[]) => Expr;
}

type Verb = keyof typeof table;

/** Functions whose arguments of unit a may be integers. */
export const ofIntegers: ReadonlySet<string> = new Set(["min", "max", "select"]);

export const textFunctions: Readonly<Record<Verb, TextFunction>> = Object.fromEntries(
  Object.entries(table).map(([name, [make, text]]) => {
    const [args = "", result] = text.split(" -> ");
    return [name, { args: args.split(", "), result, make } as unknown as TextFunction];
  }),
) as Record<Verb, TextFunction>;

/** Functions that draw a number in each step: their first argument is the purpose of the draw, in quotes. */
export const drawFunctions: Readonly<Record<string, (purpose: string, index?: Int) => Expr>> = {
  normalNoise,
  uniformNoise,
  randomBits,
  otherBits,
  pairedBits,
};

/** Names of functions in other simulators, with the function of this library. */
export const otherNames: Readonly<Record<string, string>> = {
  ln: "log",
  log10: "log",
  clamp: "clip",
  heaviside: "when",
  where: "select",
  ifelse: "select",
  round: "nearest",
  trunc: "toInt",
  fabs: "abs",
  pow: "^",
  exp10: "exp",
  logistic: "sigmoid",
};
