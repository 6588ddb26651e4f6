import { type JsonSchema, objectSchema, schemaOf } from "../config/json-schema.ts";
import { namedSchema, optionsSchema } from "../config/options.ts";
import { explicit, type RuleTypes, ruleSchema } from "../connectivity/rule.ts";
import type { RuleDeclaration } from "../connectivity/rules/connection-rule.ts";
import { synapseValuesSchema } from "../connectivity/values.ts";
import { inhibitory } from "../graph/neuron.ts";
import { documentDriveOptions, projectionOptions, readoutOptions, signalOptions } from "../graph/options.ts";
import { brainOptions } from "../graph/read-brain.ts";
import type { Declaration, Model } from "../model/component.ts";
import { runInputs } from "../model/ports.ts";
import type { PlasticityModel } from "../model/rule-model.ts";
import type { SynapseModel } from "../model/synapse.ts";
import { readoutRecord, weightRecord } from "../record/options.ts";
import { PoissonDrive } from "../sources/index.ts";
import { configSchema, plasticitySchema, portSchema, synapticValuesSchema } from "../tell/schema.ts";
import { seriesForms } from "../tell/series-schema.ts";
import { equationsSchema, synapseEquationsSchema } from "./equations.ts";
import { listFiles, numberFiles, parameterValues, seriesFileSchemas } from "./file-options.ts";

/*
 * JSON Schema of networks in experiments. `experiment` also rejects what the schema cannot express: unknown names of
 * populations and synapses, degrees that exceed the population, and lists of the wrong length.
 */

/** Models with the keys of their schemas, and the function that redirects references into them. */
export interface PartSchemas {
  readonly somas: Readonly<Record<string, Model>>;
  /** Somas of ready-made neurons, by name of the neuron. */
  readonly neurons: Readonly<Record<string, Model>>;
  readonly sources: Readonly<Record<string, Model>>;
  readonly synapses: Readonly<Record<string, SynapseModel>>;
  readonly plasticity: Readonly<Record<string, PlasticityModel>>;
  /** Custom connection rules. */
  readonly rules: RuleTypes;
  /** Moves the definitions of a model below its name, and returns the rest. */
  readonly define: (name: string, model: Declaration, own: Readonly<Record<string, JsonSchema>>) => JsonSchema;
}

/** Options of a network in a document, where the name is next to the model. */
const modelOptions = Object.fromEntries(Object.entries(brainOptions).filter(([key]) => key !== "name"));

/** The ports of all populations, by name. */
const portsOf = ({ somas, neurons, sources }: PartSchemas): Record<string, JsonSchema> =>
  Object.fromEntries(
    [somas, neurons, sources].flatMap((models) =>
      Object.values(models).flatMap(({ inputs }) =>
        Object.entries(runInputs(inputs)).map(([port, { payload }]) => [
          port,
          schemaOf(payload === "SpikeArray" ? "spikes" : "current"),
        ]),
      ),
    ),
  );

/** The definitions for documents with a network. */
export const brainDefinitions = (parts: PartSchemas): Record<string, JsonSchema> => ({
  brain: optionsSchema(modelOptions, "A network: populations and the projections between them."),
  "brain.inputs": namedSchema("Inputs by population and port.", objectSchema(portsOf(parts))),
  "brain.record": namedSchema(
    "Records by population. Name state variables of a synapse as synapse.variable.",
    {
      type: "object",
      properties: {
        outSpikes: schemaOf("outSpikes"),
        rate: schemaOf("rate"),
        activeFraction: schemaOf("activeFraction"),
      },
      additionalProperties: schemaOf("trace"),
    },
    {
      properties: {
        readouts: namedSchema("Records of read-outs, by name.", readoutRecord.schema),
        weights: namedSchema("Records of weights, by name of the projection.", weightRecord.schema),
      },
    },
  ),
  "brain.initial": namedSchema("Start values of state variables, by population.", {
    type: "object",
    additionalProperties: schemaOf("fieldValue"),
  }),
  ...valueDefinitions(),
  rule: ruleSchema(parts.rules, ruleOptions),
  ...partDefinitions(parts),
  projection: {
    ...optionsSchema(projectionOptions, "Synapses from one population to another."),
    allOf: [onlyOne("weights", "weight", ["weight"]), onlyOne("delays", "delay", [])],
  },
  drive: optionsSchema(documentDriveOptions, "Drive: the sum of many spike trains."),
  readout: optionsSchema(readoutOptions, "Read-out: filtered spikes or a filtered variable of a population."),
  signal: optionsSchema(
    signalOptions,
    "Signal: values of populations that act on a current, a signal or a plasticity rule in the next step.",
  ),
});

/** Either the rule lists values, or the projection gives them. */
const onlyOne = (listed: string, key: string, required: readonly string[]): JsonSchema => ({
  if: {
    properties: {
      connect: {
        type: "object",
        properties: { explicit: { type: "object", required: [listed] } },
        required: ["explicit"],
      },
    },
    required: ["connect"],
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: { properties: { [key]: false } },
  else: { required },
});

const valueDefinitions = (): Record<string, JsonSchema> => ({
  valueFile: {
    description: "Numbers in a file, relative to the document.",
    oneOf: Object.values(numberFiles).map((declared) => optionsSchema(declared)),
  },
  numbers: { anyOf: [schemaOf("values"), schemaOf("valueFile")] },
  series: {
    description: "Values that change over time, with their own sampling times.",
    anyOf: [...seriesForms("A value", schemaOf("numbers"), schemaOf("numbers")), ...seriesFileSchemas(parameterValues)],
  },
  fieldValue: { anyOf: [{ type: "number" }, schemaOf("values"), schemaOf("initializer"), schemaOf("valueFile")] },
  synapseValues: synapseValuesSchema,
});

/** The options of a rule. The lists of explicit connections can be in a file. */
const ruleOptions = ({ name, about, option }: RuleDeclaration): JsonSchema =>
  name === explicit.rule.name
    ? {
        description: about,
        anyOf: [option.schema, optionsSchema(listFiles("csv")), optionsSchema(listFiles("npz"))],
      }
    : option.schema;

/** Synapses by name, and those of the compartments of a soma by compartment and name. */
const synapsesSchema = ({ inputs }: Declaration, synapse: JsonSchema): JsonSchema => {
  const named = namedSchema("Synapses by the names that projections use, as population.synapse.", synapse);
  const compartments = new Set(Object.values(inputs).flatMap(({ compartment }) => compartment ?? []));
  if (compartments.size === 0) return named;
  const inner = (name: string): JsonSchema => ({
    anyOf: [synapse, namedSchema(`Synapses of the compartment, as population.${name}.synapse.`, synapse)],
  });
  return { ...named, properties: Object.fromEntries([...compartments].map((name) => [name, inner(name)])) };
};

/** Populations, synapses and drives: one definition per model, and one that selects it by name. */
const partDefinitions = ({
  somas,
  neurons,
  sources,
  synapses,
  plasticity,
  define,
}: PartSchemas): Record<string, JsonSchema> => {
  const all: Record<string, JsonSchema> = {};
  const key = (value: string): JsonSchema => ({ const: value });
  for (const [own, model] of Object.entries(somas)) {
    all[`${own}.population`] = populationSchema(own, model, {
      soma: { $ref: `#/$defs/${own}/properties/soma` },
      synapses: synapsesSchema(model, schemaOf("synapse")),
    });
  }
  for (const [own, model] of Object.entries(neurons)) {
    all[own] = populationSchema(model.name, model, {
      neuron: key(own),
      excitatorySynapse: schemaOf("synapse"),
      inhibitorySynapse: schemaOf("synapse"),
    });
  }
  for (const [own, model] of Object.entries(sources)) {
    all[`${own}.population`] = fromFiles({ ...define(own, model, { source: key(own) }), required: ["source"] });
  }
  for (const [own, model] of Object.entries(synapses)) {
    all[own] = fromFiles({ ...define(own, model, { synapse: key(own) }), required: ["synapse"] });
  }
  all["equations.population"] = equationsSchema({
    synapses: namedSchema("Synapses by the names that projections use, as population.synapse.", schemaOf("synapse")),
    inhibitory: inhibitory.schema,
  });
  const { model } = PoissonDrive;
  all[model.name] = fromFiles(define(model.name, model, {}));
  all["population"] = {
    description: "A soma, by name or by its equations, with its synapses; a ready-made neuron; or a source of spikes.",
    type: "object",
    properties: {
      soma: { description: "Name of the soma.", enum: Object.keys(somas) },
      neuron: { description: "Name of the ready-made neuron.", enum: Object.keys(neurons) },
      source: { description: "Name of the source of spikes.", enum: Object.keys(sources) },
    },
    oneOf: ["soma", "equations", "neuron", "source"].map((one) => ({ required: [one] })),
    allOf: [
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
      { if: { required: ["equations"] }, then: schemaOf("equations.population") },
      ...Object.keys(somas).map((own) => when("soma", own, `${own}.population`)),
      ...Object.keys(neurons).map((own) => when("neuron", own, own)),
      ...Object.keys(sources).map((own) => when("source", own, `${own}.population`)),
    ],
  };
  all["synapse"] = {
    description: "Synapse model, by name or by its equations.",
    type: "object",
    if: { required: ["equations"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
    then: schemaOf("equations.synapse"),
    else: {
      properties: { synapse: { description: "Name of the synapse.", enum: Object.keys(synapses) } },
      required: ["synapse"],
      allOf: Object.keys(synapses).map((own) => when("synapse", own, own)),
    },
  };
  all["equations.synapse"] = synapseEquationsSchema({ port: portSchema });
  for (const [own, model] of Object.entries(plasticity)) {
    all[own] = { ...plasticitySchema(model, { rule: key(own) }), required: ["rule"] };
  }
  all["synapticValues"] = synapticValuesSchema();
  all["plasticity"] = {
    description: "Plasticity rule, or a list of rules, which apply one after the other in each moment of a step.",
    if: { type: "array" },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
    then: { minItems: 1, items: schemaOf("plasticityRule") },
    else: schemaOf("plasticityRule"),
  };
  all["plasticityRule"] = {
    description: "Plasticity rule.",
    type: "object",
    properties: { rule: { description: "Name of the rule.", enum: Object.keys(plasticity) } },
    required: ["rule"],
    allOf: Object.keys(plasticity).map((own) => when("rule", own, own)),
  };
  return all;
};

const when = (key: string, value: string, definition: string): JsonSchema => ({
  if: { properties: { [key]: { const: value } }, required: [key] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: schemaOf(definition),
});

/** The same schema, with fields that can also be in files. */
const fromFiles = (schema: JsonSchema): JsonSchema => {
  const properties = schema["properties"] as Readonly<Record<string, JsonSchema>>;
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, own]) => {
        const { anyOf } = own as { readonly anyOf?: readonly JsonSchema[] };
        return [key, anyOf ? { ...own, anyOf: [...anyOf, schemaOf("valueFile")] } : own];
      }),
    ),
  };
};

/** A soma as in a document with one population, with the additional keys of a population. */
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
          fields.includes(key) ? { anyOf: [same(key), schemaOf("valueFile")] } : same(key),
        ]),
      ),
      ...more,
      inhibitory: inhibitory.schema,
    },
    required: [Object.keys(more)[0]!],
    additionalProperties: false,
    if: condition,
    else: {
      properties: Object.fromEntries(Object.keys(rest.properties).map((key) => [key, schemaOf(`${own}.${key}Rule`)])),
    },
  };
};
