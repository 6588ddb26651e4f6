import { layouts } from "../layout/layout.ts";
import type { Declaration, Model } from "../model/component.ts";
import type { SynapseModel } from "../model/synapse.ts";
import { PoissonDrive } from "../sources/index.ts";
import { configSchema, type JsonSchema } from "../tell/schema.ts";
import { seriesForms } from "../tell/series-schema.ts";
import { seriesFileForms } from "./file-schema.ts";

/*
 * The part of the JSON Schema of experiments that is about brains. What it cannot say and `experiment` refuses: names of
 * populations and synapses that are not there, degrees beyond the population, lists of another length.
 */

/** A model with the keys that say its part of a schema, and how references into it are led elsewhere. */
export interface PartSchemas {
  readonly somas: Readonly<Record<string, Model>>;
  /** Somas of ready-made neurons, by the names of the neurons. */
  readonly neurons: Readonly<Record<string, Model>>;
  readonly sources: Readonly<Record<string, Model>>;
  readonly synapses: Readonly<Record<string, SynapseModel>>;
  /** Puts a model's own definitions under its name and gives the rest. */
  readonly define: (name: string, model: Declaration, own: Readonly<Record<string, JsonSchema>>) => JsonSchema;
}

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const name = "^[A-Za-z][A-Za-z0-9]*$";

const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description?: string,
): JsonSchema => ({
  ...(description !== undefined && { description }),
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** An object with one entry for each name. */
const named = (of: JsonSchema, description: string, more: JsonSchema = {}): JsonSchema => ({
  description,
  type: "object",
  propertyNames: { pattern: name },
  additionalProperties: of,
  ...more,
});

const text = (description: string): JsonSchema => ({ description, type: "string", minLength: 1 });
const positive: JsonSchema = { type: "number", exclusiveMinimum: 0 };
const separator: JsonSchema = { description: "Between two cells.", enum: [",", ";", "\t"], default: "," };

const time: JsonSchema = { type: "number", minimum: 0 };
const readoutRecord: JsonSchema = {
  anyOf: [
    { type: "boolean" },
    object(
      {
        every: { description: "Keeps every n-th step.", type: "integer", minimum: 1, default: 1 },
        dtype: { description: "Precision in which values are kept.", enum: ["f32", "f64"], default: "f64" },
        from: { description: "Steps that end after this time, ms.", ...time },
        to: { description: "Steps that end at this time or before, ms.", ...time },
      },
      [],
    ),
  ],
};

/** The definitions that a document about a brain refers to. */
export const brainDefinitions = (parts: PartSchemas): Record<string, JsonSchema> => ({
  brain: object(
    {
      populations: named(ref("population"), "Populations by name.", { minProperties: 1 }),
      projections: named(ref("projection"), "Synapses from one population to another, by name."),
      drives: named(ref("drive"), "What is drawn for each unit and step and acts through a synapse, by name."),
      readouts: named(ref("readout"), "Numbers that are put out, by name."),
      positions: named(ref("numbers"), "Coordinates of the units of populations, in any unit of length."),
    },
    ["populations"],
    "Populations wired to one another.",
  ),
  "brain.inputs": named(
    object({ current: ref("current"), inSpikes: ref("spikes") }, []),
    "What is wired to the input ports of populations.",
  ),
  "brain.record": named(
    {
      type: "object",
      properties: { outSpikes: ref("outSpikes"), rate: ref("rate") },
      additionalProperties: ref("trace"),
    },
    "What to keep of populations. States of a synapse are named as synapse.state.",
    { properties: { readouts: named(readoutRecord, "What to keep of read-outs.") } },
  ),
  "brain.initial": named(
    { type: "object", additionalProperties: ref("fieldValue") },
    "Start values of the states of populations.",
  ),
  ...valueDefinitions(),
  ...ruleDefinitions(),
  ...partDefinitions(parts),
  projection: projectionSchema(),
  drive: object(
    {
      to: text("Name of the population that it drives, or population.synapse."),
      synapse: ref("synapse"),
      poisson: ref("PoissonDrive"),
    },
    ["to", "poisson"],
    "The sum of many trains of spikes.",
  ),
  readout: readoutSchema(),
});

const readoutSchema = (): JsonSchema =>
  object(
    {
      from: text("Name of the population that is read."),
      of: {
        description: "outSpikes, as a rate in Hz; a state such as potential; or one of a synapse, as synapse.state.",
        type: "string",
        minLength: 1,
        default: "outSpikes",
      },
      tau: { description: "Time constant of the low-pass filter, ms. No filter when left out.", ...positive },
      mean: {
        description: "True for the mean over the units, false for one value a unit.",
        type: "boolean",
        default: false,
      },
      units: ref("unitList"),
      scale: { description: "Multiplies every value.", type: "number", default: 1 },
    },
    ["from"],
    "What a population does as numbers, filtered.",
  );

const projectionSchema = (): JsonSchema =>
  object(
    {
      from: text("Name of the population whose spikes it carries."),
      to: text("Name of the population that gets them, or population.synapse."),
      connect: ref("rule"),
      weight: {
        description: "In the unit of the synapse: pA, mV or nS. Of inhibitory units: magnitudes.",
        ...ref("synapseValues"),
      },
      delay: {
        description: "ms; rounded to whole steps, at least one. One step when left out.",
        ...ref("synapseValues"),
      },
      synapse: ref("synapse"),
      layout: {
        description: "How synapses lie in memory: changes speed and memory, never a result.",
        enum: layouts,
        default: "auto",
      },
    },
    ["from", "to", "connect", "weight"],
    "Synapses from one population to another.",
  );

const listOf = (description: string, items: JsonSchema): JsonSchema => ({ description, type: "array", items });

const valueDefinitions = (): Record<string, JsonSchema> => ({
  valueFile: {
    description: "Numbers in a file, relative to the document.",
    oneOf: [
      object({ csv: text("A CSV file."), column: ref("columnName"), separator }, ["csv", "column"]),
      object({ npy: text("A NumPy file.") }, ["npy"]),
      object({ npz: text("A NumPy archive."), array: text("Name of the array, where there are several.") }, ["npz"]),
    ],
  },
  columnName: {
    description: "Name of a column, or its number from 0.",
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "integer", minimum: 0 },
    ],
  },
  numbers: { anyOf: [ref("values"), ref("valueFile")] },
  series: {
    description: "Values that change in time, sampled in their own time.",
    anyOf: [...seriesForms("A value", ref("numbers"), ref("numbers")), ...seriesFileForms("A value", "values")],
  },
  fieldValue: { anyOf: [{ type: "number" }, ref("values"), ref("initializer"), ref("valueFile")] },
  synapseValues: {
    anyOf: [
      { type: "number" },
      listOf("One value a synapse, in the order of the rule.", { type: "number" }),
      ref("initializer"),
      ref("valueFile"),
      object({ bySource: ref("numbers") }, ["bySource"], "One value a source unit."),
      object({ byTarget: ref("numbers") }, ["byTarget"], "One value a target unit."),
      object(
        {
          byDistance: object(
            Object.fromEntries(["offset", "slope", "min", "max"].map((key) => [key, { type: "number" }])),
            ["offset", "slope"],
          ),
        },
        ["byDistance"],
        "offset + slope · distance.",
      ),
    ],
  },
});

const probability: JsonSchema = { description: "From 0 to 1.", type: "number", minimum: 0, maximum: 1 };
const count: JsonSchema = { type: "integer", minimum: 0, maximum: 4294967295 };
const autapses: JsonSchema = {
  description: "Whether a unit may be connected to itself.",
  type: "boolean",
  default: true,
};
const multapses: JsonSchema = {
  description: "Whether a pair may have several synapses.",
  type: "boolean",
  default: true,
};

/** What a rule is, its options, and those of them that it needs. */
const rules: Readonly<Record<string, readonly [string, Readonly<Record<string, JsonSchema>>, readonly string[]]>> = {
  allToAll: ["Every source unit to every target unit.", { autapses }, []],
  oneToOne: ["Source unit k to target unit k.", {}, []],
  pairwiseBernoulli: ["Each pair with the same probability, by itself.", { probability, autapses }, ["probability"]],
  distanceBernoulli: [
    "Each pair with a probability that falls with their distance.",
    { probability: ref("distanceProfile"), autapses },
    ["probability"],
  ],
  fixedInDegree: ["So many synapses for each target unit.", { inDegree: count, autapses, multapses }, ["inDegree"]],
  fixedOutDegree: ["So many synapses for each source unit.", { outDegree: count, autapses, multapses }, ["outDegree"]],
  fixedTotalNumber: ["So many synapses in all.", { total: count, autapses, multapses }, ["total"]],
};

const ruleDefinitions = (): Record<string, JsonSchema> => ({
  distanceProfile: {
    description: "How a probability falls with distance.",
    oneOf: [
      object({ gaussian: object({ peak: probability, width: positive, reach: positive }, ["peak", "width"]) }, [
        "gaussian",
      ]),
      object({ exponential: object({ peak: probability, length: positive, reach: positive }, ["peak", "length"]) }, [
        "exponential",
      ]),
      object({ disc: object({ peak: probability, reach: positive }, ["peak", "reach"]) }, ["disc"]),
    ],
  },
  rule: {
    description: "Who is connected to whom.",
    oneOf: [
      ...Object.entries(rules).map(([key, [about, options, required]]) =>
        object({ [key]: object(options, required, about) }, [key]),
      ),
      object({ explicit: { description: "The synapses of lists.", anyOf: explicitForms() } }, ["explicit"]),
    ],
  },
});

const explicitForms = (): JsonSchema[] => {
  const keys = ["sources", "targets", "weights", "delays"];
  const lists = Object.fromEntries(keys.map((key) => [key, ref("numbers")]));
  const columns = Object.fromEntries(keys.map((key) => [key, ref("columnName")]));
  const empty: JsonSchema = { type: "array", maxItems: 0 };
  const orEmpty = Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, { anyOf: [list, empty] }]));
  return [
    object(orEmpty, ["sources", "targets"]),
    object({ csv: text("A CSV file."), separator, ...columns }, ["csv", "sources", "targets"]),
    object({ npz: text("A NumPy archive."), ...columns }, ["npz", "sources", "targets"]),
  ];
};

/** Populations, synapses and drives: one definition a model, and one that finds it by name. */
const partDefinitions = ({ somas, neurons, sources, synapses, define }: PartSchemas): Record<string, JsonSchema> => {
  const all: Record<string, JsonSchema> = {};
  const key = (value: string): JsonSchema => ({ const: value });
  for (const [own, model] of Object.entries(somas)) {
    all[`${own}.population`] = populationSchema(own, model, {
      soma: { $ref: `#/$defs/${own}/properties/soma` },
      synapses: named(ref("synapse"), "Synapses by the names that projections use, as population.synapse."),
    });
  }
  for (const [own, model] of Object.entries(neurons)) {
    all[own] = populationSchema(model.name, model, {
      neuron: key(own),
      excitatorySynapse: ref("synapse"),
      inhibitorySynapse: ref("synapse"),
    });
  }
  for (const [own, model] of Object.entries(sources)) {
    all[own] = fromFiles({ ...define(own, model, { source: key(own) }), required: ["source"] });
  }
  for (const [own, model] of Object.entries(synapses)) {
    all[own] = fromFiles({ ...define(own, model, { synapse: key(own) }), required: ["synapse"] });
  }
  const { model } = PoissonDrive;
  all[model.name] = fromFiles(define(model.name, model, {}));
  all["population"] = {
    description: "A soma with its synapses, a ready-made neuron, or a source of spikes.",
    type: "object",
    properties: {
      soma: { description: "Name of the soma.", enum: Object.keys(somas) },
      neuron: { description: "Name of the ready-made neuron.", enum: Object.keys(neurons) },
      source: { description: "Name of the source of spikes.", enum: Object.keys(sources) },
    },
    oneOf: [{ required: ["soma"] }, { required: ["neuron"] }, { required: ["source"] }],
    allOf: [
      ...Object.keys(somas).map((own) => when("soma", own, `${own}.population`)),
      ...Object.keys(neurons).map((own) => when("neuron", own, own)),
      ...Object.keys(sources).map((own) => when("source", own, own)),
    ],
  };
  all["synapse"] = {
    description: "How arriving spikes act.",
    type: "object",
    properties: { synapse: { description: "Name of the synapse.", enum: Object.keys(synapses) } },
    required: ["synapse"],
    allOf: Object.keys(synapses).map((own) => when("synapse", own, own)),
  };
  return all;
};

const when = (key: string, value: string, definition: string): JsonSchema => ({
  if: { properties: { [key]: { const: value } }, required: [key] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: ref(definition),
});

/** The same schema with fields that may also stand in files. */
const fromFiles = (schema: JsonSchema): JsonSchema => {
  const properties = schema["properties"] as Readonly<Record<string, JsonSchema>>;
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, own]) => {
        const { anyOf } = own as { readonly anyOf?: readonly JsonSchema[] };
        return [key, anyOf ? { ...own, anyOf: [...anyOf, ref("valueFile")] } : own];
      }),
    ),
  };
};

/** A soma as in a document of its own, with what a population adds: its fields are those of the soma's definition. */
const populationSchema = (own: string, model: Model, more: Readonly<Record<string, JsonSchema>>): JsonSchema => {
  const {
    properties,
    if: condition,
    else: rest,
  } = configSchema(model) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly if: JsonSchema;
    readonly else: { readonly properties: Readonly<Record<string, unknown>> };
  };
  const fields = Object.keys(model.fields);
  const same = (key: string): JsonSchema => ({ $ref: `#/$defs/${own}/properties/${key}` });
  return {
    type: "object",
    properties: {
      ...Object.fromEntries(
        Object.keys(properties).map((key) => [
          key,
          fields.includes(key) ? { anyOf: [same(key), ref("valueFile")] } : same(key),
        ]),
      ),
      ...more,
      inhibitory: {
        description: "True for all units, or one truth value a unit: their weights count negative.",
        anyOf: [{ type: "boolean" }, { type: "array", items: { type: "boolean" } }],
        default: false,
      },
    },
    required: [Object.keys(more)[0]!],
    additionalProperties: false,
    if: condition,
    else: {
      properties: Object.fromEntries(Object.keys(rest.properties).map((key) => [key, ref(`${own}.${key}Rule`)])),
    },
  };
};
