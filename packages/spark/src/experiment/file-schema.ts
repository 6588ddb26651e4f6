import type { JsonSchema } from "../config/json-schema.ts";
import { seriesOptions } from "../config/series.ts";
import type { ColumnUnit } from "../io/column-units.ts";
import { tableSchemas } from "../io/table-file.ts";

/* JSON Schema of files of series in experiments. */

export const file = (description: string): JsonSchema => ({ description, type: "string", minLength: 1 });

export const columnName: JsonSchema = {
  description: "Name of a column, or its index, counted from 0.",
  anyOf: [
    { type: "string", minLength: 1 },
    { type: "integer", minimum: 0 },
  ],
};
const { between, before, after } = seriesOptions;
const choices = { between: between.schema, before: before.schema, after: after.schema };
const evenly: Readonly<Record<string, JsonSchema>> = {
  interval: { description: "Time between rows in ms.", type: "number", exclusiveMinimum: 0 },
  start: { description: "Time of the first row in ms.", type: "number", default: 0 },
};

const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description: string,
): JsonSchema => ({ type: "object", description, properties, required, additionalProperties: false });

/**
 * A series in a CSV or NumPy file, with its own sampling times.
 *
 * @param of the sampled quantity, such as "A current"
 * @param values the values with their unit, such as "currents in pA"
 * @param unit the unit of the values, if columns can be converted to it
 */
export const seriesFileForms = (of: string, values: string, unit?: ColumnUnit): readonly JsonSchema[] => [
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
          ...tableSchemas({
            units: { ...(when === "time" && { time: "ms" }), ...(unit && { [which]: unit }) },
          }),
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
