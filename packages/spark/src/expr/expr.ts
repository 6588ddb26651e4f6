import type { DType } from "./dtype.ts";
import type { OpName } from "./ops.ts";

export type { DType } from "./dtype.ts";

/** Where a symbol's value comes from. Fields and dt are fixed before a run; the others change within it. */
export type SymbolSource = "field" | "dt" | "state" | "input" | "unit" | "step";

/** A typed expression: plain data, immutable, shared freely. */
export interface Expr<T extends DType = DType> {
  readonly op: OpName | "constant" | "symbol";
  readonly dtype: T;
  readonly args: readonly Expr[];
  /** Of a constant: its value; for bool 0 or 1. */
  readonly value?: number;
  /** Of a symbol: its name. */
  readonly name?: string;
  /** Of a symbol: where it comes from. */
  readonly source?: SymbolSource;
  /** Of a symbol or a constant: its unit. A constant without one is a pure number, except 0, which has any unit. */
  readonly unit?: string;
  /** Of a random draw: what it is for; becomes part of the key. */
  readonly purpose?: string;
}
export type Float = Expr<"float">;
export type Int = Expr<"int">;
export type Bool = Expr<"bool">;

/** What a numeric argument may be: an expression of the type, or a plain number. */
export type FloatLike = Float | number;
export type IntLike = Int | number;

export const constant = <T extends DType>(dtype: T, value: number, unit?: string): Expr<T> =>
  unit === undefined ? { op: "constant", dtype, args: [], value } : { op: "constant", dtype, args: [], value, unit };

export const symbol = <T extends DType>(dtype: T, name: string, source: SymbolSource, unit: string): Expr<T> => ({
  op: "symbol",
  dtype,
  args: [],
  name,
  source,
  unit,
});

/** The length of one step, ms. */
export const dt: Float = symbol("float", "dt", "dt", "ms");

/** Calls `visit` once for every expression below the roots, arguments first. */
export const walk = (roots: Iterable<Expr>, visit: (expr: Expr) => void): void => {
  const seen = new Set<Expr>();
  const enter = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    for (const arg of expr.args) enter(arg);
    visit(expr);
  };
  for (const root of roots) enter(root);
};
