import { constant, type Expr, type Float, type FloatLike, type IntLike } from "../expr/expr.ts";
import type { StateVariable } from "./component.ts";

/**
 * A float state: its start (a number or an expression of fields), unit and meaning. With `from`, an expression of fields,
 * the state is kept relative to that value, which then is exactly zero; start values that users give and records are
 * absolute.
 */
export const float = (
  initial: FloatLike,
  unit: string,
  description: string,
  options: { readonly from?: Float } = {},
): StateVariable<"float"> => ({
  dtype: "float",
  initial: typeof initial === "number" ? constant("float", initial, unit) : initial,
  unit,
  description,
  ...(options.from && { from: options.from }),
});

/** A whole-number state, such as steps since an event. */
export const int = (initial: IntLike, description: string): StateVariable<"int"> => ({
  dtype: "int",
  initial: typeof initial === "number" ? constant("int", initial) : initial,
  unit: "1",
  description,
});

/** The fields of a component as its equations see them. */
export type FieldScope<F> = { readonly [K in keyof F]: Float };
/** State variables as equations see them: before the step on the right-hand side, after it in what `step` returns. */
export type StateScope<S> = { readonly [K in keyof S]: S[K] extends StateVariable<infer T> ? Expr<T> : never };
