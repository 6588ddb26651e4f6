import type { Fields } from "../config/field.ts";
import { commonNames } from "../config/parse.ts";
import { ModelError } from "../errors/errors.ts";
import { type Bool, constant, type Expr, type Float, symbol } from "../expr/expr.ts";
import type { ComponentType, Model, Rule } from "./component.ts";
import {
  checkInputs,
  checkNames,
  checkNext,
  checkStates,
  checkSymbols,
  checkUnitNames,
  fieldSymbols,
  inputSymbols,
  inputsUsed,
  inputUnits,
  type Kind,
  resultNames,
  returned,
  type States,
  stateObservables,
  stateSymbols,
  usedInputs,
} from "./declare.ts";
import { finish } from "./finish.ts";
import { PLACES, usesPlaces } from "./places.ts";
import type { InputPort, Port } from "./ports.ts";
import type { FieldScope, StateScope } from "./scope.ts";
import { componentType } from "./soma.ts";
import { checkUnits } from "./units.ts";

/** Signals that a spike source declares. */
export type SignalInputs = Readonly<Record<string, InputPort & { readonly payload: "SignalArray" }>>;

/** All symbols that the equations of a spike source may use. */
export type SpikeSourceScope<F, S = Record<never, never>, I = Record<never, never>> = FieldScope<F> &
  StateScope<S> &
  (I extends SignalInputs ? { readonly [K in keyof I]: Float } : unknown) & {
    /** Whether a spike from outside arrives in the step. Only a source that uses it has the port. */
    readonly inSpikes: Bool;
    /** Number of units along the last axis of the population. */
    readonly places: Float;
  };

/**
 * Result of `step`: whether units spike, and the value of every state variable after the step. Units that only hold values
 * for signals may omit `spikes`: they never spike.
 */
export type SpikeSourceStep<S> = StateScope<S> &
  (keyof S extends never ? { readonly spikes: Bool } : { readonly spikes?: Bool });

export interface SpikeSourceDefinition<
  F extends Fields,
  S extends States,
  I extends SignalInputs | undefined = Record<never, never>,
> {
  /** One or two sentences of description, with the source. */
  readonly about: string;
  /** Signals that drive the units, such as `{ signal: signal("1", "…") }`. The equations use them by name. */
  readonly inputs?: I;
  readonly state?: (x: FieldScope<F>) => S;
  /** Conditions on fields and dt together. */
  readonly rules?: (x: FieldScope<F>) => readonly Rule[];
  readonly step: (x: SpikeSourceScope<F, NoInfer<S>, NoInfer<I>>) => SpikeSourceStep<NoInfer<S>>;
}

/** For units that never spike. */
const never: Bool = constant("bool", 0);

const kind: Kind = {
  name: "spikeSource",
  example: "PoissonSource",
  reserved: [...commonNames, "inSpikes", "outSpikes", "spikes", PLACES],
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
export const spikeSource = <
  F extends Fields,
  S extends States = Record<never, never>,
  const I extends SignalInputs | undefined = undefined,
>(
  name: string,
  fields: F,
  definition: SpikeSourceDefinition<F, S, I>,
): ComponentType<F, keyof S & string, "spikeSource", I> => {
  const declared: SignalInputs = definition?.inputs ?? {};
  const reserved = [...kind.reserved, ...Object.keys(declared)];
  checkNames({ ...kind, reserved }, name, fields, definition);
  checkInputs(kind, name, declared);
  const symbols = fieldSymbols(fields);
  const state: States = { ...definition.state?.(symbols as FieldScope<F>) };
  checkStates({ ...kind, reserved }, name, fields, state);
  checkUnitNames(name, fields, state, inputUnits(declared));
  const own: Record<string, Expr> = { ...symbols, ...stateSymbols(state) };
  const scope = {
    ...own,
    ...inputSymbols(declared),
    inSpikes: symbol("bool", "inSpikes", "input", "1"),
    [PLACES]: symbol("float", PLACES, "field", "1"),
  };
  const step = { ...definition.step(scope as unknown as SpikeSourceScope<F, S, I>) };
  const held = Object.keys(state).length > 0 && !Object.hasOwn(step, "spikes");
  const { spikes = held ? never : undefined, ...next } = step as unknown as { readonly spikes: Bool } & Readonly<
    Record<string, Expr>
  >;
  if (spikes?.dtype !== "bool") {
    throw new ModelError(
      `${name}.step must return spikes, a bool; received ${returned(spikes)}. Return { spikes: lt(…), … }.`,
    );
  }
  checkNext(kind, name, state, next);
  const rules = definition.rules?.(symbols as FieldScope<F>);
  const roots = [spikes, ...Object.values(next)];
  const used = inputsUsed(roots);
  const model: Model<F, string, "spikeSource"> = {
    kind: "spikeSource",
    name,
    about: definition.about,
    fields,
    state,
    inputs: { ...usedInputs(name, declared, used), ...(used.has("inSpikes") && relayed) },
    outputs,
    next,
    spikes,
    observables: stateObservables(state, own),
    ...(usesPlaces([...roots, ...Object.values(state).map(({ initial }) => initial)]) && { usesPlaces: true }),
    ...(rules ? { rules } : {}),
    finish,
  };
  const starts = Object.values(state).map(({ initial }) => initial);
  const conditions = Object.fromEntries((rules ?? []).map(({ field, holds }) => [`rules.${field}`, { expr: holds }]));
  const known = { ...model, fields: { ...fields, [PLACES]: true } as unknown as Fields };
  checkSymbols(known, ["inSpikes", ...Object.keys(declared)], [...roots, ...starts]);
  checkSymbols(
    { ...model, state: {} },
    [],
    (rules ?? []).map(({ holds }) => holds),
  );
  checkUnits(model, { spikes: { expr: spikes }, ...conditions });
  return componentType<F, keyof S & string, "spikeSource">(model) as ComponentType<
    F,
    keyof S & string,
    "spikeSource",
    I
  >;
};
