import type { FlatRule } from "../network.ts";
import type { Reporter } from "../report.ts";
import type { Json } from "./json.ts";

/* Plasticity rules as configurations of Python Spark 1.2. */

const rules: Readonly<Record<string, { readonly type: string; readonly names: Readonly<Record<string, string>> }>> = {
  HebbianRule: { type: "hebbian_rule", names: { preTau: "pre_tau", postTau: "post_tau" } },
  OjaRule: { type: "oja_rule", names: { postTau: "post_tau" } },
  ZenkeRule: {
    type: "zenke_rule",
    names: {
      preTau: "pre_tau",
      postTau: "post_tau",
      postSlowTau: "post_slow_tau",
      targetTau: "target_tau",
      triplet: "a",
      doublet: "b",
      heterosynaptic: "c",
      transmitter: "d",
      potentialStrength: "p",
    },
  },
  QuadrupletRule: {
    type: "quadruplet_rule",
    names: {
      preTau: "pre_tau",
      postTau: "post_tau",
      arrival: "q_alpha",
      arrivalTrace: "q_beta",
      spike: "q_gamma",
      spikeTrace: "q_delta",
      weightMax: "max_clip",
    },
  },
};
/** Parameters with one value there. */
const fixed: Readonly<Record<string, number>> = { weightScale: 1, weightMiddle: 0.25, weightUpper: 0.5 };
/** Parameters that Python Spark takes as four numbers only. */
const fourfold = ["max_clip"];

/** The configuration of a rule; undefined, with an entry in the report, if Python Spark has no such rule. */
export const exportRule = (
  { model, fields }: FlatRule,
  path: string,
  { isTraced, isFull }: { readonly isTraced: boolean; readonly isFull: boolean },
  report: Reporter,
): { readonly type: string; readonly fields: Readonly<Record<string, Json>> } | undefined => {
  const target = Object.hasOwn(rules, model) ? rules[model] : undefined;
  const refuse = (remedy: string): undefined => report.unsupported(path, model, remedy) as undefined;
  if (!target)
    return refuse(
      `Python Spark has no such rule, so the weights are constant. Use one of ${Object.keys(rules).join(", ")}.`,
    );
  const { rate, modulation, ...others } = fields;
  if (typeof rate !== "number" || typeof modulation !== "number")
    return refuse("Python Spark takes one rate for all synapses. Use one number.");
  const values: Record<string, Json> = { eta: rate * modulation };
  for (const [key, value] of Object.entries(others)) {
    if (Object.hasOwn(fixed, key)) {
      if (value !== fixed[key]) return refuse(`Python Spark has ${key} ${fixed[key]}. Use this value.`);
      continue;
    }
    const name = target.names[key]!;
    const json = ruleValue(value, fourfold.includes(name));
    if (json === undefined) return refuse(`Python Spark takes one number for ${key}. Use one number.`);
    values[name] = json;
  }
  const differences = [
    ...(isTraced ? ["A spike reaches the rule one step later there, compared with the spikes of the target."] : []),
    ...(isFull ? [] : ["Python Spark lets synapses grow that do not exist here, between all units."]),
  ];
  if (differences.length === 0) report.faithful(path, model, target.type);
  else report.approximate(path, model, target.type, differences.join(" "));
  return { type: target.type, fields: values };
};

const ruleValue = (value: unknown, isFourfold: boolean): Json | undefined => {
  if (typeof value === "number") return isFourfold ? [value, value, value, value] : value;
  if (typeof value !== "object" || value === null || !("EE" in value)) return undefined;
  const { EE, EI, IE, II } = value as Readonly<Record<string, number>>;
  return [EE!, EI!, IE!, II!];
};
