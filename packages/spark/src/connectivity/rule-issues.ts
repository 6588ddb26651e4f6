import { nearestName, suggestName } from "../config/nearest-name.ts";
import { describe } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import { isList, listIssues } from "./values.ts";

/** Says what is wrong with a value at a path. */
type Reader = (value: unknown, path: string) => Issue[];
interface Option {
  readonly required: boolean;
  readonly read: Reader;
}

/** Synapses of one projection: their numbers fill the 32 bits of a counter. */
export const MOST_SYNAPSES = 2 ** 32 - 1;

const number =
  (holds: (value: number) => boolean, requirement: string, remedy: string): Reader =>
  (value, path) =>
    typeof value === "number" && holds(value)
      ? []
      : [{ path, message: `must be ${requirement}; received ${describe(value)}. ${remedy}` }];

const probability = number(
  (value) => value >= 0 && value <= 1,
  "a probability from 0 to 1",
  "Give the share of pairs that are connected.",
);
const count = number(
  (value) => Number.isInteger(value) && value >= 0 && value <= MOST_SYNAPSES,
  `a whole number from 0 to ${MOST_SYNAPSES}`,
  "Give a number of synapses.",
);
const length = number(
  (value) => Number.isFinite(value) && value > 0,
  "a finite number above 0",
  "Give it in the unit of the positions.",
);
const flag: Reader = (value, path) =>
  typeof value === "boolean"
    ? []
    : [{ path, message: `must be true or false; received ${describe(value)}. Leave it out to allow them.` }];
const list: Reader = (value, path) =>
  isList(value)
    ? listIssues(value, path)
    : [{ path, message: `must be a list of numbers; received ${describe(value)}. Give one number a synapse.` }];

const needed = (read: Reader): Option => ({ required: true, read });
const optional = (read: Reader): Option => ({ required: false, read });

const profiles: Readonly<Record<string, Readonly<Record<string, Option>>>> = {
  gaussian: { peak: needed(probability), width: needed(length), reach: optional(length) },
  exponential: { peak: needed(probability), length: needed(length), reach: optional(length) },
  disc: { peak: needed(probability), reach: needed(length) },
};
const profile: Reader = (value, path) => variantIssues(profiles, value, path, "profile");

const rules: Readonly<Record<string, Readonly<Record<string, Option>>>> = {
  allToAll: { autapses: optional(flag) },
  oneToOne: {},
  pairwiseBernoulli: { probability: needed(probability), autapses: optional(flag) },
  distanceBernoulli: { probability: needed(profile), autapses: optional(flag) },
  fixedInDegree: { inDegree: needed(count), autapses: optional(flag), multapses: optional(flag) },
  fixedOutDegree: { outDegree: needed(count), autapses: optional(flag), multapses: optional(flag) },
  fixedTotalNumber: { total: needed(count), autapses: optional(flag), multapses: optional(flag) },
  explicit: { sources: needed(list), targets: needed(list), weights: optional(list), delays: optional(list) },
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !isList(value);

/** An object with one key, which names what its value are the options of. */
const variantIssues = (
  variants: Readonly<Record<string, Readonly<Record<string, Option>>>>,
  value: unknown,
  path: string,
  noun: string,
): Issue[] => {
  const known = Object.keys(variants);
  if (!isObject(value)) {
    const meant = typeof value === "string" ? nearestName(value, known) : undefined;
    const remedy = `Write { "${meant ?? known[0]}": { … } }${meant === undefined ? " or another" : ""}.`;
    const received = typeof value === "function" ? "a function that is not called" : describe(value);
    const message =
      value === undefined ? `is missing. ${remedy}` : `must be a ${noun}; received ${received}. ${remedy}`;
    return [{ path, message }];
  }
  const names = Object.keys(value);
  const [name = ""] = names;
  const options = names.length === 1 && Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (!options) {
    const received = names.length === 1 ? `"${name}"` : `an object with ${names.length} keys`;
    const hint = names.length === 1 ? suggestName(name, known) : `Known: ${known.join(", ")}.`;
    return [{ path, message: `must name one ${noun}; received ${received}. ${hint}` }];
  }
  return optionIssues(options, value[name], `${path}.${name}`);
};

const optionIssues = (options: Readonly<Record<string, Option>>, given: unknown, path: string): Issue[] => {
  const known = Object.keys(options);
  if (!isObject(given)) {
    const wanted = known.length === 0 ? "{}" : `an object with ${known.join(", ")}`;
    return [{ path, message: `takes ${wanted}; received ${describe(given)}. Give these by name.` }];
  }
  const issues = Object.entries(given).flatMap(([key, value]): Issue[] => {
    if (!Object.hasOwn(options, key)) {
      const hint = known.length === 0 ? "It takes no options." : suggestName(key, known);
      return [{ path: `${path}.${key}`, message: `is unknown. ${hint}` }];
    }
    return options[key]!.read(value, `${path}.${key}`);
  });
  for (const [key, { required }] of Object.entries(options)) {
    if (required && !Object.hasOwn(given, key)) {
      issues.push({ path: `${path}.${key}`, message: "is missing. Give a value." });
    }
  }
  return issues;
};

/** Everything wrong with a value that is meant to be a rule, but for what depends on the populations. */
export const ruleIssues = (value: unknown, path: string): Issue[] => variantIssues(rules, value, path, "rule");
