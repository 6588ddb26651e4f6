import type { JsonSchema, JsonValue } from "../config/json-schema.ts";
import { seriesChoices } from "../config/series.ts";

const choice = (key: keyof typeof seriesChoices, description: string): JsonSchema => {
  const known: readonly JsonValue[] = seriesChoices[key];
  return { description, enum: known, default: known[0]! };
};

const choices = {
  between: choice("between", "Value between samples: that of the last sample, or linear interpolation."),
  before: choice("before", "Value before the first sample. If omitted, a run that starts earlier is an error."),
  after: choice("after", "Value after the series ends. If omitted, a run that lasts longer is an error."),
};

const form = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description: string,
): JsonSchema => ({ type: "object", description, properties, required, additionalProperties: false });

/**
 * The schema of a series in its two forms: at regular intervals, and at given times.
 *
 * @param of the sampled quantity, such as "A current"
 */
export const seriesForms = (of: string, series: JsonSchema, times: JsonSchema): readonly JsonSchema[] => [
  form(
    {
      series,
      ...choices,
      interval: { description: "Time between samples in ms.", type: "number", exclusiveMinimum: 0 },
      start: { description: "Time of the first sample in ms.", type: "number", default: 0 },
    },
    ["series", "interval"],
    `${of} that is sampled at regular intervals.`,
  ),
  form({ series, ...choices, times }, ["series", "times"], `${of} that is sampled at given times.`),
];
