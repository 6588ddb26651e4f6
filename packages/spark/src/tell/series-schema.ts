import { seriesChoices } from "../config/series.ts";
import type { JsonSchema, JsonValue } from "./json-schema.ts";

const choice = (key: keyof typeof seriesChoices, description: string): JsonSchema => {
  const known: readonly JsonValue[] = seriesChoices[key];
  return { description, enum: known, default: known[0]! };
};

const choices = {
  between: choice("between", "Between samples the last one holds, or the line to the next one is followed."),
  before: choice("before", "What comes before the first sample; an error when a run starts before it."),
  after: choice("after", "What follows the series; an error when a run outlasts it."),
};

const form = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description: string,
): JsonSchema => ({ type: "object", description, properties, required, additionalProperties: false });

/**
 * The schema of a series in its two forms, at even intervals and at times.
 *
 * @param of what is sampled, such as "A current"
 */
export const seriesForms = (of: string, series: JsonSchema, times: JsonSchema): readonly JsonSchema[] => [
  form(
    {
      series,
      ...choices,
      interval: { description: "Time from sample to sample in ms.", type: "number", exclusiveMinimum: 0 },
      start: { description: "Time of the first sample in ms.", type: "number", default: 0 },
    },
    ["series", "interval"],
    `${of} that is sampled at even intervals of its own.`,
  ),
  form({ series, ...choices, times }, ["series", "times"], `${of} that is sampled at times of its own.`),
];
