import type { JsonSchema, JsonValue } from "../config/json-schema.ts";
import { optionsSchema } from "../config/options.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import { currentSchema, spikeSchema } from "../inputs/schema.ts";
import { spikeFiles } from "../io/recording-file.ts";
import type { Declaration, Model } from "../model/component.ts";
import { runInputs } from "../model/ports.ts";
import type { PlasticityType } from "../model/rule-model.ts";
import type { SynapseType } from "../model/synapse.ts";
import { readyMadeSomas } from "../neurons/ready-made.ts";
import { plasticityRules } from "../plasticity/index.ts";
import { activeFractionRecord, rateRecord, spikeRecord, traceRecord } from "../record/options.ts";
import { somas } from "../somas/index.ts";
import { sources } from "../sources/index.ts";
import { synapses } from "../synapses/index.ts";
import { configSchema } from "../tell/schema.ts";
import { brainDefinitions } from "./brain-schema.ts";
import { equationsSchema } from "./equations.ts";
import { currents, eventFiles, npySteps, recordingSchemas, seriesFileSchemas } from "./file-options.ts";
import { requireTypes } from "./given.ts";
import type { SomaTypes } from "./model.ts";
import { documentOptions } from "./options.ts";

/**
 * The JSON Schema (draft 2020-12) of experiment documents: every soma with its parameters, inputs and records.
 * `experiment` also rejects what the schema cannot express: different shapes, windows outside the run, missing files.
 *
 * @param models custom somas by name, in addition to those of the library
 * @param rules custom connection rules by name
 * @throws ConfigError unless it gets models and rules by name
 */
export const experimentSchema = (models: SomaTypes = {}, rules: RuleTypes = {}): JsonSchema => {
  requireTypes("experimentSchema", { models, rules });
  const types: SomaTypes = { ...(somas as SomaTypes), ...models };
  const names = Object.keys(types);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Experiment of spark-snn",
    ...optionsSchema(
      { ...documentOptions, model: { ...documentOptions.model, schema: modelSchema(names) } },
      "A model, what drives it, for how long, and what to keep.",
    ),
    allOf: [
      ...Object.entries(types).map(([name, { model }]) => whenModel("soma", name, model)),
      ...Object.entries(sources).map(([name, { model }]) => whenModel("source", name, model)),
      whenEquations,
      whenBrain,
    ],
    $defs: definitions(types, rules),
  };
};

const modelSchema = (somaNames: readonly string[]): JsonSchema => ({
  description: documentOptions.model.about,
  type: "object",
  anyOf: [
    { properties: { soma: { description: "Name of the soma.", enum: somaNames } }, required: ["soma"] },
    {
      properties: { source: { description: "Name of the source of spikes.", enum: Object.keys(sources) } },
      required: ["source"],
    },
    { required: ["equations"] },
    { required: ["populations"] },
  ],
});

/** A soma by its equations. The names of its inputs and records are in the text. */
const whenEquations: JsonSchema = {
  if: { properties: { model: { type: "object", required: ["equations"] } }, required: ["model"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: {
    properties: {
      model: { $ref: "#/$defs/equations" },
      inputs: {
        description: "Inputs by port.",
        type: "object",
        properties: { inSpikes: { $ref: "#/$defs/spikes" } },
        additionalProperties: { $ref: "#/$defs/current" },
      },
      record: {
        description: "Records by name.",
        type: "object",
        properties: { outSpikes: { $ref: "#/$defs/outSpikes" }, rate: { $ref: "#/$defs/rate" } },
        additionalProperties: { $ref: "#/$defs/trace" },
      },
      initial: {
        description: "Start values of state variables. Default: those of the equations.",
        type: "object",
        additionalProperties: { $ref: "#/$defs/fieldValue" },
      },
    },
  },
};

const whenModel = (key: "soma" | "source", name: string, model: Model): JsonSchema => ({
  if: {
    properties: { model: { type: "object", properties: { [key]: { const: name } }, required: [key] } },
    required: ["model"],
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: {
    properties: {
      model: { $ref: `#/$defs/${name}` },
      inputs: inputsSchema(model),
      record: { $ref: `#/$defs/${name}.record` },
      initial: { $ref: `#/$defs/${name}.initial` },
    },
  },
});

const whenBrain: JsonSchema = {
  if: {
    properties: {
      model: {
        type: "object",
        not: { anyOf: ["soma", "source", "equations"].map((key) => ({ required: [key] })) },
      },
    },
    required: ["model"],
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: {
    properties: {
      model: { $ref: "#/$defs/brain" },
      inputs: { $ref: "#/$defs/brain.inputs" },
      record: { $ref: "#/$defs/brain.record" },
      initial: { $ref: "#/$defs/brain.initial" },
    },
  },
};

const inputsSchema = ({ inputs }: Model): JsonSchema =>
  object(
    Object.fromEntries(
      Object.entries(runInputs(inputs)).map(([port, { payload }]) => [
        port,
        { $ref: payload === "SpikeArray" ? "#/$defs/spikes" : "#/$defs/current" },
      ]),
    ),
    [],
    "Inputs by port.",
  );

const definitions = (types: SomaTypes, rules: RuleTypes): Record<string, JsonSchema> => {
  const all: Record<string, JsonSchema> = {
    ...currentDefinitions(),
    spikes: spikeSchema([eventFile]),
    unitList,
    outSpikes: spikeRecord.schema,
    rate: rateRecord.schema,
    activeFraction: activeFractionRecord.schema,
    trace: { ...traceRecord.schema, dependentRequired: { over: ["reduce"] } },
  };
  const define = (name: string, model: Declaration, own: Readonly<Record<string, JsonSchema>>): JsonSchema => {
    const { $schema, $defs, ...rest } = configSchema(model, own) as JsonSchema & {
      readonly $defs: Record<string, JsonSchema>;
    };
    // Definitions that all models share keep their names; the others get the name of the model as a prefix.
    const place = (key: string): string => (shared.includes(key) ? key : `${name}.${key}`);
    for (const [key, schema] of Object.entries($defs)) all[place(key)] = redirect(schema, place) as JsonSchema;
    return redirect(rest, place) as JsonSchema;
  };
  const defineModel = (key: "soma" | "source", name: string, model: Model): void => {
    all[name] = { ...define(name, model, { [key]: { description: model.about, const: name } }), required: [key] };
    all[`${name}.record`] = recordSchema(model);
    all[`${name}.initial`] = initialSchema(model);
  };
  for (const [name, { model }] of Object.entries(types)) defineModel("soma", name, model);
  for (const [name, { model }] of Object.entries(sources)) defineModel("source", name, model);
  all["equations"] = equationsSchema();
  const modelsOf = <M>(parts: Readonly<Record<string, { readonly model: M }>>): Record<string, M> =>
    Object.fromEntries(Object.entries(parts).map(([name, { model }]) => [name, model]));
  const brains = brainDefinitions({
    somas: modelsOf(types),
    neurons: modelsOf(readyMadeSomas as unknown as SomaTypes),
    sources: modelsOf(sources as SomaTypes),
    synapses: modelsOf(synapses as unknown as Readonly<Record<string, SynapseType>>),
    plasticity: modelsOf(plasticityRules as unknown as Readonly<Record<string, PlasticityType>>),
    rules,
    define,
  });
  return { ...all, ...brains };
};

/** A current, or a sum of currents. The schema contains the forms of a current once. */
const currentDefinitions = (): Record<string, JsonSchema> => {
  const { description, anyOf } = currentSchema(currentFiles) as JsonSchema & { readonly anyOf: JsonSchema[] };
  const isSum = (form: JsonSchema): boolean => Object.hasOwn((form["properties"] ?? {}) as JsonSchema, "sum");
  const part: JsonSchema = { $ref: "#/$defs/currentPart" };
  const sum = object({ sum: { type: "array", minItems: 1, items: part } }, ["sum"], "Inputs that are added in order.");
  return {
    currentPart: { description: "One input.", anyOf: anyOf.filter((form) => !isSum(form)) },
    current: { description: description!, anyOf: [part, sum] },
  };
};

const shared: readonly string[] = ["values", "initializer", "series"];

/** The same schema, with its references into $defs redirected. */
const redirect = (value: JsonValue, place: (key: string) => string): JsonValue => {
  if (Array.isArray(value)) return value.map((item: JsonValue) => redirect(item, place));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonSchema).map(([key, item]) =>
      key === "$ref" && typeof item === "string"
        ? [key, item.replace(/^#\/\$defs\/(.*)$/, (_, target: string) => `#/$defs/${place(target)}`)]
        : [key, redirect(item, place)],
    ),
  );
};

const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description: string,
): JsonSchema => ({ type: "object", description, properties, required, additionalProperties: false });

const recordSchema = (model: Model): JsonSchema =>
  object(
    {
      outSpikes: { $ref: "#/$defs/outSpikes" },
      rate: { $ref: "#/$defs/rate" },
      activeFraction: { $ref: "#/$defs/activeFraction" },
      ...Object.fromEntries(
        Object.entries(model.observables).map(([name, { unit, description }]) => [
          name,
          { description: unit === "1" ? description : `${description} In ${unit}.`, $ref: "#/$defs/trace" },
        ]),
      ),
    },
    [],
    "Records by name.",
  );

const initialSchema = ({ state, observables }: Model): JsonSchema =>
  object(
    Object.fromEntries(
      Object.entries(state).map(([name, { unit, dtype }]) => [
        name,
        {
          description: `${observables[name]!.description}${unit === "1" ? "" : ` In ${unit}.`}`,
          anyOf: [
            { type: dtype === "float" ? "number" : "integer" },
            { $ref: "#/$defs/values" },
            { $ref: "#/$defs/initializer" },
          ],
        },
      ]),
    ),
    [],
    "Start values of state variables. Default: those of the model.",
  );

const unitList: JsonSchema = {
  description: "Flat indices of the units, counted from 0. Default: all units.",
  type: "array",
  minItems: 1,
  uniqueItems: true,
  items: { type: "integer", minimum: 0 },
};

const currentFiles: readonly JsonSchema[] = [
  ...seriesFileSchemas(currents),
  ...recordingSchemas(),
  optionsSchema(npySteps, "A current from a NumPy file, one row per step."),
];

const eventFile: JsonSchema = object(
  {
    events: {
      description: "The file.",
      oneOf: [
        optionsSchema(eventFiles.run, "A CSV file of a run."),
        optionsSchema(eventFiles.csv, "A CSV file with the times of spikes."),
        optionsSchema(eventFiles.npz, "A NumPy archive."),
        ...Object.values(spikeFiles).map((declared) => optionsSchema(declared, "Spikes from a recording.")),
      ],
    },
    inhibitory: {
      description: "Units whose spikes count as −1.",
      type: "array",
      items: { type: "integer", minimum: 0 },
    },
  },
  ["events"],
  "Spikes from a file.",
);
