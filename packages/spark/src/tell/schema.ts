import { type Field, type Fields, requirementText, withUnit } from "../config/field.ts";
import { type Recipe, type RecipeName, recipes } from "../config/initializer.ts";
import type { JsonSchema } from "../config/json-schema.ts";
import { type RecipeText, recipeTexts } from "../config/recipe-text.ts";
import { timingOptions } from "../config/timing.ts";
import type { Declaration, Model } from "../model/component.ts";
import { kinds } from "../model/rule-config.ts";
import type { PlasticityModel } from "../model/rule-model.ts";
import { requireModel } from "./described.ts";
import { seriesForms } from "./series-schema.ts";

/**
 * The JSON Schema (draft 2020-12) of a model's config, for editors that complete, explain and check documents. It
 * accepts some values that the parser refuses: ragged arrays, bounds in the wrong order, and sizes whose product is too
 * large.
 *
 * @param own further properties, such as the key by which a document names the model.
 * @throws ConfigError unless it gets a model, such as LeakySoma.model
 */
export const configSchema = (
  model:
    | (Declaration & Pick<Model, "presets"> & { readonly kind?: string; readonly currentOf?: string })
    | PlasticityModel,
  own: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => {
  if (isRule(model)) {
    const { description, ...schema } = plasticitySchema(model, own);
    const $defs = { synapticValues: synapticValuesSchema() };
    return { $schema: DRAFT, title: model.name, description: model.about, ...schema, $defs };
  }
  return declaredSchema(model, own);
};

const DRAFT = "https://json-schema.org/draft/2020-12/schema";
const isRule = (model: object): model is PlasticityModel =>
  (model as Partial<PlasticityModel> | undefined)?.kind === "plasticity";

const declaredSchema = (
  model: Declaration & Pick<Model, "presets"> & { readonly kind?: string; readonly currentOf?: string },
  own: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => {
  requireModel("configSchema", model);
  const ruled = Object.entries(model.fields).filter(([, field]) => Object.keys(bounds(field)).length > 0);
  return {
    $schema: DRAFT,
    title: model.name,
    description: model.about,
    type: "object",
    properties: { ...own, ...presetProperty(model), ...fieldProperties(model.fields), ...optionsOf(model) },
    additionalProperties: false,
    if: { required: ["skipValidation"], properties: { skipValidation: { const: true } } },
    else: { properties: Object.fromEntries(ruled.map(([name]) => [name, { $ref: `#/$defs/${name}Rule` }])) },
    $defs: {
      values: valuesSchema,
      initializer: initializerSchema(),
      ...(Object.values(model.fields).some(varies) && { series: seriesSchema }),
      ...Object.fromEntries(ruled.map(([name, field]) => [`${name}Rule`, ruleSchema(name, field)])),
    },
  };
};

/**
 * Options of a config other than its fields. A synapse or a drive takes shape and time from the population it acts on.
 */
const optionsOf = ({ kind, currentOf: tells }: { readonly kind?: string; readonly currentOf?: string }) => {
  if (kind !== undefined && kind !== "synapse") return commonSchemas;
  const { seed, skipValidation } = commonSchemas;
  return {
    ...(tells !== undefined && { currentOf }),
    ...(kind === "synapse" && { port: portSchema }),
    seed: seed!,
    skipValidation: skipValidation!,
  };
};

const presetProperty = ({ presets = {} }: Pick<Model, "presets">): Readonly<Record<string, JsonSchema>> => {
  const forms = Object.entries(presets).map(([name, { about }]) => ({ const: name, description: about }));
  const description = "Name of a published set of parameters, which are the defaults of the others.";
  return forms.length === 0 ? {} : { preset: { description, oneOf: forms } };
};

export const portSchema: JsonSchema = {
  description: "Name of the soma's input that the synapse acts on. Default: the first input with the right payload.",
  type: "string",
};

const currentOf: JsonSchema = {
  description:
    "Value of a decaying current that drives the target for a step: its mean over the step, or its value at the start.",
  enum: ["mean", "value"],
  default: "mean",
};

const fieldProperties = (fields: Fields): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));

const fieldSchema = (field: Field): JsonSchema => {
  const rules = field.checks.map((check) => requirementText(check, field.unit)).join("; ");
  const unit = field.unit === "1" ? "A pure number" : `In ${field.unit}`;
  return {
    description: `${field.description} ${unit}; ${rules}. Default: ${withUnit(field.default, field.unit)}.`,
    default: field.default,
    anyOf: [
      { type: "number" },
      { $ref: "#/$defs/values" },
      { $ref: "#/$defs/initializer" },
      ...(varies(field) ? [{ $ref: "#/$defs/series" }] : []),
    ],
  };
};

/** The JSON Schema of a plasticity rule's config: numbers, numbers by kind of synapse, or one for each target unit. */
export const plasticitySchema = (
  { about, fields, presets }: PlasticityModel,
  own: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema => {
  const ruled = Object.entries(fields).flatMap(([name, field]) => {
    const bound = bounds(field);
    if (Object.keys(bound).length === 0) return [];
    const properties = Object.fromEntries(kinds.map((kind) => [kind, bound]));
    return [[name, { ...bound, properties, items: bound }] as const];
  });
  return {
    description: about,
    type: "object",
    properties: {
      ...own,
      ...presetProperty(presets ? { presets } : {}),
      ...Object.fromEntries(
        Object.entries(fields).map(([name, field]) => {
          const { description, default: usual } = fieldSchema(field);
          return [name, { description, default: usual, anyOf: ruleValues() }];
        }),
      ),
      skipValidation: commonSchemas["skipValidation"]!,
    },
    additionalProperties: false,
    if: { required: ["skipValidation"], properties: { skipValidation: { const: true } } },
    else: { properties: Object.fromEntries(ruled) },
  };
};

/** Whether a field may change over time. */
const varies = ({ readSeries }: Field): boolean => readSeries !== undefined;

const bounds = (field: Field): JsonSchema => Object.assign({}, ...field.checks.map((check) => check.schema));

/** Keywords for numbers, arrays and objects apply only to their own type, so one schema serves all three. */
const ruleSchema = (name: string, field: Field): JsonSchema => ({
  ...bounds(field),
  items: { $ref: `#/$defs/${name}Rule` },
  properties: {
    constant: bounds(field),
    ...(varies(field) && { series: { items: { $ref: `#/$defs/${name}Rule` } } }),
  },
});

const valuesSchema: JsonSchema = {
  description: "One value per unit: an array in the shape of units.",
  type: "array",
  minItems: 1,
  items: { anyOf: [{ type: "number" }, { $ref: "#/$defs/values" }] },
};

const seriesSchema: JsonSchema = {
  description: "Values that change over time, with their own sampling times.",
  anyOf: seriesForms(
    "A value",
    {
      ...valuesSchema,
      description: "Samples in the unit of the field: a number for all units, or an array with one value per unit.",
    },
    {
      description: "Time of each sample in ms, ascending.",
      type: "array",
      minItems: 1,
      items: { type: "number" },
    },
  ),
};

const initializerSchema = (): JsonSchema => ({
  description: "How the values are drawn, one per unit.",
  oneOf: [
    single("constant", { description: "The same value for every unit.", type: "number" }),
    ...(Object.keys(recipes) as RecipeName[]).map((name) =>
      single(name, recipeSchema(recipes[name], recipeTexts[name])),
    ),
  ],
});

const single = (name: string, schema: JsonSchema): JsonSchema => ({
  type: "object",
  properties: { [name]: schema },
  required: [name],
  additionalProperties: false,
});

const recipeSchema = ({ options }: Recipe, text: RecipeText): JsonSchema => ({
  description: text.description,
  type: "object",
  properties: Object.fromEntries(
    Object.entries(options).map(([key, option]) => [
      key,
      { description: text.options[key]!, type: "number", ...option.check?.schema },
    ]),
  ),
  required: Object.keys(options).filter((key) => options[key]!.required),
  additionalProperties: false,
});

/** Options of every component, beside its fields. */
export const commonSchemas: Readonly<Record<string, JsonSchema>> = {
  units: {
    description: "Shape of the population, such as [1000] or [28, 28]. Inferred from the inputs if omitted.",
    type: "array",
    minItems: 1,
    items: { type: "integer", minimum: 1, maximum: 2147483647 },
  },
  dt: timingOptions.dt.schema,
  dtype: timingOptions.dtype.schema,
  seed: timingOptions.seed.schema,
  skipValidation: {
    description: "Skips the check of ranges. Shapes and names are still checked.",
    type: "boolean",
    default: false,
  },
};

const ruleValues = (): readonly JsonSchema[] => [
  { type: "number" },
  {
    description: "One number for each kind of synapse: EI is a synapse from an inhibitory to an excitatory unit.",
    type: "object",
    properties: Object.fromEntries(kinds.map((kind) => [kind, { type: "number" }])),
    required: kinds,
    additionalProperties: false,
  },
  { description: "One number for each target unit.", type: "array", items: { type: "number" } },
  { $ref: "#/$defs/synapticValues" },
];

/** Values of a parameter of a rule that differ between the synapses of a projection. */
export const synapticValuesSchema = (): JsonSchema => ({
  description: "Values that differ between synapses, for parameters that act on synapses only.",
  anyOf: [
    ...Object.entries({
      bySynapse: "One number for each synapse, in the order of the projection.",
      bySource: "One number for each source unit.",
    }).map(([name, description]) =>
      single(name, { description, type: "array", items: { type: "number" }, minItems: 1 }),
    ),
    single("byDistance", {
      description: "offset + slope · distance of the units, within min and max.",
      type: "object",
      properties: Object.fromEntries(["offset", "slope", "min", "max"].map((key) => [key, { type: "number" }])),
      required: ["offset", "slope"],
      additionalProperties: false,
    }),
    {
      description: "Drawn for each synapse.",
      oneOf: (initializerSchema()["oneOf"] as readonly JsonSchema[]).filter(
        ({ required }) => !(required as readonly string[]).includes("normalizedSparseUniform"),
      ),
    },
  ],
});
