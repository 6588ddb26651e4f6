import type { Key } from "../errors/errors.ts";
import { type ColumnUnit, columnUnits, spelled, unitInName } from "./column-units.ts";
import type { TableOptions } from "./table-options.ts";

/* How the files of a document were read, for the person who has to know that it was right. */

/** How a file that a document names was read, where that is not plain from the file itself. */
export interface FileReading {
  /** Path of the file, as in the document. */
  readonly file: string;
  /** Such as "semicolons", "decimal commas", "time in s" and "current taken as pA" of a column without a unit. */
  readonly found: readonly string[];
}

const separators: Readonly<Record<string, string>> = { ";": "semicolons", "\t": "tabs", " ": "spaces" };

/** How a table is written, where it is not written as CSV with a point and one line of names. */
export const tableTraits = (options: TableOptions, firstId: number): string[] => {
  const { separator = ",", decimal, header, skipLines = 0, comment, unitsRow } = options;
  return [
    ...(separator === "," ? [] : [separators[separator]!]),
    ...(decimal === "," ? ["decimal commas"] : []),
    ...(skipLines > 0 ? [`${skipLines} ${skipLines === 1 ? "line" : "lines"} skipped`] : []),
    ...(comment === undefined ? [] : [`comments after ${comment}`]),
    ...(header === false ? ["no names of columns"] : []),
    ...(unitsRow === true ? ["a row of units"] : []),
    ...(firstId === 0 ? [] : [`counts from ${firstId}`]),
  ];
};

/** Keys that say nothing about a quantity. */
const plain: readonly Key[] = ["sum", "events", "column", "columns", "series"];

/** The quantity of a value in the document, such as "current"; `keys` are those of the value. */
export const quantityOf = (keys: readonly Key[]): string =>
  `${keys.findLast((key) => typeof key === "string" && !plain.includes(key)) ?? "values"}`;

/**
 * The unit of a column, if it is not that of the document, or if neither the name of the column nor the document says it.
 *
 * @param unit the unit that the document or the row of units gives
 */
export const columnTrait = (
  { key, unit: wanted }: { readonly key: string; readonly unit?: ColumnUnit | undefined },
  name: string | undefined,
  unit: string | undefined,
  keys: readonly Key[],
): string[] => {
  if (wanted === undefined) return [];
  const quantity = plain.includes(key) ? quantityOf(keys) : key;
  if (unit !== undefined) return spelled(unit) === wanted ? [] : [`${quantity} in ${unit}`];
  const said = name === undefined ? undefined : unitInName(name);
  return said !== undefined && columnUnits(wanted).includes(said) ? [] : [`${quantity} taken as ${wanted}`];
};
