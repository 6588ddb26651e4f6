import { ModelError } from "../errors/errors.ts";
import type { DType } from "./dtype.ts";
import type { OpName } from "./ops.ts";

export type { DType } from "./dtype.ts";

/** Origin of a symbol's value. Fields and dt are fixed before a run; the others change during a run. */
export type SymbolSource = "field" | "dt" | "state" | "input" | "unit" | "step";

/** A typed expression: immutable plain data that graphs may share. */
export interface Expr<T extends DType = DType> {
  readonly op: OpName | "constant" | "symbol";
  readonly dtype: T;
  readonly args: readonly Expr[];
  /** Value of a constant. For a bool: 0 or 1. */
  readonly value?: number;
  /** Name of a symbol. */
  readonly name?: string;
  /** Origin of a symbol. */
  readonly source?: SymbolSource;
  /** Unit of a symbol or constant. A constant without a unit is a pure number, except 0, which fits any unit. */
  readonly unit?: string;
  /** Purpose of a random draw; it is part of the key. */
  readonly purpose?: string;
}
export type Float = Expr<"float">;
export type Int = Expr<"int">;
export type Bool = Expr<"bool">;

/** A numeric argument: a float expression or a plain number. */
export type FloatLike = Float | number;
export type IntLike = Int | number;

/** Operators of JavaScript would turn an expression into text or NaN. They cannot be given a meaning, but refused. */
const operators = {
  [Symbol.toPrimitive](this: Expr, hint: string): string {
    const text = this.name ?? this.op;
    if (hint === "string") return text;
    throw new ModelError(
      `An operator of JavaScript, such as + or <, got the expression ${text}. Use functions: add(x, y) for x + y, gt(x, y) for x > y.`,
    );
  },
};

/** An expression that authors may hold: operators of JavaScript refuse it. */
export const guarded = <E extends Expr>(expr: E): E => Object.setPrototypeOf(expr, operators) as E;

export const constant = <T extends DType>(dtype: T, value: number, unit?: string): Expr<T> =>
  guarded({ op: "constant", dtype, args: [], value, ...(unit !== undefined && { unit }) });

export const symbol = <T extends DType>(dtype: T, name: string, source: SymbolSource, unit: string): Expr<T> =>
  guarded({ op: "symbol", dtype, args: [], name, source, unit });

/** Time step of the run, ms. */
export const dt: Float = symbol("float", "dt", "dt", "ms");

/** Most operations that may be nested. Later stages enter the same expressions recursively, with larger frames. */
const DEEPEST = 2000;

/**
 * Calls `visit` once for every expression reachable from the roots, arguments first.
 * @throws ModelError if they are nested too deeply
 */
export const walk = (roots: Iterable<Expr>, visit: (expr: Expr) => void): void => {
  const seen = new Set<Expr>();
  const enter = (expr: Expr, depth: number): void => {
    if (seen.has(expr)) return;
    if (depth > DEEPEST)
      throw new ModelError(`Equations must nest at most ${DEEPEST} operations. Use fewer sub-steps.`);
    seen.add(expr);
    for (const arg of expr.args) enter(arg, depth + 1);
    visit(expr);
  };
  for (const root of roots) enter(root, 0);
};

/** Whether an expression depends on fields and dt only, so that it is computed once, before a run. */
export const isFixed = (root: Expr): boolean => {
  let fixed = true;
  walk([root], ({ op, source, purpose }) => {
    if (purpose !== undefined || (op === "symbol" && source !== "field" && source !== "dt")) fixed = false;
  });
  return fixed;
};
