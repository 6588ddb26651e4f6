import { type Expr, symbol } from "../expr/expr.ts";
import { substitute } from "../expr/substitute.ts";
import type { RuleFields, RuleValue } from "./rule-config.ts";
import {
  type CombinedModel,
  type End,
  endsOf,
  type Plasticity,
  type PlasticityModel,
  rulesIn,
  spaceOf,
  type Updates,
} from "./rule-model.ts";

/* Several plasticity rules of one projection act as one rule. */

/** The name of a parameter or a state variable of a rule among others: "PairStdp.rate", "pre.PairStdp.trace". */
const fieldOf = (rule: string, name: string): string => `${rule}.${name}`;
const stateOf = (rule: string, name: string): string => {
  if (name === "weight" || name === "amount" || name.startsWith("target.")) return name;
  const space = spaceOf(name);
  return `${space}.${rule}${name.slice(space.length)}`;
};

/** Gives the symbols of a rule the names that they have among other rules. `weight` is the value before the rule. */
const renaming =
  (rule: string) =>
  (updates: Updates, weight?: Expr): Updates => {
    const names = Object.keys(updates);
    const values = substitute(Object.values(updates), ({ dtype, name = "", source, unit = "1" }) => {
      if (source === "field") return symbol(dtype, fieldOf(rule, name), source, unit);
      if (source === "state") return name === "weight" ? weight : symbol(dtype, stateOf(rule, name), source, unit);
      return undefined;
    });
    return Object.fromEntries(names.map((name, k) => [stateOf(rule, name), values[k]!]));
  };

const changesSynapses = (updates: Updates): boolean =>
  Object.keys(updates).some((key) => key !== "amount" && spaceOf(key) === "synapse");

/**
 * Combines rules with different names into one that applies them one after the other in each moment: a rule sees the
 * weights that the rules before it leave. The first `amount` acts on the weight from before the arrival, and each further
 * one on the amount before it. Names of parameters and state variables contain the rule: "PairStdp.rate".
 */
export const combined = (rules: readonly Plasticity[]): Plasticity<CombinedModel> => {
  const begin: Record<string, Expr> = {};
  const arrive: Record<string, Expr> = {};
  const fire: Record<string, Expr> = {};
  const follow: Record<string, Expr> = {};
  const delayed: Record<string, CombinedModel["delayed"][string]> = {};
  const ends: End[] = [];
  const fields: Record<string, CombinedModel["fields"][string]> = {};
  const state: Record<string, CombinedModel["state"][string]> = {};
  for (const { model } of rules) {
    const { name, moments } = model;
    const renamed = renaming(name);
    for (const [key, field] of Object.entries(model.fields)) fields[fieldOf(name, key)] = field;
    for (const [key, variable] of Object.entries(model.state)) {
      const [initial] = Object.values(renamed({ [key]: variable.initial }));
      state[stateOf(name, key)] = { ...variable, initial: initial! };
    }
    Object.assign(begin, renamed(moments.begin));
    const { amount, ...others } = moments.arrive;
    Object.assign(arrive, renamed(others, arrive["weight"]), amount && renamed({ amount }, arrive["amount"]));
    Object.assign(follow, renamed(moments.follow));
    for (const [key, { of, by }] of Object.entries(model.delayed)) {
      // Rules have no dendritic delays before they are combined.
      delayed[stateOf(name, key)] = { of: stateOf(name, of), by: fieldOf(name, by!) };
    }
    Object.assign(fire, renamed(moments.fire, fire["weight"]));
    for (const { gather, settle, end, every, factor, only } of endsOf(model)) {
      ends.push({
        gather: renamed(gather),
        settle: renamed(settle),
        end: renamed(end),
        ...(only !== undefined && { only: stateOf(name, only) }),
        ...(every !== undefined && { every: fieldOf(name, every) }),
        ...(factor !== undefined && { factor: fieldOf(name, factor) }),
      });
    }
  }
  // A factor of 0 rests the events of synapses only if no other rule changes them there.
  const [active, ...further] = rules.filter(
    ({ model: { moments } }) => changesSynapses(moments.arrive) || changesSynapses(moments.fire),
  );
  const factor = further.length === 0 ? active?.model.factor : undefined;
  const values = Object.fromEntries(
    rules.flatMap(({ model: { name }, fields: own }) =>
      Object.entries(own).map(([key, value]): [string, RuleValue] => [fieldOf(name, key), value]),
    ),
  );
  const model: CombinedModel = {
    kind: "plasticity",
    name: rules.map((rule) => rule.model.name).join(" + "),
    about: rules.map((rule) => rule.model.about).join(" "),
    fields,
    state,
    moments: { begin, arrive, follow, fire, gather: {}, settle: {}, end: {} },
    target: Object.assign({}, ...rules.map((rule) => rule.model.target)),
    delayed,
    ends,
    rules,
    ...(factor !== undefined && { factor: fieldOf(active!.model.name, factor) }),
  };
  return { model, config: rules[0]!.config, fields: values };
};

/** The values of each rule for a projection, with the names of the combined rule. */
export const combinedFields = <V>(
  rules: readonly Plasticity[],
  values: readonly Readonly<Record<string, V>>[],
): Readonly<Record<string, V>> =>
  Object.fromEntries(
    rules.flatMap(({ model }, k) =>
      Object.entries(values[k]!).map(([key, value]) => [fieldOf(model.name, key), value] as const),
    ),
  );

/** Each of the rules that act as one, with its values. */
export const rulesWith = (
  rule: Plasticity,
  values: RuleFields,
): readonly { readonly model: PlasticityModel; readonly fields: RuleFields }[] => {
  const rules = rulesIn(rule);
  return rules.map(({ model }) => {
    const own = (key: string): string => (rules.length > 1 ? fieldOf(model.name, key) : key);
    return { model, fields: Object.fromEntries(Object.keys(model.fields).map((key) => [key, values[own(key)]!])) };
  });
};
