import type { Fields } from "../config/field.ts";
import type { InputOf, ParsedConfig } from "../config/parse.ts";
import type { Place } from "../config/place.ts";
import { type Expr, isFixed, walk } from "../expr/expr.ts";
import type { BySynapse } from "./by-synapse.ts";
import type { Preset } from "./component.ts";
import type { States } from "./declare.ts";
import type { ByKind, RuleValue } from "./rule-config.ts";

/* Plasticity rules as data, and what their equations tell about their parameters. */

/** Where a state variable of a rule belongs. */
export type Space = "shared" | "pre" | "post" | "synapse";
export const spaces: readonly Space[] = ["shared", "pre", "post", "synapse"];

/** When the equations of a rule apply within a step, in this order. */
export type Moment = "begin" | "arrive" | "follow" | "fire" | "gather" | "settle" | "end";
export const moments: readonly Moment[] = ["begin", "arrive", "follow", "fire", "gather", "settle", "end"];

/** State variables of the postsynaptic soma that a rule reads: their units by name. */
export type TargetStates = Readonly<Record<string, string>>;
/** Values after a moment, by the name of what they change: "weight", "amount", "pre.trace" … */
export type Updates = Readonly<Record<string, Expr>>;

/** What a state variable repeats, and after which time: the name of a parameter in ms, or the way to a synapse and back. */
export type Delayed =
  | { readonly of: string; readonly by: string; readonly dendritic?: undefined }
  | { readonly of: string; readonly by?: undefined; readonly dendritic: number };

/** A plasticity rule as data. */
export interface PlasticityModel<F extends Fields = Fields> {
  readonly kind: "plasticity";
  readonly name: string;
  readonly about: string;
  readonly fields: F;
  /** State variables by name: "pre.trace", "post.trace", "synapse.eligibility" … */
  readonly state: States;
  /** Values after each moment. In `gather`, each is the sum of the expression over the synapses of the target. */
  readonly moments: Readonly<Record<Moment, Updates>>;
  /** Units of the state variables of the postsynaptic soma that the rule reads, by name. */
  readonly target: TargetStates;
  /** State variables such as "post.past" that repeat another one after a time. */
  readonly delayed: Readonly<Record<string, Delayed>>;
  /** Name of the parameter with the time between two ends; absent if every step has an end. */
  readonly every?: string;
  /** Name of the parameter that multiplies every change of a synapse. While it is 0, synapses do not change. */
  readonly factor?: string;
  /** State variable such as "post.growth". While it is 0 for a unit, `end` does not change its synapses. */
  readonly only?: string;
  /** Published sets of parameters by name. */
  readonly presets?: Readonly<Record<string, Preset>>;
}

/** The end of a step: sums over synapses, what the synapses of a target share, then changes of synapses. */
export interface End extends Pick<PlasticityModel, "every" | "factor" | "only"> {
  readonly gather: Updates;
  readonly settle: Updates;
  readonly end: Updates;
}

/** Several rules as one. The moments `gather`, `settle` and `end` are empty; `ends` contains those of each rule, in order. */
export interface CombinedModel extends PlasticityModel {
  readonly ends: readonly End[];
  /** The rules, in order. */
  readonly rules: readonly Plasticity[];
}

const isCombined = (model: Equations): model is CombinedModel => "ends" in model;

/** The ends of a rule: one, or those of each of the rules that it combines. */
export const endsOf = (model: Equations): readonly End[] => {
  if (isCombined(model)) return model.ends;
  const { moments: of, every, factor, only } = model;
  const { gather, settle, end } = of;
  return [{ gather, settle, end, ...(every && { every }), ...(factor && { factor }), ...(only && { only }) }];
};

/** The rules that act as one: several if the rule combines them. */
export const rulesIn = (rule: Plasticity): readonly Plasticity[] =>
  isCombined(rule.model) ? rule.model.rules : [rule];

/** The values after all moments. */
export const updatesIn = (model: Equations): readonly Updates[] => {
  const { begin, arrive, follow, fire } = model.moments;
  return [begin, arrive, follow, fire, ...endsOf(model).flatMap(({ gather, settle, end }) => [gather, settle, end])];
};

/** A plasticity rule with its config. Immutable. */
export interface Plasticity<M extends PlasticityModel = PlasticityModel> {
  readonly model: M;
  readonly config: ParsedConfig;
  /** Parameters by name. */
  readonly fields: Readonly<Record<string, RuleValue>>;
}

/** Config of a plasticity rule. */
export type PlasticityConfigOf<F extends Fields> = {
  readonly [K in keyof F]?: Extract<InputOf<F[K]>, number> | ByKind | ArrayLike<number> | BySynapse;
} & {
  /** Skips the check of ranges. Names are still checked. */
  readonly skipValidation?: boolean;
};

/** Constructor of a plasticity rule. It also carries the declaration. */
export interface PlasticityType<F extends Fields = Fields> {
  (config?: PlasticityConfigOf<F>, place?: Place): Plasticity<PlasticityModel<F>>;
  readonly model: PlasticityModel<F>;
}

/** The space of a name such as "pre.trace". The weight belongs to the synapse. */
export const spaceOf = (name: string): Space => (name === "weight" ? "synapse" : (name.split(".", 1)[0] as Space));

/** Names of the parameters in some expressions. */
export const fieldsIn = (roots: Iterable<Expr>): string[] => {
  const names = new Set<string>();
  walk(roots, ({ op, source, name }) => {
    if (op === "symbol" && source === "field") names.add(name!);
  });
  return [...names];
};

type Equations = Pick<PlasticityModel, "fields" | "state" | "moments" | "delayed" | "every" | "factor" | "only">;

/**
 * The parameters that may change while the rule is in use. Those in conditions, such as an exponent that is 0, select the
 * equations. Intervals of `end` and delays are part of the code.
 */
export const liveFields = (model: Equations): ReadonlySet<string> => {
  const known = liveOf.get(model);
  if (known) return known;
  const live = findLive(model);
  liveOf.set(model, live);
  return live;
};

/** What `liveFields` has found. A reward may set a parameter in every step. */
const liveOf = new WeakMap<Equations, ReadonlySet<string>>();

const findLive = (model: Equations): ReadonlySet<string> => {
  const live = new Set(Object.keys(model.fields));
  for (const { every } of endsOf(model)) if (every !== undefined) live.delete(every);
  for (const { by } of Object.values(model.delayed)) if (by !== undefined) live.delete(by);
  const conditions: Expr[] = [];
  walk(
    updatesIn(model).flatMap((updates) => Object.values(updates)),
    (expr) => {
      if (expr.dtype === "bool" && isFixed(expr)) conditions.push(expr);
    },
  );
  for (const name of fieldsIn(conditions)) live.delete(name);
  return live;
};

/** The parameters that may differ between target units: those that act on synapses and target units only. */
export const perTargetFields = (model: Equations): ReadonlySet<string> => {
  const names = new Set(liveFields(model));
  const single = [
    ...Object.entries(model.state).flatMap(([key, { initial }]) => (spaceOf(key) === "post" ? [] : [initial])),
    ...updatesIn(model).flatMap((updates) =>
      Object.entries(updates).flatMap(([key, expr]) =>
        key.startsWith("pre.") || key.startsWith("shared.") ? [expr] : [],
      ),
    ),
  ];
  for (const name of fieldsIn(single)) names.delete(name);
  return names;
};

/** The parameters that may differ between synapses: those that act on synapses only. */
export const perSynapseFields = (model: Equations): ReadonlySet<string> => {
  const names = new Set(liveFields(model));
  const { begin, arrive, follow, fire } = model.moments;
  const ends = endsOf(model);
  for (const { factor } of [model, ...ends]) if (factor !== undefined) names.delete(factor);
  const ofUnits = [begin, arrive, follow, fire, ...ends.flatMap(({ settle, end }) => [settle, end])].flatMap(
    (updates) => Object.entries(updates).flatMap(([key, expr]) => (isSynaptic(key) ? [] : [expr])),
  );
  const starts = Object.values(model.state).map(({ initial }) => initial);
  for (const name of fieldsIn([...ofUnits, ...starts])) names.delete(name);
  return names;
};

const isSynaptic = (key: string): boolean => key === "amount" || spaceOf(key) === "synapse";

/** The space of a symbol. The states of a soma belong to the postsynaptic unit. */
export const ownerOf = (name: string): Space => (name.startsWith("target.") ? "post" : spaceOf(name));
