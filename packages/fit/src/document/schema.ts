import { ConfigError, type JsonObject, type JsonSchema, type Model, type SomaTypes, somas } from "spark-snn";
import { custom, equationsOptions, optional, optionsSchema, Place, Site } from "spark-snn/documents";
import { somaTypes } from "../models.ts";
import { fixedOptions, freeOptions } from "../space/read.ts";
import { comparedDocument, documentOptions } from "./options.ts";

const FIXED = "Values of parameters that are fixed. Default: those in the equations.";

/**
 * The JSON Schema (draft 2020-12) of fit documents, for editors that complete, explain and check them. It accepts some
 * documents that `fit` refuses: names in `validate`, spikes outside of a recording, gaps, bounds in the wrong order,
 * and ties of ties.
 *
 * @param models custom somas by name, in addition to those of the library
 */
export const fitSchema = (models: SomaTypes = {}): JsonSchema => {
  const site = new Site(new Place(["fitSchema"]), [], undefined);
  somaTypes.read(models, site.at("models"));
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  const types: SomaTypes = { ...(somas as SomaTypes), ...models };
  const { model } = documentOptions;
  const soma: JsonSchema = {
    ...model.schema,
    anyOf: [
      {
        properties: { soma: { description: "Name of the soma.", enum: Object.keys(types) } },
        required: ["soma"],
      },
      { required: ["equations"] },
    ],
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Fit of spark-snn",
    ...optionsSchema(
      { ...documentOptions, model: { ...model, schema: soma } },
      "A soma, the recordings that it is fitted to, and how.",
    ),
    oneOf: [{ required: ["model"] }, { required: ["models"] }],
    allOf: [{ $ref: "#/$defs/parameters" }],
    $defs: Object.fromEntries([
      [
        "compared",
        {
          ...optionsSchema(
            { ...comparedDocument, model: { ...comparedDocument.model, schema: soma } },
            "A soma of a cross-validation. Its options replace those of the document.",
          ),
          allOf: [{ $ref: "#/$defs/parameters" }],
        },
      ],
      [
        "parameters",
        { allOf: [...Object.entries(types).map(([name, type]) => whenSoma(name, type.model)), whenEquations] },
      ],
      ["equations", fittedEquations()],
      ...Object.entries(types).flatMap(([name, type]) => [
        [name, fixedSchema(name, type.model)],
        [`${name}.free`, optionsSchema(freeOptions(type.model), documentOptions.free.about)],
      ]),
    ]),
  };
};

const whenSoma = (name: string, model: Model): JsonSchema => ({
  if: {
    properties: { model: { type: "object", properties: { soma: { const: name } }, required: ["soma"] } },
    required: ["model"],
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: {
    description: `A fit of ${model.name}.`,
    properties: { model: { $ref: `#/$defs/${name}` }, free: { $ref: `#/$defs/${name}.free` } },
  },
});

const fixedSchema = (name: string, model: Model): JsonSchema => {
  const soma = custom<string>({ about: model.about, takes: "a name", schema: { const: name }, read: () => name });
  return optionsSchema({ soma, ...fixedOptions(model) }, model.about);
};

const whenEquations: JsonSchema = {
  if: { properties: { model: { type: "object", required: ["equations"] } }, required: ["model"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; the object is plain data.
  then: { properties: { model: { $ref: "#/$defs/equations" } } },
};

/** A soma by its equations. The names of its parameters are in the text. */
const fittedEquations = (): JsonSchema =>
  optionsSchema(
    {
      ...equationsOptions,
      parameters: optional(
        custom<JsonObject>({
          about: FIXED,
          takes: "an object by parameter",
          schema: { description: FIXED, type: "object", additionalProperties: { type: "number" } },
          read: (value) => value as JsonObject,
        }),
      ),
    },
    "A soma declared by its equations.",
  );
