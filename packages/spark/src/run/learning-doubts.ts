import { distributionOf } from "../connectivity/distribution.ts";
import { isList, type SynapseValues } from "../connectivity/values.ts";
import type { Wiring } from "../graph/wiring.ts";
import { rulesWith } from "../model/combined-rule.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { RuleFields } from "../model/rule-config.ts";
import { type Moment, moments, type PlasticityModel } from "../model/rule-model.ts";

/* Doubts about projections that learn. */

/** Name of the parameter of the library's rules that bounds weights. */
const BOUND = "weightMax";

/** Sentences about weights beyond the bounds of their rule, and about rules that cross their whole range at once. */
export const learningDoubts = ({ projections, populations }: Wiring, dt: number): string[] =>
  projections.flatMap((wired) => {
    const { plasticity, ruleFields, place, target, receptor } = wired;
    if (!plasticity) return [];
    const unit = populations[target]!.receptors[receptor]!.synapse.model.weightUnit;
    const [lowest = 0, highest = 0] = extremesOf((wired.rule.options.weights ?? wired.weight) as SynapseValues) ?? [];
    const path = place.at("weight").path;
    const doubts: string[] = [];
    const rules = rulesWith(plasticity, ruleFields!);
    if (lowest < 0) {
      const why = `but ${rules[0]!.model.name} learns magnitudes, which are at least 0`;
      doubts.push(`${path} is negative, ${why}. Give a magnitude, and make the source population inhibitory.`);
    }
    for (const [k, { model, fields }] of rules.entries()) {
      const bound = fields[BOUND];
      if (typeof bound !== "number") continue;
      if (highest > bound) {
        const above = `${path} is up to ${rounded(highest)} ${unit}, above ${BOUND} of ${model.name}, ${rounded(bound)} ${unit}`;
        doubts.push(
          `${above}. The first change of a weight reduces it to ${BOUND}. Raise ${BOUND}, or begin below it.`,
        );
      }
      if (crosses(model, fields, bound, dt)) {
        const rule = place.at("plasticity", ...(rules.length > 1 ? [k] : [])).path;
        doubts.push(
          `${rule}: one pair of spikes changes a weight by its whole range, 0 to ${rounded(bound)} ${unit}. Reduce the learning rate, or raise ${BOUND}.`,
        );
      }
    }
    return doubts;
  });

/** Whether a pair of spikes moves a weight from one bound to the other. */
const crosses = (model: PlasticityModel, given: RuleFields, bound: number, dt: number): boolean => {
  // The states of the soma are not known.
  if (Object.keys(model.target).length > 0) return false;
  if (Object.values(given).includes(undefined as never)) return false;
  const fields = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, typeof value === "number" ? value : value[0]!]),
  );
  const evaluate = (values: Record<string, number>, moment: Moment): void => {
    const known = { ...fields, ...values };
    const next = Object.entries(model.moments[moment]).map(([key, expr]) => [key, evaluateFixed(expr, known, { dt })]);
    Object.assign(values, Object.fromEntries(next));
  };
  return [0, bound].some((start) => {
    const values: Record<string, number> = { weight: start };
    for (const [key, { initial }] of Object.entries(model.state)) {
      values[key] = evaluateFixed(initial, fields, { dt }) as number;
    }
    // A pair in both orders: the second round sees the traces of the first.
    for (const moment of moments) evaluate(values, moment);
    values["weight"] = start;
    for (const moment of ["begin", start === 0 ? "fire" : "arrive", "gather", "settle", "end"] as const)
      evaluate(values, moment);
    return values["weight"] === bound - start;
  });
};

const rounded = (value: number): number => Number(value.toPrecision(3));

/** The smallest and largest weight, if they are known before drawing. */
const extremesOf = (values: SynapseValues): readonly [number, number] | undefined => {
  if (typeof values === "number") return [values, values];
  if (isList(values)) return listExtremes(values);
  if ("constant" in values) return extremesOf(values.constant);
  if ("byTarget" in values) return listExtremes(values.byTarget);
  if ("bySource" in values || "byDistance" in values) return undefined;
  const { min, max } = distributionOf(values) ?? {};
  return min !== undefined && max !== undefined && Number.isFinite(min) && Number.isFinite(max)
    ? [min, max]
    : undefined;
};

const listExtremes = (list: ArrayLike<number>): readonly [number, number] => {
  let [lowest, highest] = [Infinity, -Infinity];
  for (let k = 0; k < list.length; k++) {
    lowest = Math.min(lowest, list[k]!);
    highest = Math.max(highest, list[k]!);
  }
  return [lowest, highest];
};
