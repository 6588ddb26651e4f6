import type { Fields } from "../config/field.ts";
import type { Expr, Float } from "../expr/expr.ts";
import { constant, symbol } from "../expr/expr.ts";
import type { StateVariable } from "./component.ts";
import type { FieldScope, StateScope } from "./scope.ts";
import type { Varying } from "./varying.ts";

/** A current that is computed unit by unit within the run: noise, for instance. Data, like every component. */
export interface SourceModel {
  readonly name: string;
  readonly about: string;
  readonly fields: Fields;
  readonly state: Readonly<Record<string, StateVariable>>;
  readonly next: Readonly<Record<string, Expr>>;
  /** The current of the step, pA. */
  readonly value: Float;
}

/** A source with its values. */
export interface SourceInstance {
  readonly model: SourceModel;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /** The field that changes in time, if one does. */
  readonly varying?: Varying | undefined;
  readonly seed: number;
  /** Start of each state, one a unit; the model's own where absent. */
  readonly start: Readonly<Record<string, Float64Array>>;
}

/** Declares a source. `step` runs once, now, over symbols. */
export const source = <F extends Fields, S extends Record<string, StateVariable> = Record<never, never>>(
  name: string,
  fields: F,
  definition: {
    readonly about: string;
    readonly state?: S;
    readonly step: (x: FieldScope<F> & StateScope<S>) => StateScope<S> & { readonly value: Float };
  },
): SourceModel => {
  const scope: Record<string, Expr> = {};
  for (const [key, field] of Object.entries(fields)) scope[key] = symbol("float", key, "field", field.unit);
  const state: Record<string, StateVariable> = { ...definition.state };
  for (const [key, variable] of Object.entries(state)) {
    scope[key] = symbol(variable.dtype, key, "state", variable.unit);
  }
  const { value, ...next } = definition.step(scope as FieldScope<F> & StateScope<S>) as { value: Float } & Record<
    string,
    Expr
  >;
  return { name, about: definition.about, fields, state, next, value };
};

/** A float state of a source that starts at zero unless its instance says otherwise. */
export const sourceState = (unit: string, description: string): StateVariable<"float"> => ({
  dtype: "float",
  initial: constant("float", 0),
  unit,
  description,
});
