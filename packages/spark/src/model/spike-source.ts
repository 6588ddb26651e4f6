import type { Fields } from "../config/field.ts";
import { commonNames } from "../config/parse.ts";
import { ModelError } from "../errors/errors.ts";
import { type Bool, type Expr, symbol } from "../expr/expr.ts";
import type { ComponentType, Model, Rule } from "./component.ts";
import {
  checkNames,
  checkNext,
  checkStates,
  checkSymbols,
  checkUnitNames,
  fieldSymbols,
  inputsUsed,
  type Kind,
  resultNames,
  returned,
  type States,
  stateObservables,
  stateSymbols,
} from "./declare.ts";
import { finish } from "./finish.ts";
import type { Port } from "./ports.ts";
import type { FieldScope, StateScope } from "./scope.ts";
import { componentType } from "./soma.ts";
import { checkUnits } from "./units.ts";

/** All symbols that the equations of a spike source may use. */
export type SpikeSourceScope<F, S = Record<never, never>> = FieldScope<F> &
  StateScope<S> & {
    /** Whether a spike from outside arrives in the step. Only a source that uses it has the port. */
    readonly inSpikes: Bool;
  };

/** Result of `step`: whether units spike, and the value of every state variable after the step. */
export type SpikeSourceStep<S> = StateScope<S> & { readonly spikes: Bool };

export interface SpikeSourceDefinition<F extends Fields, S extends States> {
  /** One or two sentences of description, with the source. */
  readonly about: string;
  readonly state?: (x: FieldScope<F>) => S;
  /** Conditions on fields and dt together. */
  readonly rules?: (x: FieldScope<F>) => readonly Rule[];
  readonly step: (x: SpikeSourceScope<F, NoInfer<S>>) => SpikeSourceStep<NoInfer<S>>;
}

const kind: Kind = {
  name: "spikeSource",
  example: "PoissonSource",
  reserved: [...commonNames, "inSpikes", "outSpikes", "spikes"],
  results: resultNames,
};
const relayed: Readonly<Record<string, Port>> = {
  inSpikes: { payload: "SpikeArray", unit: "1", description: "Spikes from outside.", unsigned: true },
};
const outputs: Readonly<Record<string, Port>> = {
  outSpikes: { payload: "SpikeArray", unit: "1", description: "Units that spike in the step." },
};

/**
 * Declares a population without a membrane, whose units spike spontaneously or as their input directs. `step` runs
 * once, at the declaration, on symbols, and returns the graph of the equations. The declaration checks the units of the
 * equations.
 *
 * @throws ModelError if a name is used twice, a state variable has no equation or a unit is unknown.
 * @throws UnitError if the equations combine quantities whose units do not agree.
 */
export const spikeSource = <F extends Fields, S extends States = Record<never, never>>(
  name: string,
  fields: F,
  definition: SpikeSourceDefinition<F, S>,
): ComponentType<F, keyof S & string, "spikeSource"> => {
  checkNames(kind, name, fields, definition);
  const symbols = fieldSymbols(fields);
  const state: States = { ...definition.state?.(symbols as FieldScope<F>) };
  checkStates(kind, name, fields, state);
  checkUnitNames(name, fields, state);
  const own: Record<string, Expr> = { ...symbols, ...stateSymbols(state) };
  const scope = { ...own, inSpikes: symbol("bool", "inSpikes", "input", "1") };
  const step = { ...definition.step(scope as unknown as SpikeSourceScope<F, S>) };
  const { spikes, ...next } = step as unknown as { readonly spikes: Bool } & Readonly<Record<string, Expr>>;
  if (spikes?.dtype !== "bool") {
    throw new ModelError(
      `${name}.step must return spikes, a bool; received ${returned(spikes)}. Return { spikes: lt(…), … }.`,
    );
  }
  checkNext(kind, name, state, next);
  const rules = definition.rules?.(symbols as FieldScope<F>);
  const roots = [spikes, ...Object.values(next)];
  const model: Model<F, string, "spikeSource"> = {
    kind: "spikeSource",
    name,
    about: definition.about,
    fields,
    state,
    inputs: inputsUsed(roots).has("inSpikes") ? relayed : {},
    outputs,
    next,
    spikes,
    observables: stateObservables(state, own),
    ...(rules ? { rules } : {}),
    finish,
  };
  const starts = Object.values(state).map(({ initial }) => initial);
  const conditions = Object.fromEntries((rules ?? []).map(({ field, holds }) => [`rules.${field}`, { expr: holds }]));
  checkSymbols(model, ["inSpikes"], [...roots, ...starts]);
  checkSymbols(
    { ...model, state: {} },
    [],
    (rules ?? []).map(({ holds }) => holds),
  );
  checkUnits(model, { spikes: { expr: spikes }, ...conditions });
  return componentType<F, keyof S & string, "spikeSource">(model);
};
