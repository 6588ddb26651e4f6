import type { JsonSchema } from "../config/json-schema.ts";
import { seriesForms } from "../tell/series-schema.ts";
import { generators, nested, perUnitSchema } from "./generator.ts";
import { generatorNames } from "./kinds.ts";

/*
 * JSON Schema (draft 2020-12) of the inputs of a document. The reader also rejects what the schema cannot express: shapes
 * that differ from that of the population, ragged arrays, and data that are shorter than the run.
 */

const object = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[], description: string) =>
  ({ type: "object", description, properties, required, additionalProperties: false }) satisfies JsonSchema;

const current: JsonSchema = { type: "number" };

const generatorForms: readonly JsonSchema[] = generatorNames.map((name) => {
  const { about, schema } = generators[name];
  return object({ [name]: schema }, [name], about);
});

const series = nested("Samples in pA: a number for all units, or an array with one per unit.", current);
const times: JsonSchema = {
  description: "Time of each sample in ms, ascending.",
  type: "array",
  minItems: 1,
  items: current,
};

const stepsForm = object(
  { steps: nested("One array per step, with one value in pA per unit.", current) },
  ["steps"],
  "A current for each step and unit.",
);

const plainForms: readonly JsonSchema[] = [
  perUnitSchema("A constant current in pA: one for all units, or an array with one per unit."),
  stepsForm,
  ...seriesForms("A current", series, times),
  ...generatorForms,
];

/**
 * The schema of the input of a current port.
 *
 * @param more additional forms, such as files, that a document resolves before a run. Sums can contain them too.
 */
export const currentSchema = (more: readonly JsonSchema[] = []): JsonSchema => {
  const parts = [...plainForms, ...more];
  const description = "Inputs that are added in order.";
  const items = { description: "One input.", anyOf: parts };
  const sum = object({ sum: { description, type: "array", minItems: 1, items } }, ["sum"], description);
  return { description: "Current into the component, in pA.", anyOf: [...parts, sum] };
};

const wholes = (description: string, minimum: number): JsonSchema => ({
  description,
  type: "array",
  items: { type: "integer", minimum },
});
const eventUnits = wholes("Unit of each spike, counted from 0.", 0);
const events = { steps: wholes("Step of each spike, counted from 1.", 1), units: eventUnits };
const timedEvents = {
  times: {
    description: "Time of each spike in ms. The step that contains the time gets the spike.",
    type: "array",
    items: { type: "number", exclusiveMinimum: 0 },
  },
  units: eventUnits,
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** The schema of the input of a spike port; `more` as for `currentSchema`. */
export const spikeSchema = (more: readonly JsonSchema[] = []): JsonSchema => ({
  description: "Spikes into the component.",
  anyOf: [
    object(
      {
        events: {
          description: "One step or time, and one unit, for each spike.",
          anyOf: [
            object(events, ["steps", "units"], "Spikes by step."),
            object(timedEvents, ["times", "units"], "Spikes by time."),
          ],
        },
        inhibitory: wholes("Units whose spikes count as −1.", 0),
      },
      ["events"],
      "Spikes as a list.",
    ),
    object(
      {
        steps: nested("One array per step: 1 for a spike, −1 for an inhibitory spike, 0 for none.", {
          enum: [0, 1, -1],
        }),
      },
      ["steps"],
      "Spikes for each step and unit.",
    ),
    object(
      {
        ...events,
        shape: { ...wholes("Shape of the recorded population.", 1), minItems: 1 },
        dt: { description: "Time step of the recording, in ms.", type: "number", exclusiveMinimum: 0 },
      },
      ["steps", "units"],
      "Recorded spikes to replay.",
    ),
    ...more,
  ],
});

/** The schema of a current input, without files. */
export const currentInputSchema: JsonSchema = currentSchema();
/** The schema of a spike input, without files. */
export const spikeInputSchema: JsonSchema = spikeSchema();
