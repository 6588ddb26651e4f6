import type { JsonSchema } from "../config/json-schema.ts";
import { seriesChoices } from "../config/series.ts";

/* The part of the JSON Schema of experiments that is about files of series. */

export const file = (description: string): JsonSchema => ({ description, type: "string", minLength: 1 });

export const columnName: JsonSchema = {
  description: "Name of a column, or its number from 0.",
  anyOf: [
    { type: "string", minLength: 1 },
    { type: "integer", minimum: 0 },
  ],
};
export const separator: JsonSchema = { description: "Between two cells.", enum: [",", ";", "\t"], default: "," };
const choices: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(seriesChoices).map(([key, names]) => [key, { enum: names, default: names[0] }]),
);
const evenly: Readonly<Record<string, JsonSchema>> = {
  interval: { description: "Time from row to row in ms.", type: "number", exclusiveMinimum: 0 },
  start: { description: "Time of the first row in ms.", type: "number", default: 0 },
};

const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description: string,
): JsonSchema => ({ type: "object", description, properties, required, additionalProperties: false });

/**
 * A series in a CSV or NumPy file, sampled in its own time.
 *
 * @param of what is sampled, such as "A current"; `values` are its values with their unit.
 */
export const seriesFileForms = (of: string, values: string): readonly JsonSchema[] => [
  ...(["column", "columns"] as const).flatMap((which) =>
    (["time", "interval"] as const).map((when) =>
      object(
        {
          csv: file("Path of a CSV file, relative to the document."),
          [which]:
            which === "column"
              ? { ...columnName, description: `Column of ${values}, for all units.` }
              : { description: `Columns of ${values}, one per unit.`, type: "array", minItems: 1, items: columnName },
          ...(when === "time" ? { time: { ...columnName, description: "Column of times in ms." } } : evenly),
          separator,
          ...choices,
        },
        ["csv", which, when],
        `${of} from a CSV file.`,
      ),
    ),
  ),
  object(
    { npy: file(`Path of a NumPy file of samples × units: ${values}.`), ...evenly, ...choices },
    ["npy", "interval"],
    `${of} from a NumPy file, sampled in its own time.`,
  ),
];
