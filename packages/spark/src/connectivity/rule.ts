import { type JsonSchema, objectSchema } from "../config/json-schema.ts";
import { custom, readName } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { isRecord } from "../config/shape.ts";
import { allToAll } from "./rules/all-to-all.ts";
import { type DeclaredRule, declaration, type ReadRule, type RuleDeclaration } from "./rules/connection-rule.ts";
import { distanceBernoulli } from "./rules/distance-bernoulli.ts";
import { explicit } from "./rules/explicit.ts";
import { fixedInDegree } from "./rules/fixed-in-degree.ts";
import { fixedOutDegree } from "./rules/fixed-out-degree.ts";
import { fixedTotalNumber } from "./rules/fixed-total-number.ts";
import { oneToOne } from "./rules/one-to-one.ts";
import { pairwiseBernoulli } from "./rules/pairwise-bernoulli.ts";

export type { NumberList } from "./ends.ts";
export type { Positions } from "./positions.ts";
export {
  allToAll,
  distanceBernoulli,
  explicit,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  oneToOne,
  pairwiseBernoulli,
};

/** The connection rules of the library, in the order of schemas and tables. */
export const rules = {
  allToAll,
  oneToOne,
  pairwiseBernoulli,
  distanceBernoulli,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  explicit,
};

/** Connection rules by name. */
export type RuleTypes = Readonly<Record<string, { readonly rule: RuleDeclaration }>>;

type Library = {
  [K in keyof typeof rules]: Omit<ReturnType<(typeof rules)[K]>, typeof declaration>;
}[keyof typeof rules];

/** A connection rule: a rule of the library as plain data, or the result of a custom rule. */
export type Rule = Library | DeclaredRule;

const ruleNamed = (name: string, own: RuleTypes): RuleDeclaration | undefined =>
  Object.hasOwn(own, name)
    ? own[name]!.rule
    : Object.hasOwn(rules, name)
      ? rules[name as keyof typeof rules].rule
      : undefined;

/**
 * Reads a rule, without the checks that depend on the populations.
 * @param own custom rules that a document can name; custom rules in code carry their declarations
 */
export const readRule = (value: unknown, site: Site, own: RuleTypes = {}): ReadRule | undefined => {
  const known = isRecord(value) ? (value as Partial<DeclaredRule>)[declaration] : undefined;
  const names = known ? [known.name] : [...new Set([...Object.keys(rules), ...Object.keys(own)])];
  const name = readName(value, names, { noun: "rule" }, site);
  if (name === undefined) return undefined;
  const { option } = known ?? ruleNamed(name, own)!;
  return option.read((value as Readonly<Record<string, unknown>>)[name], site.at(name));
};

/** All connection rules: those of the library and custom ones. */
export const ruleDeclarations = (own: RuleTypes = {}): readonly RuleDeclaration[] =>
  Object.values({ ...(rules as RuleTypes), ...own }).map(({ rule }) => rule);

/** The schema of a rule. `change` returns the schema of the options of a rule, which can differ in documents. */
export const ruleSchema = (
  own: RuleTypes = {},
  change: (rule: RuleDeclaration) => JsonSchema = ({ option }) => option.schema,
): JsonSchema => ({
  description: "Connection rule.",
  oneOf: ruleDeclarations(own).map((rule) => objectSchema({ [rule.name]: change(rule) }, [rule.name])),
});

/** A connection rule as an option. The context can contain custom rules. */
export const ruleOption = custom<Rule, ReadRule, { readonly rules?: RuleTypes } | undefined>({
  about: "Connection rule.",
  takes: "a connection rule",
  schema: { $ref: "#/$defs/rule" },
  remedy: `Write { "${Object.keys(rules)[0]}": { … } } or another.`,
  read: (value, site) => readRule(value, site, site.context?.rules),
});
