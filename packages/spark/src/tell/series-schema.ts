import type { JsonSchema } from "../config/json-schema.ts";
import { seriesOptions } from "../config/series.ts";

const { interval, start, between, before, after } = seriesOptions;
const choices = { between: between.schema, before: before.schema, after: after.schema };

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
    { series, ...choices, interval: interval.schema, start: start.schema },
    ["series", "interval"],
    `${of} that is sampled at regular intervals.`,
  ),
  form({ series, ...choices, times }, ["series", "times"], `${of} that is sampled at given times.`),
];
