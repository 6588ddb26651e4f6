import fc from "fast-check";
import { meaning } from "./evaluate.ts";
import { type Bool, constant, type Expr, type Float, symbol } from "./expr.ts";
import type { PrimitiveName } from "./ops.ts";
import {
  abs,
  add,
  and,
  div,
  eq,
  floor,
  ge,
  gt,
  le,
  lt,
  max,
  min,
  mul,
  nearest,
  neg,
  not,
  or,
  select,
  sqrt,
  sub,
  xor,
} from "./verbs.ts";

/** Symbols of every rank of change, by name. */
export const floats: readonly Float[] = [
  symbol("float", "tau", "field", "1"),
  symbol("float", "dt", "dt", "1"),
  symbol("float", "v", "state", "1"),
  symbol("float", "w", "state", "1"),
  symbol("float", "current", "input", "1"),
];

/** Random graphs over those symbols, of type float and bool. */
export const { float: randomFloat, bool: randomBool } = fc.letrec<{ float: Float; bool: Bool }>((tie) => {
  const float = tie("float");
  const bool = tie("bool");
  const two = [add, sub, mul, div, min, max] as const;
  const one = [neg, abs, floor, sqrt, nearest] as const;
  return {
    float: fc.oneof(
      { maxDepth: 5, depthSize: "medium" },
      fc.constantFrom(...floats),
      fc.constantFrom(0, 1, -1, 0.5, -2.5, 1e-9, -3e21).map((value) => constant("float", value)),
      fc.tuple(fc.constantFrom(...two), float, float).map(([verb, a, b]) => verb(a, b)),
      fc.tuple(fc.constantFrom(...one), float).map(([verb, a]) => verb(a)),
      fc.tuple(bool, float, float).map(([c, a, b]) => select(c, a, b)),
    ),
    bool: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      fc.tuple(fc.constantFrom(lt, le, gt, ge, eq), float, float).map(([verb, a, b]) => verb(a, b)),
      fc.tuple(fc.constantFrom(and, or, xor), bool, bool).map(([verb, a, b]) => verb(a, b)),
      bool.map(not),
    ),
  };
});

/** Value of a graph of primitives for the given symbols; booleans are 0 or 1. */
export const evaluateExpr = (expr: Expr, symbols: Readonly<Record<string, number>>): number => {
  if (expr.op === "constant") return expr.value!;
  if (expr.op === "symbol") return symbols[expr.name!]!;
  const [a = 0, b = 0, c = 0] = expr.args.map((arg) => evaluateExpr(arg, symbols));
  return meaning[expr.op as PrimitiveName](a, b, c);
};
