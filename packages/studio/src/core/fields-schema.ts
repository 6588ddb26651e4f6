import type { FormField } from "./fields.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt } from "./json.ts";
import { labelOf } from "./names.ts";

/* Fields of forms from the JSON Schema of documents. New options of the library appear without a change here. */

/** A definition of the schema. */
export const schemaAt = (schema: JsonObject, name: string): JsonObject => objectAt(schema, "$defs", name);

/** The schema at a node, with its reference followed. Keys beside the reference, such as the description, stay. */
export const resolved = (schema: JsonObject, node: Json | undefined): JsonObject => {
  if (!isObject(node)) return {};
  const { $ref: reference, ...own } = node;
  if (typeof reference !== "string") return node;
  const keys = reference.replace(/^#\//, "").split("/");
  return { ...resolved(schema, objectAt(schema, ...keys)), ...own };
};

/** The unit that a description names: "… In ms; must be …". "1" without one. */
export const unitIn = (description: string): string =>
  /\bIn ([^\s;.,]+(?:\^2)?)[;.](?:\s|$)/.exec(description)?.[1] ?? (/^ms;/.test(description) ? "ms" : "1");

/** The first sentences of a description, without unit, rule and default, which forms show in other ways. */
export const proseIn = (description: string): string =>
  description
    .replace(/\s*(In [^\s;.]+[;.]|A pure number;)\s*(must be [^;.]*(\.\d[^;.]*)?[;.]\s*)*/g, " ")
    .replace(/\s*Default: [^.]*(\.\d[^.]*)?\.(?=\s|$)/g, "")
    .trim();

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const numberOf = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);

/** The node itself and its alternatives. */
const alternatives = (schema: JsonObject, node: JsonObject): readonly JsonObject[] => {
  const options = node["anyOf"] ?? node["oneOf"];
  return Array.isArray(options) ? options.flatMap((option) => alternatives(schema, resolved(schema, option))) : [node];
};

/** One field from its schema; undefined for lists and objects, which have no field of their own. */
export const schemaField = (
  schema: JsonObject,
  property: Json | undefined,
  name: string,
  keys: readonly Key[],
  required: boolean,
  weight = "weight",
): FormField | undefined => {
  const node = resolved(schema, property);
  const forms = alternatives(schema, node);
  const description = textOf(node["description"]);
  const unit = unitIn(description);
  const base = {
    name,
    keys,
    label: labelOf(name),
    unit: unit === "weight" ? weight : unit,
    description: proseIn(description),
    default: node["default"],
    required,
  };
  const choice = forms.find((form) => Array.isArray(form["enum"]));
  if (choice && forms.length === 1) {
    return {
      ...base,
      kind: "choice",
      choices: (choice["enum"] as readonly Json[]).map(String),
      lists: false,
      draws: false,
    };
  }
  if (forms.some((form) => form["type"] === "boolean")) return { ...base, kind: "flag", lists: false, draws: false };
  const number = forms.find((form) => form["type"] === "number" || form["type"] === "integer");
  if (number) {
    const minimum = numberOf(number["minimum"] ?? node["minimum"]);
    const maximum = numberOf(number["maximum"] ?? node["maximum"]);
    const above = numberOf(number["exclusiveMinimum"]);
    const rule =
      minimum !== undefined && maximum !== undefined && maximum < 1e6
        ? `${minimum} … ${maximum}`
        : minimum !== undefined
          ? `≥ ${minimum}`
          : above !== undefined
            ? `> ${above}`
            : "";
    return {
      ...base,
      kind: number["type"] === "integer" ? "integer" : "number",
      rule,
      lists: forms.some((form) => form["type"] === "array"),
      draws: forms.some((form) => Object.hasOwn(objectAt(form, "properties"), "uniform")),
    };
  }
  if (forms.every((form) => form["type"] === "string")) return { ...base, kind: "text", lists: false, draws: false };
  return undefined;
};

/** Fields of an object's properties, in the order of the schema. `skip` names those that a form shows elsewhere. */
export const schemaFields = (
  schema: JsonObject,
  node: JsonObject,
  keys: readonly Key[],
  skip: readonly string[] = [],
  weight = "weight",
): readonly FormField[] => {
  const required = Array.isArray(node["required"]) ? node["required"] : [];
  return Object.entries(objectAt(node, "properties")).flatMap(([name, property]) => {
    if (skip.includes(name)) return [];
    return schemaField(schema, property, name, [...keys, name], required.includes(name), weight) ?? [];
  });
};

/** One of several objects with a single key, such as a connection rule: its name, text and options. */
export interface Alternative {
  readonly name: string;
  readonly description: string;
  readonly options: JsonObject;
}

/** The named alternatives of a node, such as the distributions or the connection rules. */
export const namedAlternatives = (schema: JsonObject, node: JsonObject): readonly Alternative[] => {
  const found = new Map<string, Alternative>();
  for (const form of alternatives(schema, node)) {
    const required = Array.isArray(form["required"]) ? form["required"] : [];
    const [name] = required;
    if (typeof name !== "string" || required.length !== 1 || found.has(name)) continue;
    const own = resolved(schema, objectAt(form, "properties", name));
    const description = textOf(own["description"]) || textOf(form["description"]);
    const options = Array.isArray(own["anyOf"]) ? resolved(schema, own["anyOf"][0]) : own;
    found.set(name, { name, description, options });
  }
  return [...found.values()];
};
