import { type Field, type Fields, requirementText, withUnit } from "../config/field.ts";
import { parseConfig } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { parseUnit, unitNames } from "../config/unit.ts";
import { ModelError } from "../errors/errors.ts";
import {
  type Bool,
  constant,
  type Expr,
  type Float,
  type FloatLike,
  type Int,
  type IntLike,
  symbol,
  walk,
} from "../expr/expr.ts";
import { add } from "../expr/verbs.ts";
import { buildComponent } from "./build.ts";
import type { Component, ComponentType, ConfigOf, Model, ModelOf, Observable, StateVariable } from "./component.ts";
import type { Port } from "./ports.ts";
import { checkUnits } from "./units.ts";

/** A float state: its start (a number or an expression of fields), unit and meaning. */
export const float = (initial: FloatLike, unit: string, description: string): StateVariable<"float"> => ({
  dtype: "float",
  initial: typeof initial === "number" ? constant("float", initial, unit) : initial,
  unit,
  description,
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

/** All that a soma's equations may name. */
export type SomaScope<F, S = Record<never, never>> = FieldScope<F> &
  StateScope<S> & {
    /** Membrane potential before the step, mV; relative to `potentialRest` where the soma has that field. */
    readonly potential: Float;
    /** Everything that flows in during the step, pA: `current` plus `inSpikes`. */
    readonly current: Float;
  };

/** What `step` gives back: whether units spike, the potential after the step, and every further state. */
export type SomaStep<S> = StateScope<S> & { readonly spikes: Bool; readonly potential: Float };

export interface SomaDefinition<F extends Fields, S extends Record<string, StateVariable>> {
  /** One or two sentences for people, with the source. */
  readonly about: string;
  /** State beside the potential. */
  readonly state?: (x: FieldScope<F>) => S;
  readonly step: (x: SomaScope<F, NoInfer<S>>) => SomaStep<NoInfer<S>>;
}

const inputs: Readonly<Record<string, Port>> = {
  current: { payload: "CurrentArray", unit: "pA", description: "Current into the soma." },
  inSpikes: {
    payload: "SpikeArray",
    unit: "1",
    description: "Spikes from outside; each is a current of +1 pA, or −1 pA from an inhibitory unit, for one step.",
  },
};
const outputs: Readonly<Record<string, Port>> = {
  outSpikes: { payload: "SpikeArray", unit: "1", description: "Which units spike in the step." },
  potential: { payload: "PotentialArray", unit: "mV", description: "Absolute membrane potential after the step." },
};
const reserved = [
  "units",
  "dt",
  "dtype",
  "seed",
  "skipValidation",
  "current",
  "inSpikes",
  "outSpikes",
  "spikes",
  "potential",
];

/**
 * Declares a soma. `step` runs once, now, over symbols, and yields the graph of the equations; units are checked here.
 *
 * A soma with a field `potentialRest` keeps its potential relative to it, so that rest is exactly zero; what is read,
 * recorded and plotted is always the absolute potential.
 *
 * @throws ModelError when a name is taken twice, a state has no equation or a unit is unknown.
 * @throws UnitError when the equations combine quantities whose units do not agree.
 */
export const soma = <F extends Fields, S extends Record<string, StateVariable> = Record<never, never>>(
  name: string,
  fields: F,
  definition: SomaDefinition<F, S>,
): ComponentType<F, (keyof S & string) | "potential"> => {
  checkNames(name, fields);
  const scope: Record<string, Expr> = {};
  for (const [key, field] of Object.entries<Field>(fields)) scope[key] = symbol("float", key, "field", field.unit);
  const own: Record<string, StateVariable> = { ...definition.state?.(scope as FieldScope<F>) };
  const relative = Object.hasOwn(fields, "potentialRest") ? " relative to potentialRest" : "";
  const state: Record<string, StateVariable> = {
    potential: float(0, "mV", `Membrane potential${relative}.`),
    ...own,
  };
  checkStates(name, fields, state);
  for (const [key, variable] of Object.entries(state)) {
    scope[key] = symbol(variable.dtype, key, "state", variable.unit);
  }
  scope["current"] = symbol("float", "current", "input", "pA");
  const { spikes, ...next } = { ...(definition.step(scope as SomaScope<F, S>) as unknown as StepResult) };
  checkStep(name, state, next, spikes);
  const model: Model<F> = {
    kind: "soma",
    name,
    about: definition.about,
    fields,
    state,
    inputs,
    outputs,
    next,
    spikes,
    observables: observablesOf(fields, state, scope),
  };
  checkSymbols(model);
  checkUnits(model);
  return componentType<F, (keyof S & string) | "potential">(model);
};

type StepResult = { readonly spikes: Bool } & Readonly<Record<string, Expr>>;

const camelCase = /^[a-z][A-Za-z0-9]*$/;

const checkNames = (name: string, fields: Fields): void => {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new ModelError(`soma("${name}") must be named in PascalCase, such as LeakySoma. Rename it.`);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (reserved.includes(key)) throw new ModelError(`${name}.${key} is a name that every soma has. Rename the field.`);
    if (!camelCase.test(key)) {
      throw new ModelError(`${name}.${key} must be named in camelCase, such as potentialTau. Rename the field.`);
    }
    knownUnit(`${name}.${key}`, field.unit);
    for (const check of field.checks) {
      if (!check.holds(field.default)) {
        throw new ModelError(
          `${name}.${key} ${requirementText(check, field.unit)}, but its default is ${withUnit(field.default, field.unit)}. Change the default.`,
        );
      }
    }
  }
};

const knownUnit = (path: string, unit: string): void => {
  if (parseUnit(unit) === undefined) {
    throw new ModelError(
      `${path} has the unknown unit "${unit}". Use ${unitNames.join(", ")}, or products such as mV/ms.`,
    );
  }
};

/** A state has a name of its own, a known unit and a start that is known before a run. */
const checkStates = (name: string, fields: Fields, state: Readonly<Record<string, StateVariable>>): void => {
  for (const [key, variable] of Object.entries(state)) {
    if (Object.hasOwn(fields, key)) {
      throw new ModelError(`${name}.${key} is declared twice, as a field and as a state. Rename one of them.`);
    }
    if (key !== "potential" && reserved.includes(key)) {
      throw new ModelError(`${name}.${key} is a name that every soma has. Rename the state.`);
    }
    if (!camelCase.test(key)) {
      throw new ModelError(`${name}.${key} must be named in camelCase, such as adaptation. Rename the state.`);
    }
    if (key === "potential" && (variable.dtype !== "float" || variable.unit !== "mV")) {
      throw new ModelError(
        `${name}.potential must be a float in mV; received ${variable.dtype} in ${variable.unit}. Declare it with float(start, "mV", …).`,
      );
    }
    knownUnit(`${name}.${key}`, variable.unit);
    walk([variable.initial], ({ op, source, name: what }) => {
      if (op !== "symbol" || source === "field" || source === "dt") return;
      throw new ModelError(`${name}.${key} starts from ${what}, which is known only within a run. Use fields and dt.`);
    });
  }
};

const checkStep = (
  name: string,
  state: Readonly<Record<string, StateVariable>>,
  next: Readonly<Record<string, Expr>>,
  spikes: Bool | undefined,
): void => {
  if (spikes?.dtype !== "bool") {
    throw new ModelError(
      `${name}.step must return spikes, a bool; received ${returned(spikes)}. Return { spikes: gt(v, …), … }.`,
    );
  }
  for (const [key, variable] of Object.entries(state)) {
    const expr = Object.hasOwn(next, key) ? next[key] : undefined;
    if (!expr) {
      throw new ModelError(`${name}.step must return ${key}, a state of the soma. Add it to what step returns.`);
    }
    if (expr.dtype !== variable.dtype) {
      throw new ModelError(`${name}.${key} is ${variable.dtype}, but step returns ${returned(expr)}. Make them agree.`);
    }
  }
  for (const key of Object.keys(next)) {
    if (!Object.hasOwn(state, key)) {
      throw new ModelError(`${name}.step returns ${key}, which is not a state. Declare it in state, or drop it.`);
    }
  }
};

/** An expression of another soma may be used where this one declares everything that it names. */
const checkSymbols = (model: Model): void => {
  const own = { field: model.fields, state: model.state, input: { current: true } };
  const starts = Object.values(model.state).map(({ initial }) => initial);
  walk([model.spikes, ...Object.values(model.next), ...starts], ({ op, source, name }) => {
    if (op !== "symbol" || (source !== "field" && source !== "state" && source !== "input")) return;
    if (Object.hasOwn(own[source], name!)) return;
    throw new ModelError(
      `${model.name} uses the ${source} ${name}, which it does not declare. Take it from x, in step.`,
    );
  });
};

const returned = (value: unknown): string =>
  typeof value === "object" && value !== null && "dtype" in value
    ? String(value.dtype)
    : value === undefined
      ? "nothing"
      : describe(value);

const observablesOf = (
  fields: Fields,
  state: Readonly<Record<string, StateVariable>>,
  scope: Readonly<Record<string, Expr>>,
): Record<string, Observable> => {
  const observables: Record<string, Observable> = {};
  for (const [key, { unit, description }] of Object.entries(state)) {
    observables[key] = { expr: scope[key] as Float | Int, unit, description };
  }
  const absolute = Object.hasOwn(fields, "potentialRest")
    ? add(scope["potential"] as Float, scope["potentialRest"] as Float)
    : undefined;
  if (absolute) observables["potential"] = { expr: absolute, unit: "mV", description: "Absolute membrane potential." };
  return observables;
};

const componentType = <F extends Fields, S extends string>(
  model: ComponentType<F, S>["model"],
): ComponentType<F, S> => {
  const create = (config?: ConfigOf<F>): Component<ModelOf<F, S>> => {
    const parsed = parseConfig(model.name, model.fields, config);
    const component: Component<ModelOf<F, S>> = {
      model,
      config: parsed,
      units: parsed.units,
      build: (inputSpecs, options) => buildComponent(component, inputSpecs, options),
    };
    return component;
  };
  return Object.defineProperty(Object.assign(create, { model }), "name", { value: model.name });
};
