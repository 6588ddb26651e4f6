import type { Fields } from "../config/field.ts";
import { type Place, placeOf, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { parseUnit, sameUnit } from "../config/unit.ts";
import { ConfigError, ModelError } from "../errors/errors.ts";
import { type Bool, type Expr, type Float, type Int, symbol, walk } from "../expr/expr.ts";
import { eq, not } from "../expr/verbs.ts";
import type { StateVariable } from "./component.ts";
import {
  checkNames,
  checkStates,
  checkUnitNames,
  fieldSymbols,
  type Kind,
  returned,
  type States,
  unknownUnit,
} from "./declare.ts";
import { readRuleConfig } from "./rule-config.ts";
import {
  liveFields,
  type Moment,
  moments,
  ownerOf,
  type Plasticity,
  type PlasticityConfigOf,
  type PlasticityModel,
  type PlasticityType,
  type Space,
  spaceOf,
  spaces,
  type TargetStates,
  type Updates,
} from "./rule-model.ts";
import { type FieldScope, int, type StateScope } from "./scope.ts";
import { type Result, refuseUnits, unitErrors } from "./units.ts";

type TargetScope<T> = {
  /**
   * State variables of the postsynaptic soma. Before the populations advance, in `begin` and `arrive`, their values are
   * those at the end of the last step; in `follow`, `fire`, `gather` and `end`, those at the end of this step.
   */
  readonly target: { readonly [K in keyof T]: Float };
};

/** All symbols that the equations of a plasticity rule may use. */
export type PlasticityScope<F, Pre, Post, Syn, Shared, Target = unknown> = FieldScope<F> &
  TargetScope<Target> & {
    /** Weight of the synapse: a magnitude for inhibitory source units. */
    readonly weight: Float;
    /** State variables of the whole projection. */
    readonly shared: StateScope<Shared>;
    /** State variables of the presynaptic unit, as the synapse sees them: after the delay. */
    readonly pre: StateScope<Pre>;
    /** State variables of the postsynaptic unit. */
    readonly post: StateScope<Post>;
    /** State variables of the synapse. */
    readonly synapse: StateScope<Syn>;
  };
/** What the start of a step may use: the state variables of one side, and those of the projection. */
export type UnitScope<F, S, K extends Space, Shared> = FieldScope<F> & { readonly [N in K]: StateScope<S> } & {
  readonly shared: StateScope<Shared>;
};
export type EndScope<F, Pre, Post, Syn, Shared, Target = unknown> = PlasticityScope<
  F,
  Pre,
  Post,
  Syn,
  Shared,
  Target
> & {
  /** Whether a presynaptic spike arrived in the step. */
  readonly arrived: Bool;
  /** Whether the postsynaptic unit spiked in the step. */
  readonly fired: Bool;
};

type Some<S> = Partial<StateScope<S>>;

export interface PlasticityDefinition<
  F extends Fields,
  Pre extends States = Record<never, never>,
  Post extends States = Record<never, never>,
  Syn extends States = Record<never, never>,
  Shared extends States = Record<never, never>,
  Target extends TargetStates = Record<never, never>,
> {
  /** One or two sentences of description, with the source. */
  readonly about: string;
  /** State variables that the whole projection has once, such as the concentration of a neuromodulator. */
  readonly shared?: (x: FieldScope<F>) => Shared;
  /** State variables of each presynaptic unit and delay. */
  readonly pre?: (x: FieldScope<F>) => Pre;
  /** State variables of each postsynaptic unit. */
  readonly post?: (x: FieldScope<F>) => Post;
  /** State variables of each synapse. */
  readonly synapse?: (x: FieldScope<F>) => Syn;
  /**
   * State variables of the postsynaptic soma that the rule reads as `x.target`, with their units, such as
   * `{ potential: "mV" }`. A network is refused if its soma lacks one of them.
   */
  readonly target?: Target;
  /** The start of each step: traces decay here. Each side sees its own state variables. */
  readonly begin?: {
    readonly shared?: (x: UnitScope<F, NoInfer<Shared>, "shared", NoInfer<Shared>>) => Some<NoInfer<Shared>>;
    readonly pre?: (x: UnitScope<F, NoInfer<Pre>, "pre", NoInfer<Shared>>) => Some<NoInfer<Pre>>;
    readonly post?: (
      x: UnitScope<F, NoInfer<Post>, "post", NoInfer<Shared>> & TargetScope<NoInfer<Target>>,
    ) => Some<NoInfer<Post>>;
  };
  /** A presynaptic spike arrives. `amount` acts on the target in place of the weight from before the arrival. */
  readonly arrive?: (
    x: PlasticityScope<F, NoInfer<Pre>, NoInfer<Post>, NoInfer<Syn>, NoInfer<Shared>, NoInfer<Target>>,
  ) => {
    readonly weight?: Float;
    readonly amount?: Float;
    readonly pre?: Some<NoInfer<Pre>>;
    readonly synapse?: Some<NoInfer<Syn>>;
  };
  /**
   * After the populations have advanced, in each step: state variables of the postsynaptic unit follow the soma, such as
   * low-pass filters of the potential.
   */
  readonly follow?: (x: UnitScope<F, NoInfer<Post>, "post", NoInfer<Shared>> & TargetScope<NoInfer<Target>>) => {
    readonly post: Some<NoInfer<Post>>;
  };
  /**
   * State variables of the postsynaptic unit that repeat another one some time later: after `follow`, each becomes the
   * value that `of` had there `by` ms before. `by` names a parameter, which is rounded to whole steps. Before the first
   * steps have passed, it keeps its start value.
   */
  readonly delayed?: {
    readonly [K in keyof NoInfer<Post>]?: {
      readonly of: keyof NoInfer<Post> & string;
      readonly by: NoInfer<keyof F & string>;
    };
  };
  /** The postsynaptic unit spikes. */
  readonly fire?: (
    x: PlasticityScope<F, NoInfer<Pre>, NoInfer<Post>, NoInfer<Syn>, NoInfer<Shared>, NoInfer<Target>>,
  ) => {
    readonly weight?: Float;
    readonly post?: Some<NoInfer<Post>>;
    readonly synapse?: Some<NoInfer<Syn>>;
  };
  /**
   * Sums over the synapses of each target unit, before `end` and as often: each value becomes that of a state variable of
   * the postsynaptic unit. `x.weight` gives the sum of the incoming weights. The synapses are added one after the other
   * in the precision of the simulation: by source unit, then by delay, then in the order of the projection.
   */
  readonly gather?: (
    x: PlasticityScope<F, NoInfer<Pre>, NoInfer<Post>, NoInfer<Syn>, NoInfer<Shared>, NoInfer<Target>>,
  ) => {
    readonly post: Some<NoInfer<Post>>;
  };
  /**
   * State variables of the postsynaptic unit, before `end` and as often, after `gather`: what all synapses of a target
   * share, so that it is computed once.
   */
  readonly settle?: (x: UnitScope<F, NoInfer<Post>, "post", NoInfer<Shared>> & TargetScope<NoInfer<Target>>) => {
    readonly post: Some<NoInfer<Post>>;
  };
  /**
   * Name of a state variable of the postsynaptic unit. While it is 0, `end` does not visit the synapses of the unit, so it
   * costs as much as there are synapses of other units.
   */
  readonly only?: string;
  /**
   * The end of each step, for every synapse: costs as much as there are synapses. Use it only for rules that change
   * weights without spikes, or that treat coincident spikes as one event.
   */
  readonly end?: (x: EndScope<F, NoInfer<Pre>, NoInfer<Post>, NoInfer<Syn>, NoInfer<Shared>, NoInfer<Target>>) => {
    readonly weight?: Float;
    readonly synapse?: Some<NoInfer<Syn>>;
  };
  /**
   * Name of the parameter with the time in ms from one `end` to the next, such as an interval of consolidation. It is
   * rounded to whole steps, at least one. Default: `end` in every step. `arrived` and `fired` are about the last step.
   */
  readonly every?: NoInfer<keyof F & string>;
  /**
   * Name of the parameter that multiplies every change of a synapse, such as a modulation. While it is 0 for all target
   * units, as one number, the rule visits no synapses, and steps cost as much as without learning. State variables of
   * units still change.
   */
  readonly factor?: NoInfer<keyof F & string>;
}

const kind: Kind = {
  name: "plasticity",
  example: "PairStdp",
  reserved: ["seed", "skipValidation", "weight", "amount", "arrived", "fired", "every", "target", ...spaces],
};

/** Hidden state variables that `arrived` and `fired` of the end of a step read. */
const flags = { arrived: "pre.arrived", fired: "post.fired" } as const;

/** What each moment may change, and what the values of each space may depend on. */
const changes: Readonly<Record<Moment, readonly string[]>> = {
  begin: ["shared", "pre", "post"],
  arrive: ["weight", "amount", "pre", "synapse"],
  follow: ["post"],
  fire: ["weight", "post", "synapse"],
  gather: ["post"],
  settle: ["post"],
  end: ["weight", "synapse"],
};

/**
 * Declares a plasticity rule. Its functions run once, at the declaration, on symbols, and return the graphs of the
 * equations. The declaration checks the units of the equations; "weight" is the unit of the weights, whatever the
 * projection has.
 *
 * In each step, first `begin` applies, then `arrive` for every spike that arrives, then the populations advance, then
 * `follow` applies for every target unit, `fire` for every postsynaptic spike, and last `gather`, `settle` and `end`. All updates of a moment are simultaneous: the right-hand
 * sides use the values from before it. A state variable that a moment leaves out keeps its value.
 *
 * @throws ModelError if a name is used twice, a moment changes what it must not change, a value of a unit depends on a
 * synapse, or a unit is unknown.
 * @throws UnitError if the equations combine quantities whose units do not agree.
 */
export const plasticity = <
  F extends Fields,
  Pre extends States = Record<never, never>,
  Post extends States = Record<never, never>,
  Syn extends States = Record<never, never>,
  Shared extends States = Record<never, never>,
  Target extends TargetStates = Record<never, never>,
>(
  name: string,
  fields: F,
  definition: PlasticityDefinition<F, Pre, Post, Syn, Shared, Target>,
): PlasticityType<F> => {
  const learns = ["arrive", "fire", "end"].some(
    (moment) =>
      typeof (definition as unknown as Readonly<Record<string, unknown>> | undefined)?.[moment] === "function",
  );
  if (fields && definition && !learns) {
    throw new ModelError(`${name} is not declared. Write fields and at least one of arrive, fire and end.`);
  }
  checkNames(kind, name, fields, { step: learns ? () => undefined : undefined });
  const x = fieldSymbols(fields);
  const declared = Object.fromEntries(
    spaces.map((space) => [space, { ...definition[space]?.(x as FieldScope<F>) } as States]),
  ) as Record<Space, States>;
  for (const space of spaces) checkStates(kind, `${name}.${space}`, fields, declared[space]);
  const state: Record<string, StateVariable> = {};
  for (const space of spaces) {
    for (const [key, variable] of Object.entries(declared[space])) state[`${space}.${key}`] = variable;
  }
  checkUnitNames(name, fields, state);
  const {
    target = {},
    delayed = {},
    begin = {},
    arrive,
    follow,
    fire,
    gather,
    settle,
    end,
    every,
    factor,
    only,
  } = definition as PlasticityDefinition<Fields, States, States, States, States, TargetStates>;
  for (const [key, unit] of Object.entries(target)) {
    if (!parseUnit(unit)) throw new ModelError(`${name}.target.${key} ${unknownUnit(unit)}`);
  }
  const scope = scopeOf(x, declared, target);
  const delays = Object.fromEntries(
    Object.entries(delayed).map(([key, delay]) => [`post.${key}`, { ...delay!, of: `post.${delay!.of}` }]),
  );
  checkDelays(name, fields, state, delays);
  if (every !== undefined) checkEvery(name, fields, every, (end ?? gather ?? settle) !== undefined);
  const given: Record<Moment, Given> = {
    begin: {
      shared: begin.shared?.(scope as never),
      pre: begin.pre?.(scope as never),
      post: begin.post?.(scope as never),
    },
    arrive: { ...arrive?.(scope as never) },
    follow: { ...follow?.(scope as never) },
    fire: { ...fire?.(scope as never) },
    gather: { ...gather?.(scope as never) },
    settle: { ...settle?.(scope as never) },
    end: { ...end?.(scope as never) },
  };
  const read = Object.fromEntries(
    moments.map((moment) => [moment, updatesOf(name, moment, given[moment], state)]),
  ) as Record<Moment, Updates>;
  for (const key of Object.keys(delays)) {
    const moment = moments.find((one) => Object.hasOwn(read[one], key));
    if (moment) throw new ModelError(`${name}.${moment} changes ${key}, which is delayed. Remove it from one of them.`);
  }
  checkDependence(name, fields, { ...state, ...targetSymbols(target) }, read);
  refuseUnits(unitErrors({ name, fields, state: {}, next: {} }, resultsOf(state, read)));
  const model = withFlags({
    kind: "plasticity",
    name,
    about: definition.about,
    fields,
    state,
    moments: read,
    target,
    delayed: delays,
    ...(every && { every }),
    ...(factor && { factor }),
    ...(only && { only: `post.${only}` }),
  });
  if (only !== undefined && !Object.hasOwn(state, `post.${only}`)) {
    throw new ModelError(
      `${name}.only must name a state variable of the postsynaptic unit; received ${describe(only)}. Declare it under post.`,
    );
  }
  if (factor !== undefined) checkFactor(model, factor);
  return plasticityType(model as PlasticityModel<F>);
};

/** @throws ModelError unless each delayed state variable and the one that it repeats are floats, and `by` is a time */
const checkDelays = (name: string, fields: Fields, state: States, delays: PlasticityModel["delayed"]): void => {
  for (const [key, { of, by = "" }] of Object.entries(delays)) {
    const path = `${name}.delayed.${key.slice("post.".length)}`;
    for (const one of [key, of]) {
      if (state[one]?.dtype === "float") continue;
      throw new ModelError(`${path} needs ${one} as a float state variable. Declare it under post.`);
    }
    if (!sameUnit(parseUnit(state[key]!.unit)!, parseUnit(state[of]!.unit)!)) {
      throw new ModelError(
        `${path} is in ${state[key]!.unit}, but ${of} is in ${state[of]!.unit}. Give both one unit.`,
      );
    }
    const unit = Object.hasOwn(fields, by) ? fields[by]!.unit : undefined;
    if (unit !== "ms") {
      const received = unit === undefined ? `"${by}", which is none` : `${by} in ${unit}`;
      throw new ModelError(`${path}.by must name a parameter in ms; received ${received}. Declare the delay.`);
    }
  }
};

/** @throws ModelError unless `every` names a time and the rule has an end */
const checkEvery = (name: string, fields: Fields, every: string, ends: boolean): void => {
  const unit = Object.hasOwn(fields, every) ? fields[every]!.unit : undefined;
  if (unit !== "ms") {
    const received = unit === undefined ? `"${every}", which is none` : `${every} in ${unit}`;
    throw new ModelError(`${name}.every must name a parameter in ms; received ${received}. Declare the interval.`);
  }
  if (!ends) throw new ModelError(`${name}.every has no effect without end. Declare end, or remove every.`);
};

/** @throws ModelError unless `factor` names a parameter without a unit that may change */
const checkFactor = (model: PlasticityModel, factor: string): void => {
  const { name, fields } = model;
  const unit = Object.hasOwn(fields, factor) ? fields[factor]!.unit : undefined;
  if (unit !== "1") {
    const received = unit === undefined ? `"${factor}", which is none` : `${factor} in ${unit}`;
    throw new ModelError(
      `${name}.factor must name a parameter in the unit 1; received ${received}. Declare the factor of all changes.`,
    );
  }
  if (!liveFields(model).has(factor)) {
    throw new ModelError(
      `${name}.factor must name a parameter that multiplies changes; ${factor} selects the equations. Use it outside of conditions.`,
    );
  }
};

type Given = Readonly<Record<string, unknown>>;

/** The states of the soma that a rule reads, by the names of their symbols. */
const targetSymbols = (target: TargetStates): Record<string, Expr> =>
  Object.fromEntries(
    Object.entries(target).map(([key, unit]) => [`target.${key}`, symbol("float", `target.${key}`, "state", unit)]),
  );

const scopeOf = (
  fields: Readonly<Record<string, Float>>,
  declared: Readonly<Record<Space, States>>,
  target: TargetStates,
): Given => {
  const own = (space: Space): Given =>
    Object.fromEntries(
      Object.entries(declared[space]).map(([key, { dtype, unit }]) => [
        key,
        symbol(dtype, `${space}.${key}`, "state", unit),
      ]),
    );
  return {
    ...fields,
    weight: symbol("float", "weight", "state", "weight"),
    shared: own("shared"),
    pre: own("pre"),
    post: own("post"),
    synapse: own("synapse"),
    target: Object.fromEntries(
      Object.entries(targetSymbols(target)).map(([key, expr]) => [key.slice("target.".length), expr]),
    ),
    arrived: isSet(flags.arrived),
    fired: isSet(flags.fired),
  };
};

const isSet = (flag: string): Bool => not(eq(symbol("int", flag, "state", "1") as Int, 0));

/** The updates of a moment by their full names. */
const updatesOf = (name: string, moment: Moment, given: Given, state: States): Updates => {
  const updates: Record<string, Expr> = {};
  const put = (key: string, value: unknown): void => {
    const wanted = key === "weight" || key === "amount" ? "float" : state[key]!.dtype;
    if ((value as Expr | undefined)?.dtype !== wanted) {
      throw new ModelError(
        `${name}.${moment} must return ${key} as ${wanted === "int" ? "an int" : "a float"}; received ${returned(value)}. Return an expression.`,
      );
    }
    if (moment === "gather" && wanted === "int") {
      throw new ModelError(
        `${name}.gather returns ${key}, which is an int, but sums are floats. Declare it with float().`,
      );
    }
    updates[key] = value as Expr;
  };
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!changes[moment].includes(key)) {
      throw new ModelError(
        `${name}.${moment} returns ${key}, but it may change only ${changes[moment].join(", ")}. Remove it.`,
      );
    }
    if (key === "weight" || key === "amount") put(key, value);
    else {
      if (!isRecord(value)) {
        throw new ModelError(
          `${name}.${moment} must return ${key} as an object of state variables; received ${describe(value)}. Write { ${key}: { … } }.`,
        );
      }
      for (const [variable, expr] of Object.entries(value)) {
        if (Object.hasOwn(state, `${key}.${variable}`)) put(`${key}.${variable}`, expr);
        else {
          throw new ModelError(
            `${name}.${moment} returns ${key}.${variable}, which is not a state variable. Declare it under ${key}, or remove it.`,
          );
        }
      }
    }
  }
  return updates;
};

/** What belongs to a unit has one value for many synapses, so it may only depend on its own unit. Sums are over synapses. */
const checkDependence = (
  name: string,
  fields: Fields,
  state: Readonly<Record<string, unknown>>,
  read: Readonly<Record<Moment, Updates>>,
): void => {
  for (const moment of moments) {
    for (const [key, expr] of Object.entries(read[moment])) {
      const space = key === "amount" || moment === "gather" ? "synapse" : spaceOf(key);
      walk([expr], ({ op, source, name: used }) => {
        if (op !== "symbol" || source === "dt" || source === "step") return;
        const path = `${name}.${moment}.${key}`;
        const known =
          source === "field"
            ? Object.hasOwn(fields, used!)
            : source === "state" && (used === "weight" || Object.hasOwn(state, used!) || isFlag(used!));
        if (!known) {
          throw new ModelError(
            `${path} uses ${used ?? "the number of the unit"}, which the rule does not declare. Use only symbols from the argument.`,
          );
        }
        const from = ownerOf(used!);
        if (source === "field" || space === "synapse" || from === space || from === "shared") return;
        throw new ModelError(`${path} depends on ${used}, but there is one value for ${owners[space]}.`);
      });
      const sum = moment === "gather" ? Object.keys(read.gather).find((one) => uses(expr, one)) : undefined;
      if (sum !== undefined) {
        throw new ModelError(
          `${name}.gather.${key} depends on ${sum}, which gather computes. Use the sums in end, or keep a copy.`,
        );
      }
      if (moment !== "end" && usesFlag(expr)) {
        throw new ModelError(`${name}.${moment}.${key} uses arrived or fired, which only end knows. Use it there.`);
      }
    }
  }
};

/** Why a value cannot depend on that of another space. */
const owners: Readonly<Record<Exclude<Space, "synapse">, string>> = {
  shared: "the whole projection. Use shared state variables and parameters only",
  pre: "each presynaptic unit and many synapses. Declare it under synapse",
  post: "each postsynaptic unit and many synapses. Declare it under synapse",
};

const isFlag = (name: string): boolean => name === flags.arrived || name === flags.fired;
const usesFlag = (expr: Expr): boolean => uses(expr, flags.arrived) || uses(expr, flags.fired);
/** Whether an expression contains a state variable. */
const uses = (expr: Expr, variable: string): boolean => {
  let found = false;
  walk([expr], ({ op, source, name }) => {
    if (op === "symbol" && source === "state" && name === variable) found = true;
  });
  return found;
};

const resultsOf = (state: States, read: Readonly<Record<Moment, Updates>>): Record<string, Result> => ({
  ...Object.fromEntries(
    Object.entries(state).map(([key, { initial, unit }]) => [key, { expr: initial, unit, from: "it starts as" }]),
  ),
  ...Object.fromEntries(
    moments.flatMap((moment) =>
      Object.entries(read[moment]).map(([key, expr]) => [
        `${moment}.${key}`,
        { expr, unit: state[key]?.unit ?? "weight", from: `${moment} returns` },
      ]),
    ),
  ),
});

/** Adds the state variables behind `arrived` and `fired`, if the end of a step uses them. */
const withFlags = (model: PlasticityModel): PlasticityModel => {
  const state: Record<string, StateVariable> = { ...model.state };
  const read = { ...model.moments };
  for (const [flag, moment] of [
    [flags.arrived, "arrive"],
    [flags.fired, "fire"],
  ] as const) {
    if (!Object.values(model.moments.end).some((expr) => uses(expr, flag))) continue;
    const set = int(1, "").initial;
    state[flag] = int(0, "Whether there was a spike in the step.");
    read.begin = { ...read.begin, [flag]: state[flag].initial };
    read[moment] = { ...read[moment], [flag]: set };
  }
  return { ...model, state, moments: read };
};

/** The constructor of a declared rule. */
export const plasticityType = <F extends Fields>(model: PlasticityModel<F>): PlasticityType<F> => {
  const create = (config?: PlasticityConfigOf<F>, place?: Place): Plasticity<PlasticityModel<F>> => {
    const site = new Site(placeOf(model.name, place), [], undefined);
    const { parsed, values } = readRuleConfig(site, model.fields, config);
    if (site.issues.length > 0) throw new ConfigError(site.issues);
    return { model, config: parsed, fields: values };
  };
  return Object.defineProperty(Object.assign(create, { model }), "name", { value: model.name });
};
