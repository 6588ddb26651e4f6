import type { Fields } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import { commonNames, parseConfig } from "../config/parse.ts";
import { type Place, placeOf } from "../config/place.ts";
import { ModelError } from "../errors/errors.ts";
import type { Bool, Expr, Float } from "../expr/expr.ts";
import { add } from "../expr/verbs.ts";
import { buildComponent } from "./build.ts";
import type { Component, ComponentType, ConfigOf, Model, PopulationKind, Roles, StateVariable } from "./component.ts";
import {
  checkInputs,
  checkNames,
  checkNext,
  checkStates,
  checkSymbols,
  checkUnitNames,
  codeNames,
  fieldSymbols,
  inputSymbols,
  inputsUsed,
  inputUnits,
  type Kind,
  type Naming,
  resultNames,
  returned,
  type States,
  stateObservables,
  stateSymbols,
  unusedInput,
} from "./declare.ts";
import { afterSymbols, readDifferential, slopesOf } from "./differential.ts";
import { solved } from "./integrate.ts";
import type { Equations, IntegrationMethod } from "./methods.ts";
import { current, type InputPort, jump, type Port } from "./ports.ts";
import { type FieldScope, float, type StateScope } from "./scope.ts";
import { checkUnits, type Result } from "./units.ts";

/** Inputs of a soma by name, with their declarations. */
export type Inputs = Readonly<Record<string, InputPort>>;

/** Inputs of a soma without declared inputs. */
interface PointInputs {
  /** Total current in the step, pA: `current` plus `inSpikes`. */
  readonly current: Float;
  /**
   * Sudden change of the potential by delta synapses, mV. Add it after the leak and before the threshold test. Only a
   * soma that uses it has the port. Without a connection it costs nothing.
   */
  readonly jump: Float;
}

/** All symbols that the equations of a soma may use. */
export type SomaScope<F, S = Record<never, never>, I = undefined> = FieldScope<F> &
  StateScope<S> & {
    /** Membrane potential before the step, mV; relative to `from` if the state variable has one. */
    readonly potential: Float;
  } & (I extends Inputs ? { readonly [K in keyof I]: Float } : PointInputs);

/**
 * Result of `step`: whether units spike, the potential after the step, and every other state variable. Variables with a
 * differential equation may be left out: they take their integrated values.
 */
export type SomaStep<S, D = Record<never, never>> = {
  readonly [K in Exclude<keyof S | "potential", keyof D>]: K extends keyof S ? StateScope<S>[K] : Float;
} & { readonly [K in keyof D]?: Float } & { readonly spikes: Bool };

export interface SomaDefinition<
  F extends Fields,
  S extends Record<string, StateVariable>,
  I extends Inputs | undefined = undefined,
  D extends Equations = Record<never, never>,
> {
  /** One or two sentences of description, with the source. */
  readonly about: string;
  /**
   * Inputs by name, for somas with several compartments or with modulators. The equations must use each of them.
   * Synapses act on the first current or jump, or on the one that they name with `port`. Default: one current and one
   * jump.
   */
  readonly inputs?: I;
  /** State variables other than the potential. Declare `potential` here too for another start, or for a `from`. */
  readonly state?: (x: FieldScope<F>) => S;
  /** Names of the fields and state variables that have a role in figures and warnings. */
  readonly roles?: Roles<keyof F & string>;
  /**
   * Differential equations: the derivative of state variables with respect to time, each in the unit of its variable per
   * ms. Inputs, draws and other state variables are constant within a step.
   */
  readonly differential?: (
    x: SomaScope<F, NoInfer<S>, NoInfer<I>>,
  ) => D & { readonly [K in Exclude<keyof D, keyof NoInfer<S> | "potential">]: never };
  /** How the differential equations are integrated: one method for all, or one for each. Default: "exponentialEuler". */
  readonly method?: IntegrationMethod | { readonly [K in keyof NoInfer<D>]: IntegrationMethod };
  /** Number of equal parts of dt in which they are integrated, from 1 to 1000. Default: 1. */
  readonly substeps?: number;
  /** Spikes, jumps and resets. `after` contains the values of the variables with a differential equation at the end of the step. */
  readonly step: (
    x: SomaScope<F, NoInfer<S>, NoInfer<I>>,
    after: { readonly [K in keyof NoInfer<D>]: Float },
  ) => SomaStep<NoInfer<S>, NoInfer<D>>;
}

/** The inputs of a soma that declares none. */
export const pointInputs: Inputs = {
  current: current("Current into the soma."),
  jump: jump("Jump of the potential from delta synapses; ignored in the refractory period."),
};
/** The port for spikes from outside, which add to the first current. */
const outsideSpikes = (into: string): Port => ({
  payload: "SpikeArray",
  unit: "1",
  description: "Spikes from outside. Each is a current of +1 pA, or −1 pA from an inhibitory unit, for one step.",
  into,
});
const outputs: Readonly<Record<string, Port>> = {
  outSpikes: { payload: "SpikeArray", unit: "1", description: "Units that spike in the step." },
  potential: { payload: "PotentialArray", unit: "mV", description: "Absolute membrane potential after the step." },
};
const somaKind: Kind = {
  name: "soma",
  example: "LeakySoma",
  reserved: [...commonNames, "inSpikes", "outSpikes", "spikes"],
  results: resultNames,
};

/**
 * Declares a soma. `step` runs once, at the declaration, on symbols, and returns the graph of the equations. The
 * declaration checks the units of the equations.
 *
 * The potential is stored as it is, or relative to an expression of fields. With `potential: float(0, "mV", "Membrane
 * potential.", { from: x.potentialRest })`, the resting potential is exactly zero. Users always read, record and plot
 * the absolute potential.
 *
 * With `differential`, the library integrates equations dx/dt = f(x) over the step, with a method and a number of
 * sub-steps. `step` then gets the integrated values as its second argument.
 *
 * @throws ModelError if a name is used twice, a state variable has no equation, an input is not used, a unit or method is
 * unknown, or an equation is not linear and must be solved exactly.
 * @throws UnitError if the equations combine quantities whose units do not agree.
 */
export const soma = <
  F extends Fields,
  S extends Record<string, StateVariable> = Record<never, never>,
  I extends Inputs | undefined = undefined,
  D extends Equations = Record<never, never>,
>(
  name: string,
  fields: F,
  definition: SomaDefinition<F, S, I, D>,
): ComponentType<F, (keyof S & string) | "potential", "soma", I> => declareSoma(name, fields, definition, codeNames);

/** Declares a soma whose fields, state variables and inputs are named by a rule of their own. */
export const declareSoma = <
  F extends Fields,
  S extends Record<string, StateVariable>,
  I extends Inputs | undefined,
  D extends Equations,
>(
  name: string,
  fields: F,
  definition: SomaDefinition<F, S, I, D>,
  names: Naming,
): ComponentType<F, (keyof S & string) | "potential", "soma", I> => {
  const kind: Kind = { ...somaKind, names };
  const declared: Inputs = definition?.inputs ?? pointInputs;
  const reserved = [...kind.reserved, ...Object.keys(declared)];
  checkNames({ ...kind, reserved: [...reserved, "potential"] }, name, fields, definition);
  checkInputs(kind, name, declared);
  const symbols = fieldSymbols(fields);
  const own: Record<string, StateVariable> = { ...definition.state?.(symbols as FieldScope<F>) };
  checkPotential(name, own["potential"]);
  const state: States = { potential: float(0, "mV", "Membrane potential."), ...own };
  checkStates({ ...kind, reserved }, name, fields, state);
  checkUnitNames(name, fields, inputUnits(declared), state);
  const scope: Record<string, Expr> = {
    ...symbols,
    ...stateSymbols(state),
    ...inputSymbols(declared),
  };
  const system = readDifferential(name, definition, state, scope);
  const after = system ? afterSymbols(system.equations, state) : {};
  const step = { ...after, ...(definition.step(scope as SomaScope<F, S, I>, after as never) as unknown as StepResult) };
  const { spikes, ...authored } = step;
  if (spikes?.dtype !== "bool") {
    throw new ModelError(
      `${name}.step must return spikes, a bool; received ${returned(spikes)}. Return { spikes: gt(v, …), … }.`,
    );
  }
  checkNext(kind, name, state, authored);
  const differential = system && { ...system, step };
  const { spikes: spiking, ...next } = differential ? (solved(name, differential, scope) as StepResult) : step;
  const roots = [spiking, ...Object.values(next)];
  const model: Model<F, string, "soma"> = {
    kind: "soma",
    name,
    about: definition.about,
    fields,
    state,
    inputs: inputsOf(name, declared, inputsUsed(roots), definition.inputs !== undefined),
    outputs,
    next,
    spikes: spiking as Bool,
    ...(differential && { differential }),
    observables: absoluteObservables(state, scope),
    ...(definition.roles && { roles: definition.roles }),
  };
  checkRoles(name, model);
  const starts = Object.values(state).flatMap(({ initial, from }) => (from ? [initial, from] : [initial]));
  checkSymbols(model, Object.keys(declared), [...roots, ...starts]);
  checkUnits({ ...model, next: authored }, { ...slopesOf(system, state), spikes: { expr: spikes }, ...origins(state) });
  return componentType<F, (keyof S & string) | "potential", "soma">(model) as ComponentType<
    F,
    (keyof S & string) | "potential",
    "soma",
    I
  >;
};

type StepResult = { readonly spikes: Bool } & Readonly<Record<string, Expr>>;

const checkPotential = (name: string, potential: StateVariable | undefined): void => {
  if (potential && (potential.dtype !== "float" || potential.unit !== "mV")) {
    throw new ModelError(
      `${name}.potential must be a float in mV; received ${potential.dtype} in ${potential.unit}. Declare it with float(start, "mV", …).`,
    );
  }
};

/** The ports of a soma: those that its equations use, and spikes from outside if there is a current. */
const inputsOf = (
  name: string,
  declared: Inputs,
  used: ReadonlySet<string>,
  explicit: boolean,
): Readonly<Record<string, Port>> => {
  const ports: Record<string, Port> = {};
  let first = true;
  for (const [key, port] of Object.entries(declared)) {
    const needed = used.has(key);
    if (explicit && !needed) throw unusedInput(name, key);
    if (!needed && port.payload === "JumpArray") continue;
    ports[key] = port;
    if (port.payload !== "CurrentArray" || !first) continue;
    ports["inSpikes"] = outsideSpikes(key);
    first = false;
  }
  return ports;
};

const checkRoles = (name: string, { roles = {}, fields, state, inputs }: Model): void => {
  for (const [role, named] of Object.entries(roles)) {
    const known = Object.keys(role === "thresholdShift" ? state : fields);
    if (known.includes(named)) continue;
    throw new ModelError(`${name}.roles.${role} names ${named}, which is not declared. ${suggestName(named, known)}`);
  }
  for (const [key, { potential }] of Object.entries(inputs)) {
    if (potential === undefined || state[potential]?.unit === "mV") continue;
    throw new ModelError(
      `${name}.inputs.${key} acts on the potential ${potential}, which is not a state variable in mV. Name one.`,
    );
  }
};

/** The reference values of state variables, which must have the units of the state variables. */
const origins = (state: States): Record<string, Result> =>
  Object.fromEntries(
    Object.entries(state).flatMap(([key, { from, unit }]) =>
      from ? [[`${key}.from`, { expr: from, unit, from: "received" }]] : [],
    ),
  );

/** State variables as users read them: absolute if they have a reference value. */
const absoluteObservables = (state: States, scope: Readonly<Record<string, Expr>>): Model["observables"] =>
  Object.fromEntries(
    Object.entries(stateObservables(state, scope)).map(([key, observable]) => {
      const from = state[key]!.from;
      if (!from) return [key, observable];
      const description = observable.description.replace(/\.$/, ", absolute.");
      return [key, { ...observable, expr: add(scope[key] as Float, from), description }];
    }),
  );

export const componentType = <F extends Fields, S extends string, K extends PopulationKind>(
  model: ComponentType<F, S, K>["model"],
): ComponentType<F, S, K> => {
  const create = (config?: ConfigOf<F>, place?: Place): Component<Model<F, S, K>> => {
    const parsed = parseConfig(placeOf(model.name, place), model.fields, config);
    const component: Component<Model<F, S, K>> = {
      model,
      config: parsed,
      units: parsed.units,
      build: (inputSpecs, options) => buildComponent(component, inputSpecs, options),
    };
    return component;
  };
  return Object.defineProperty(Object.assign(create, { model }), "name", { value: model.name });
};

/** The same model with other defaults of some fields. */
export const withDefaults = <F extends Fields, S extends string, K extends PopulationKind>(
  { model }: ComponentType<F, S, K>,
  defaults: { readonly [K in keyof F]?: number },
): ComponentType<F, S, K> => {
  const fields = Object.fromEntries(
    Object.entries(model.fields).map(([name, one]) => [name, { ...one, default: defaults[name] ?? one.default }]),
  ) as unknown as F;
  return componentType<F, S, K>({ ...model, fields });
};
