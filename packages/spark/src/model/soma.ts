import type { Fields } from "../config/field.ts";
import { commonNames, parseConfig } from "../config/parse.ts";
import { ModelError } from "../errors/errors.ts";
import { type Bool, type Expr, type Float, symbol } from "../expr/expr.ts";
import { add } from "../expr/verbs.ts";
import { buildComponent } from "./build.ts";
import type { Component, ComponentType, ConfigOf, Model, ModelOf, PopulationKind, StateVariable } from "./component.ts";
import {
  checkNames,
  checkNext,
  checkStates,
  checkSymbols,
  fieldSymbols,
  inputsUsed,
  type Kind,
  returned,
  type States,
  stateObservables,
  stateSymbols,
} from "./declare.ts";
import type { Port } from "./ports.ts";
import { type FieldScope, float, type StateScope } from "./scope.ts";
import { checkUnits } from "./units.ts";

/** All that a soma's equations may name. */
export type SomaScope<F, S = Record<never, never>> = FieldScope<F> &
  StateScope<S> & {
    /** Membrane potential before the step, mV; relative to `potentialRest` where the soma has that field. */
    readonly potential: Float;
    /** Everything that flows in during the step, pA: `current` plus `inSpikes`. */
    readonly current: Float;
    /**
     * Sudden change of the potential, mV, by delta synapses: to be added after the relaxation and before the threshold
     * is tested. Only a soma that uses it has the port; where nothing is wired to it, it costs nothing.
     */
    readonly jump: Float;
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
const jump: Port = {
  payload: "JumpArray",
  unit: "mV",
  description: "Jump of the potential, by delta synapses; lost while the soma does not listen.",
  synaptic: true,
};
const outputs: Readonly<Record<string, Port>> = {
  outSpikes: { payload: "SpikeArray", unit: "1", description: "Which units spike in the step." },
  potential: { payload: "PotentialArray", unit: "mV", description: "Absolute membrane potential after the step." },
};
const kind: Kind = {
  name: "soma",
  example: "LeakySoma",
  reserved: [...commonNames, "current", "jump", "inSpikes", "outSpikes", "spikes", "potential"],
};

/** The potential may be declared, to start elsewhere than from zero. */
const stateKind: Kind = { ...kind, reserved: kind.reserved.filter((key) => key !== "potential") };

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
): ComponentType<F, (keyof S & string) | "potential", "soma"> => {
  checkNames(kind, name, fields);
  const symbols = fieldSymbols(fields);
  const own: Record<string, StateVariable> = { ...definition.state?.(symbols as FieldScope<F>) };
  checkPotential(name, own["potential"]);
  const relative = Object.hasOwn(fields, "potentialRest") ? " relative to potentialRest" : "";
  const state: States = { potential: float(0, "mV", `Membrane potential${relative}.`), ...own };
  checkStates(stateKind, name, fields, state);
  const scope: Record<string, Expr> = {
    ...symbols,
    ...stateSymbols(state),
    current: symbol("float", "current", "input", "pA"),
    jump: symbol("float", "jump", "input", "mV"),
  };
  const { spikes, ...next } = { ...(definition.step(scope as SomaScope<F, S>) as unknown as StepResult) };
  if (spikes?.dtype !== "bool") {
    throw new ModelError(
      `${name}.step must return spikes, a bool; received ${returned(spikes)}. Return { spikes: gt(v, …), … }.`,
    );
  }
  checkNext(kind, name, state, next);
  const roots = [spikes, ...Object.values(next)];
  const model: Model<F, string, "soma"> = {
    kind: "soma",
    name,
    about: definition.about,
    fields,
    state,
    inputs: inputsUsed(roots).has("jump") ? { ...inputs, jump } : inputs,
    outputs,
    next,
    spikes,
    observables: observablesOf(fields, state, scope),
  };
  const starts = Object.values(state).map(({ initial }) => initial);
  checkSymbols(model, ["current", "jump"], [...roots, ...starts]);
  checkUnits(model, { spikes: { expr: spikes } });
  return componentType<F, (keyof S & string) | "potential", "soma">(model);
};

type StepResult = { readonly spikes: Bool } & Readonly<Record<string, Expr>>;

const checkPotential = (name: string, potential: StateVariable | undefined): void => {
  if (potential && (potential.dtype !== "float" || potential.unit !== "mV")) {
    throw new ModelError(
      `${name}.potential must be a float in mV; received ${potential.dtype} in ${potential.unit}. Declare it with float(start, "mV", …).`,
    );
  }
};

const observablesOf = (fields: Fields, state: States, scope: Readonly<Record<string, Expr>>): Model["observables"] => {
  const observables = stateObservables(state, scope);
  if (!Object.hasOwn(fields, "potentialRest")) return observables;
  const absolute = add(scope["potential"] as Float, scope["potentialRest"] as Float);
  return { ...observables, potential: { expr: absolute, unit: "mV", description: "Absolute membrane potential." } };
};

/** The constructor of a population. */
export const componentType = <F extends Fields, S extends string, K extends PopulationKind>(
  model: ComponentType<F, S, K>["model"],
): ComponentType<F, S, K> => {
  const create = (config?: ConfigOf<F>, place = model.name): Component<ModelOf<F, S, K>> => {
    const parsed = parseConfig(place, model.fields, config);
    const component: Component<ModelOf<F, S, K>> = {
      model,
      config: parsed,
      units: parsed.units,
      build: (inputSpecs, options) => buildComponent(component, inputSpecs, options),
    };
    return component;
  };
  return Object.defineProperty(Object.assign(create, { model }), "name", { value: model.name });
};
