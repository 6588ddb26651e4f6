import { type Field, type JsonSchema, type Model, type SomaTypes, somas } from "spark-snn";
import { optionsSchema } from "spark-snn/documents";
import { requireModels } from "../given.ts";
import { interval, type SampledUnit } from "../sample-options.ts";
import { evenColumn, spikesInJson, spikesInTable, timedColumn } from "./file-options.ts";

/**
 * The JSON Schema (draft 2020-12) of fit documents, for editors that complete, explain and check them. What it accepts
 * and `fit` refuses: what takes a look at the recordings, such as spikes outside of them, gaps, or names in `validate`;
 * bounds in the wrong order, and ties of ties.
 *
 * @param models somas of one's own by name, beside those of the library.
 */
export const fitSchema = (models: SomaTypes = {}): JsonSchema => {
  requireModels("fitSchema.models", models);
  const types: SomaTypes = { ...(somas as SomaTypes), ...models };
  const names = Object.keys(types);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Fit of spark-snn",
    description: "Which soma is fitted, to which recordings, and what is sought.",
    type: "object",
    properties: {
      $schema: text("Address of this schema, for editors."),
      name: text("Name of the fit."),
      description: text("Description of the fit."),
      model: {
        description: "The soma by name, and fields with fixed values.",
        type: "object",
        properties: { soma: { description: "Name of the soma.", enum: names } },
        required: ["soma"],
      },
      recordings: { type: "array", minItems: 1, items: recording },
      free: { description: "Fields that are sought. Default: all that the recordings can tell.", type: "object" },
      latency,
      objective,
      validate,
      method: { description: "Default: cmaes.", enum: ["cmaes", "differentialEvolution"], default: "cmaes" },
      seed: {
        description: "Seed of the search. The same seed gives the same result.",
        type: "integer",
        minimum: 0,
        maximum: 4294967295,
        default: 1,
      },
      budget,
      dt: { ...above(0, "Length of a step in ms."), default: 0.5 },
      dtype: { description: "Precision of the runs.", enum: ["f32", "f64"], default: "f32" },
    },
    required: ["model", "recordings"],
    additionalProperties: false,
    allOf: Object.entries(types).map(([name, { model }]) => whenSoma(name, model)),
    $defs: Object.fromEntries(
      Object.entries(types).flatMap(([name, { model }]) => [
        [name, fixedSchema(name, model)],
        [`${name}.free`, freeSchema(model)],
      ]),
    ),
  };
};

const text = (description: string): JsonSchema => ({ description, type: "string" });
const above = (least: number, description: string): JsonSchema => ({
  description,
  type: "number",
  exclusiveMinimum: least,
});
const atLeast = (least: number, description: string, value?: number): JsonSchema => ({
  description,
  type: "integer",
  minimum: least,
  ...(value !== undefined && { default: value }),
});
const object = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema => ({ description, type: "object", properties, required, additionalProperties: false });

/** A form is one of two: with the time between samples, or with their times. */
const series = (unit: SampledUnit): JsonSchema => {
  const values: JsonSchema = {
    description: `Samples in ${unit}.`,
    type: "array",
    minItems: 2,
    items: { type: "number" },
  };
  const times: JsonSchema = { description: "Time of each sample in ms.", type: "array", items: { type: "number" } };
  const { start } = evenColumn(unit);
  return {
    description: `Samples in ${unit}: in the document, or a column of a CSV file.`,
    anyOf: [
      object("Samples evenly apart.", { series: values, interval: interval.schema, start: start.schema }, [
        "series",
        "interval",
      ]),
      object("Samples with their times.", { series: values, times }, ["series", "times"]),
      optionsSchema(timedColumn(unit), "A column, with the column of its times."),
      optionsSchema(evenColumn(unit), "A column whose samples are evenly apart."),
    ],
  };
};

const spikes: JsonSchema = {
  description: "Spike times in ms, one list for each repetition of the current.",
  anyOf: [
    { type: "array", minItems: 1, items: { type: "array", items: { type: "number", minimum: 0 } } },
    optionsSchema(spikesInJson, "A JSON file with a list for each repetition."),
    optionsSchema(spikesInTable, "A CSV file with one row a spike."),
  ],
};

const recording: JsonSchema = {
  ...object(
    "A current and the recorded response: spikes, a voltage, or both.",
    {
      name: { ...text("Name of the recording."), minLength: 1 },
      current: series("pA"),
      spikes,
      voltage: series("mV"),
      duration: above(0, "Length in ms, a whole number of steps. Default: as long as the current."),
      weight: { ...above(0, "Its part in the mean over recordings."), default: 1 },
    },
    ["current"],
  ),
  anyOf: [{ required: ["spikes"] }, { required: ["voltage"] }],
};

const notNegative = (description: string): JsonSchema => ({ description, type: "number", minimum: 0 });
const latency: JsonSchema = {
  description: "Time from the current to its effect on the soma, ms, rounded to whole steps.",
  anyOf: [
    notNegative("A fixed latency, ms."),
    object(
      "A free latency within bounds.",
      { from: notNegative("Lower bound, ms."), to: above(0, "Upper bound, ms.") },
      ["from", "to"],
    ),
    { description: "A free latency from 0 to 20 ms.", const: true },
  ],
  default: 0,
};

const weight: JsonSchema = { ...above(0, "Its part in the mean over scores."), default: 1 };
const objective: JsonSchema = {
  ...object("What is made large; several make a weighted mean. Default: coincidence.", {
    coincidence: object("The coincidence factor Γ.", {
      window: { ...above(0, "How far apart spikes coincide, ms."), default: 4 },
      weight,
    }),
    vanRossum: object("The van Rossum distance, as 1 − D/D₀.", {
      tau: { ...above(0, "Time constant of the kernel, ms."), default: 10 },
      weight,
    }),
    voltage: object("The error of the potential without what lies around recorded spikes.", {
      before: { ...above(0, "Time before each spike that is left out, ms."), default: 5 },
      after: { ...above(0, "Time after it, ms."), default: 15 },
      weight,
    }),
  }),
  minProperties: 1,
};

const validate: JsonSchema = {
  description: "What the search does not see: recordings by name, or each in turn.",
  anyOf: [
    { type: "array", items: { type: "string" } },
    object("Fits once on all, and once without each part.", { folds: { type: "integer", minimum: 2 } }, ["folds"]),
  ],
};

const budget = object("How much is computed.", {
  candidates: atLeast(16, "Largest number of candidates to evaluate, in whole generations.", 60_160),
  generation: atLeast(8, "Candidates of a generation: units of one run.", 256),
  seconds: above(0, "Ends the search after so many seconds; the result then depends on the machine."),
});

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

const numberSchema = ({ description, unit, checks }: Field): JsonSchema => ({
  description: unit === "1" ? description : `${description} In ${unit}.`,
  type: "number",
  ...Object.assign({}, ...checks.map(({ schema }) => schema)),
});

const fixedSchema = (name: string, { about, fields }: Model): JsonSchema =>
  object(
    about,
    {
      soma: { const: name },
      ...Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, numberSchema(field)])),
    },
    ["soma"],
  );

const freeSchema = ({ fields }: Model): JsonSchema =>
  object(
    "Fields that are sought. Default: all that the recordings can tell.",
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        {
          description: field.description,
          anyOf: [
            { description: "Within bounds that follow from the recordings.", const: true },
            object(
              "Within bounds.",
              {
                from: numberSchema(field),
                to: numberSchema(field),
                scale: {
                  description: "Whether factors or differences matter.",
                  enum: ["linear", "log"],
                  default: "linear",
                },
              },
              ["from", "to"],
            ),
            object(
              "The value of another field.",
              { sameAs: { enum: Object.keys(fields).filter((other) => other !== name) } },
              ["sameAs"],
            ),
          ],
        },
      ]),
    ),
  );
