import type { Check } from "../config/field.ts";
import type { JsonSchema } from "../config/json-schema.ts";
import { seriesForms } from "../tell/series-schema.ts";
import { type GeneratorOption, generators } from "./generator.ts";
import { generatorNames } from "./kinds.ts";

/*
 * JSON Schema (draft 2020-12) of the inputs that a document can hold. What it cannot know and the reader refuses:
 * shapes that differ from the population's, ragged arrays, data that is shorter than the run.
 */

const object = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[], description: string) =>
  ({ type: "object", description, properties, required, additionalProperties: false }) satisfies JsonSchema;

const number = (description: string, check?: Check): JsonSchema => ({ description, type: "number", ...check?.schema });

/** Arrays within arrays, to any depth: what is no array is held to `leaf`. */
const nested = (description: string, leaf: JsonSchema): JsonSchema => ({
  description,
  type: "array",
  minItems: 1,
  items: { anyOf: [leaf, ...[1, 2, 3, 4].map((depth) => levels(depth, leaf))] },
});

const levels = (depth: number, leaf: JsonSchema): JsonSchema => ({
  type: "array",
  minItems: 1,
  items: depth === 1 ? leaf : levels(depth - 1, leaf),
});

const current: JsonSchema = { type: "number" };

const perUnit = (description: string, check?: Check): JsonSchema => {
  const leaf = { type: "number", ...check?.schema };
  return { description, anyOf: [leaf, nested("One value a unit, in the shape of the units.", leaf)] };
};

const optionSchema = ({ kind, unit, description, check }: GeneratorOption): JsonSchema => {
  const text = unit === "1" ? description : `${description} In ${unit}.`;
  if (kind === "flag") return { description: text, type: "boolean", default: false };
  if (kind === "seed") return { description: text, type: "integer", minimum: 0, maximum: 4294967295 };
  return kind === "perUnit" ? perUnit(text, check) : number(text, check);
};

const generatorForms: readonly JsonSchema[] = generatorNames.map((name) => {
  const { description } = generators[name];
  const options: Readonly<Record<string, GeneratorOption>> = generators[name].options;
  const properties = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, optionSchema(option)]));
  const required = Object.keys(options).filter((key) => options[key]!.required);
  return object({ [name]: object(properties, required, description) }, [name], description);
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
  perUnit("A constant current in pA: one for all units, or an array with one a unit."),
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
