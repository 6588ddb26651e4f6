import type { Fields } from "../config/field.ts";
import type { Expr, Float } from "../expr/expr.ts";
import { constant, symbol } from "../expr/expr.ts";
import type { StateVariable } from "./component.ts";
import type { FieldScope, StateScope } from "./scope.ts";
import type { Varying } from "./varying.ts";

/** A current that is computed for each unit during the run, such as noise. Plain data, like every model. */
export interface SourceModel {
  readonly name: string;
  readonly about: string;
  readonly fields: Fields;
  readonly state: Readonly<Record<string, StateVariable>>;
  readonly next: Readonly<Record<string, Expr>>;
  /** Current of the step, pA. */
  readonly value: Float;
}

/** A current source with its values. */
export interface SourceInstance {
  readonly model: SourceModel;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /**
   * Whether the value of an expression may be set during a simulation; `fields` then contains the present values. Absent
   * until a field is set.
   */
  live?: ((expr: Expr) => boolean) | undefined;
  /** The field that changes over time, if any. */
  readonly varying?: Varying | undefined;
  readonly seed: number;
  /**
   * Checks new values of the fields, or several sets of them. Returns equations that hold for all of them: the present
   * ones if possible. Absent if the equations do not depend on values.
   * @throws ConfigError for invalid values
   */
  readonly adapt?: (
    fields: readonly Readonly<Record<string, number | Float64Array>>[],
    present: SourceModel,
  ) => SourceModel;
  /** Start of each state variable, one value per unit. Absent: the start of the model. */
  readonly start: Readonly<Record<string, Float64Array>>;
}

/** Declares a current source. `step` runs once, at the declaration, on symbols. */
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

/** Declares a float state variable of a current source. It starts at zero unless the instance sets another value. */
export const sourceState = (unit: string, description: string): StateVariable<"float"> => ({
  dtype: "float",
  initial: constant("float", 0),
  unit,
  description,
});
