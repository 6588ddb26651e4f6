import { ModelError } from "../errors/errors.ts";
import { constant, type Expr, type Float, type FloatLike, type IntLike } from "../expr/expr.ts";
import type { StateVariable } from "./component.ts";

/**
 * Declares a float state variable with its start value (a number or an expression of fields), unit and description.
 * With `from`, an expression of fields, the library stores the difference from that value, so that this value is
 * exactly zero. Start values that users give and records are absolute.
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

/**
 * Declares an integer state variable, such as steps since an event.
 * @throws ModelError for a start value that is not a whole number of 32 bits
 */
export const int = (initial: IntLike, description: string): StateVariable<"int"> => {
  if (typeof initial === "number" && (initial | 0) !== initial) {
    throw new ModelError(
      `int() takes a whole number of 32 bits as start value; received ${initial}. Use float() for other numbers.`,
    );
  }
  return {
    dtype: "int",
    initial: typeof initial === "number" ? constant("int", initial) : initial,
    unit: "1",
    description,
  };
};

/** The fields of a component, as symbols for equations. */
export type FieldScope<F> = { readonly [K in keyof F]: Float };
/** State variables as symbols: values before the step in equations, values after it in the result of `step`. */
export type StateScope<S> = { readonly [K in keyof S]: S[K] extends StateVariable<infer T> ? Expr<T> : never };
