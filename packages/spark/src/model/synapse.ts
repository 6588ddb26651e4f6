import type { Fields } from "../config/field.ts";
import { commonNames, type InputOf, type ParsedConfig, readConfig } from "../config/parse.ts";
import { type Place, placeOf, Site } from "../config/place.ts";
import { describe, type Shape } from "../config/shape.ts";
import { ConfigError, ModelError } from "../errors/errors.ts";
import { type Expr, type Float, symbol } from "../expr/expr.ts";
import { buildOn } from "./build.ts";
import type { BuildOptions, Built, Declaration } from "./component.ts";
import {
  checkNames,
  checkNext,
  checkStates,
  checkSymbols,
  checkUnitNames,
  codeNames,
  fieldSymbols,
  inputsUsed,
  type Kind,
  type Naming,
  returned,
  type States,
  stateObservables,
  stateSymbols,
} from "./declare.ts";
import { afterSymbols, readDifferential, slopesOf } from "./differential.ts";
import { solved } from "./integrate.ts";
import type { Equations, IntegrationMethod } from "./methods.ts";
import type { Port } from "./ports.ts";
import type { FieldScope, StateScope } from "./scope.ts";
import { refuseUnits, unitErrors } from "./units.ts";

/** Value of a changing current that drives the soma for a whole step. */
export type CurrentOf = "mean" | "value";

/** All symbols that the equations of a synapse may use. */
export type SynapseScope<F, S = Record<never, never>> = FieldScope<F> &
  StateScope<S> & {
    /** Sum of the weights of the spikes that arrive in the step, in the unit of the weights. */
    readonly arriving: Float;
    /** Absolute potential of the target before the step, mV. */
    readonly potential: Float;
    /**
     * Selects the current of a step according to `currentOf` in the config: its mean over the step, which conserves
     * charge, or its value at the start.
     */
    readonly during: (mean: Float, value: Float) => Float;
  };

/**
 * Result of `step`: one output, and the value of every state variable after the step. Variables with a differential
 * equation may be left out: they take their integrated values.
 */
export type SynapseStep<S, D = Record<never, never>> = StateScope<Omit<S, keyof D>> & {
  readonly [K in keyof D]?: Float;
} & (
    | { readonly current: Float; readonly jump?: never }
    /** mV; added to the potential of the target after its relaxation. */
    | { readonly jump: Float; readonly current?: never }
  );

export interface SynapseDefinition<F extends Fields, S extends States, D extends Equations = Record<never, never>> {
  /** One or two sentences of description, with the source. */
  readonly about: string;
  /** Unit of the weights, which spikes add to `arriving`. */
  readonly weightUnit: string;
  readonly state?: (x: FieldScope<F>) => S;
  /** Further observables: expressions of fields and the state variables after the step, with a description. */
  readonly observe?: (x: FieldScope<F> & StateScope<NoInfer<S>>) => Readonly<Record<string, Observed>>;
  /**
   * Differential equations: the derivative of state variables with respect to time, each in the unit of its variable per
   * ms. `arriving` and `potential` are constant within a step.
   */
  readonly differential?: (
    x: SynapseScope<F, NoInfer<S>>,
  ) => D & { readonly [K in Exclude<keyof D, keyof NoInfer<S>>]: never };
  /** How the differential equations are integrated: one method for all, or one for each. Default: "exponentialEuler". */
  readonly method?: IntegrationMethod | { readonly [K in keyof NoInfer<D>]: IntegrationMethod };
  /** Number of equal parts of dt in which they are integrated, from 1 to 1000. Default: 1. */
  readonly substeps?: number;
  /** The output, and updates at the end of the step. `after` contains the integrated values. */
  readonly step: (
    x: SynapseScope<F, NoInfer<S>>,
    after: { readonly [K in keyof NoInfer<D>]: Float },
  ) => SynapseStep<NoInfer<S>, NoInfer<D>>;
}

export interface Observed {
  readonly expr: Float;
  readonly unit: string;
  readonly description: string;
}

/** A synapse model as data. The summed weights that arrive at a unit become one output. */
export interface SynapseModel<F extends Fields = Fields, S extends string = string> extends Declaration<F, S> {
  readonly kind: "synapse";
  readonly weightUnit: string;
  readonly output: { readonly port: "current" | "jump"; readonly value: Float };
  /** Which of the two currents the equations give; absent if they do not distinguish them. */
  readonly currentOf?: CurrentOf;
}

/** A synapse with its config. Immutable. Its values take the shape of the population that it acts on. */
export interface Synapse<M extends SynapseModel = SynapseModel> {
  readonly model: M;
  readonly config: ParsedConfig;
  /** Name of the soma's input that the synapse acts on; absent for the first input with the right payload. */
  readonly port?: string;
  /**
   * Draws the initializers for a target population, checks every value and allocates the state.
   * @throws ShapeError if an array has another shape; ConfigError if a drawn value is out of range.
   */
  build(units: Shape, options?: BuildOptions): Built<M>;
}

/** Constructor of a synapse. It also carries the declaration, in the "mean" form if `currentOf` applies. */
export interface SynapseType<F extends Fields = Fields, S extends string = string> {
  (config?: SynapseConfigOf<F>): Synapse<SynapseModel<F, S>>;
  readonly model: SynapseModel<F, S>;
}

/** Config of a synapse. Each parameter takes a number, one value per target unit or an initializer. */
export type SynapseConfigOf<F extends Fields> = { readonly [K in keyof F]?: InputOf<F[K]> } & {
  /** For synapses whose current decays: the mean over each step (default), or the value at the start of the step. */
  readonly currentOf?: CurrentOf;
  /** Name of the soma's input that the synapse acts on. Default: the first input with the right payload. */
  readonly port?: string;
  /** Seed of the initializers. Default: the seed of the network. */
  readonly seed?: number;
  /** Skips the check of ranges. Shapes and names are still checked. */
  readonly skipValidation?: boolean;
};

const synapseKind: Kind = {
  name: "synapse",
  example: "ExponentialSynapse",
  reserved: [...commonNames, "currentOf", "port", "arriving", "potential", "during", "current", "jump", "inSpikes"],
};
const outputUnits = { current: "pA", jump: "mV" } as const;

/**
 * Declares a synapse. `step` runs once, at the declaration, on symbols, and returns the graph of the equations. The
 * declaration checks the units of the equations.
 *
 * `arriving` contains the spikes that arrive in a step, and their current starts at the end of that step. To get exact
 * delays, compute the output from the state variables before the step, and then add `arriving` to them.
 *
 * With `differential`, the library integrates equations dx/dt = f(x) over the step, and `step` gets the integrated values
 * as its second argument.
 *
 * @throws ModelError if a name is used twice, a state variable has no equation or a unit or method is unknown.
 * @throws UnitError if the equations combine quantities whose units do not agree.
 */
export const synapse = <
  F extends Fields,
  S extends States = Record<never, never>,
  D extends Equations = Record<never, never>,
>(
  name: string,
  fields: F,
  definition: SynapseDefinition<F, S, D>,
): SynapseType<F, keyof S & string> => declareSynapse(name, fields, definition, codeNames);

/** Declares a synapse whose fields and state variables are named by a rule of their own. */
export const declareSynapse = <
  F extends Fields,
  S extends States = Record<never, never>,
  D extends Equations = Record<never, never>,
>(
  name: string,
  fields: F,
  definition: SynapseDefinition<F, S, D>,
  names: Naming,
): SynapseType<F, keyof S & string> => {
  const kind: Kind = { ...synapseKind, names };
  checkNames(kind, name, fields, definition);
  const mean = declared(kind, name, fields, definition, "mean");
  const value = declared(kind, name, fields, definition, "value");
  refuseUnits([...mean.errors, ...value.errors]);
  return synapseType(mean.model, mean.differs ? value.model : undefined);
};

type StepResult = Readonly<Record<string, Expr | undefined>>;

const declared = <F extends Fields, S extends States, D extends Equations>(
  kind: Kind,
  name: string,
  fields: F,
  definition: SynapseDefinition<F, S, D>,
  currentOf: CurrentOf,
): {
  readonly model: SynapseModel<F, keyof S & string>;
  readonly differs: boolean;
  readonly errors: readonly string[];
} => {
  const symbols = fieldSymbols(fields);
  const state: States = { ...definition.state?.(symbols as FieldScope<F>) };
  checkStates(kind, name, fields, state);
  const own: Record<string, Expr> = { ...symbols, ...stateSymbols(state) };
  let differs = false;
  const scope = {
    ...own,
    arriving: symbol("float", "arriving", "input", definition.weightUnit),
    potential: symbol("float", "potential", "input", "mV"),
    during: (mean: Float, value: Float): Float => {
      differs = true;
      return currentOf === "mean" ? mean : value;
    },
  };
  const system = readDifferential(name, definition, state, scope);
  const after = system ? afterSymbols(system.equations, state) : {};
  const step: StepResult = { ...after, ...definition.step(scope as unknown as SynapseScope<F, S>, after as never) };
  const { current, jump, ...authored } = step;
  const written = outputOf(name, current, jump);
  checkNext(kind, name, state, authored);
  const differential = system && { ...system, step: step as Readonly<Record<string, Expr>> };
  const { current: solvedCurrent, jump: solvedJump, ...next } = differential ? solved(name, differential, own) : step;
  const output = { ...written, value: (solvedCurrent ?? solvedJump) as Float };
  const observed = definition.observe?.(own as FieldScope<F> & StateScope<S>) ?? {};
  for (const key of Object.keys(observed)) {
    if (!Object.hasOwn(own, key)) continue;
    throw new ModelError(`${name}.${key} is an observable with the name of a field or state variable. Rename it.`);
  }
  checkUnitNames(name, fields, { weightUnit: { unit: definition.weightUnit } }, state, observed);
  const roots = [output.value, ...(Object.values(next) as Expr[])];
  const used = inputsUsed(roots);
  const model = {
    kind: "synapse" as const,
    name,
    about: definition.about,
    fields,
    state,
    inputs: inputsOf(definition.weightUnit, used),
    outputs: { [output.port]: outputPorts[output.port] },
    next: next as Record<string, Expr>,
    observables: { ...stateObservables(state, own), ...observed },
    weightUnit: definition.weightUnit,
    output,
    ...(differential && { differential }),
    ...(differs ? { currentOf } : {}),
  };
  checkSymbols(
    model,
    ["arriving", "potential"],
    [
      ...roots,
      ...Object.values(state).map(({ initial }) => initial),
      ...Object.values(observed).map(({ expr }) => expr),
    ],
  );
  const errors = unitErrors(
    { ...model, next: authored as Record<string, Expr> },
    {
      ...slopesOf(system, state),
      [output.port]: { expr: written.value, unit: outputUnits[output.port] },
      ...Object.fromEntries(
        Object.entries(observed).map(([key, value]) => [key, { ...value, from: "observe returns" }]),
      ),
    },
  );
  return { model: model as SynapseModel<F, keyof S & string>, differs, errors };
};

const outputOf = (name: string, current: Expr | undefined, jump: Expr | undefined): SynapseModel["output"] => {
  if (current && jump) {
    throw new ModelError(
      `${name}.step returns both current and jump. Return one, and declare another synapse for the other.`,
    );
  }
  const value = current ?? jump;
  if (value?.dtype !== "float") {
    throw new ModelError(
      `${name}.step must return current (pA) or jump (mV), a float; received ${returned(value)}. Return { current: x.arriving, … }.`,
    );
  }
  return { port: current ? "current" : "jump", value: value as Float };
};

const inputsOf = (weightUnit: string, used: ReadonlySet<string>): Record<string, Port> => ({
  inSpikes: {
    payload: "SpikeArray",
    unit: "1",
    description: `Spikes that arrive, with weights in ${weightUnit}. Spikes of inhibitory units have negative weights.`,
  },
  ...(used.has("potential") ? { potential: potentialPort } : {}),
});
const potentialPort: Port = {
  payload: "PotentialArray",
  unit: "mV",
  description: "Absolute potential of the target before the step.",
};

const outputPorts: Readonly<Record<"current" | "jump", Port>> = {
  current: { payload: "CurrentArray", unit: "pA", description: "Current into the target during the step." },
  jump: { payload: "JumpArray", unit: "mV", description: "Jump of the target's potential at the end of the step." },
};

const synapseType = <F extends Fields, S extends string>(
  model: SynapseModel<F, S>,
  byValue: SynapseModel<F, S> | undefined,
): SynapseType<F, S> => {
  const create = (config?: SynapseConfigOf<F>, place?: Place): Synapse<SynapseModel<F, S>> => {
    const site = new Site(placeOf(model.name, place), [], undefined);
    const options = ["seed", "skipValidation", "port", ...(byValue ? ["currentOf"] : [])];
    const parsed = readConfig(site, model.fields, config, options);
    const currentOf = byValue && config?.currentOf;
    if (currentOf !== undefined && currentOf !== "mean" && currentOf !== "value") {
      site.at("currentOf").refuse(`must be "mean" or "value"; received ${describe(currentOf)}. Omit it for the mean.`);
    }
    const port: unknown = config?.port;
    if (port !== undefined && typeof port !== "string") {
      site
        .at("port")
        .refuse(`must be the name of an input of the soma; received ${describe(port)}. Omit it for the first one.`);
    }
    if (site.issues.length > 0) throw new ConfigError(site.issues);
    return synapseOf(byValue && currentOf === "value" ? byValue : model, parsed, config?.port);
  };
  return Object.defineProperty(Object.assign(create, { model }), "name", { value: model.name });
};

const synapseOf = <M extends SynapseModel>(model: M, config: ParsedConfig, port: string | undefined): Synapse<M> => ({
  model,
  config,
  ...(port !== undefined && { port }),
  build: (units, options = {}) => buildOn(model, config, units, "the population it acts on", options),
});
