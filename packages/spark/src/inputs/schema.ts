import type { JsonSchema } from "../config/json-schema.ts";
import { seriesForms } from "../tell/series-schema.ts";
import { generators, nested, perUnitSchema } from "./generator.ts";
import { generatorNames } from "./kinds.ts";

/*
 * JSON Schema (draft 2020-12) of the inputs that a document can hold. What it cannot know and the reader refuses:
 * shapes that differ from the population's, ragged arrays, data that is shorter than the run.
 */

const object = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[], description: string) =>
  ({ type: "object", description, properties, required, additionalProperties: false }) satisfies JsonSchema;

const current: JsonSchema = { type: "number" };

const generatorForms: readonly JsonSchema[] = generatorNames.map((name) => {
  const { about, schema } = generators[name];
  return object({ [name]: schema }, [name], about);
});

const series = nested("Samples in pA: a number for all units, or an array with one a unit.", current);
const times: JsonSchema = {
  description: "Time of each sample in ms, ascending.",
  type: "array",
  minItems: 1,
  items: current,
};

const stepsForm = object(
  { steps: nested("One array a step, with one value in pA a unit.", current) },
  ["steps"],
  "A current for each step and unit.",
);

const plainForms: readonly JsonSchema[] = [
  perUnitSchema("A constant current in pA: one for all units, or an array with one a unit."),
  stepsForm,
  ...seriesForms("A current", series, times),
  ...generatorForms,
];

/**
 * The schema of what drives a port of currents.
 *
 * @param more further forms, such as files, that a document resolves before a run; they may stand in a sum too.
 */
export const currentSchema = (more: readonly JsonSchema[] = []): JsonSchema => {
  const parts = [...plainForms, ...more];
  const description = "Inputs that are added up, in order.";
  const items = { description: "One input.", anyOf: parts };
  const sum = object({ sum: { description, type: "array", minItems: 1, items } }, ["sum"], description);
  return { description: "Current into the component, in pA.", anyOf: [...parts, sum] };
};

const wholes = (description: string, minimum: number): JsonSchema => ({
  description,
  type: "array",
  items: { type: "integer", minimum },
});
const eventUnits = wholes("Unit of each spike, from 0.", 0);
const events = { steps: wholes("Step of each spike, from 1.", 1), units: eventUnits };
const timedEvents = {
  times: {
    description: "Time of each spike in ms; it goes into the step that it falls into.",
    type: "array",
    items: { type: "number", exclusiveMinimum: 0 },
  },
  units: eventUnits,
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** The schema of what drives a port of spikes; `more` as for `currentSchema`. */
export const spikeSchema = (more: readonly JsonSchema[] = []): JsonSchema => ({
  description: "Spikes into the component.",
  anyOf: [
    object(
      {
        events: {
          description: "One step or time, and one unit, for each spike.",
          anyOf: [
            object(events, ["steps", "units"], "Spikes by their steps."),
            object(timedEvents, ["times", "units"], "Spikes by their times."),
          ],
        },
        inhibitory: wholes("Units whose spikes count −1.", 0),
      },
      ["events"],
      "Spikes as a list.",
    ),
    object(
      { steps: nested("One array a step: 1 spike, −1 inhibitory spike, 0 none.", { enum: [0, 1, -1] }) },
      ["steps"],
      "Spikes for each step and unit.",
    ),
    object(
      {
        ...events,
        shape: { ...wholes("Shape of the population that was recorded.", 1), minItems: 1 },
        dt: { description: "Length of a step when they were recorded, in ms.", type: "number", exclusiveMinimum: 0 },
      },
      ["steps", "units"],
      "Recorded spikes, replayed.",
    ),
    ...more,
  ],
});

/** The schema of an input of currents, without files. */
export const currentInputSchema: JsonSchema = currentSchema();
/** The schema of an input of spikes, without files. */
export const spikeInputSchema: JsonSchema = spikeSchema();
