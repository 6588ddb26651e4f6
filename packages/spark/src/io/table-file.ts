import type { JsonSchema } from "../config/json-schema.ts";
import { suggestName } from "../config/nearest-name.ts";
import { Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { FileError, type Issue } from "../errors/errors.ts";
import { type ColumnUnit, columnUnits, convertUnits, isForeign, spelled, unitInName } from "./column-units.ts";
import { type CsvTable, lineOfRow, readCsv, readTableOptions } from "./csv.ts";
import { type TableOptions, tableOptions } from "./table-options.ts";

/* Columns of text tables that a document names, with the options of the table, units and ids. */

/** A column that a document requests under one of its keys. */
export interface RequestedColumn {
  /** The key in the document, such as "time" or "columns". */
  readonly key: string;
  /** The path of the column below the document's object, if not the key, such as "columns[2]". */
  readonly at?: string;
  readonly column: string | number;
  /** The unit that the values must have. */
  readonly unit?: ColumnUnit | undefined;
  /** Units that the name of the column may say, if values of several units are possible and none is converted. */
  readonly among?: readonly string[] | undefined;
  /** Whether the values number units or repetitions. The columns then count from `firstId`. */
  readonly counts?: boolean | undefined;
}

/** Columns that a document has requested. */
export interface RequestedColumns {
  /** One array per requested column, in its unit, with ids counted from 0. */
  readonly columns: readonly Float64Array<ArrayBuffer>[];
  /** The place of a value in messages: '"currents.csv" line 3, column "time_ms"'. */
  placeOf(row: number, requested: number): string;
  /** A sentence for the message about an id, if the ids seem to count from 1. */
  idRemedy(requested: number, message: string): string;
}

/** How the object of a document can describe its table. */
export interface TableForm {
  /** Keys of columns with a unit. */
  readonly units?: Readonly<Record<string, ColumnUnit>>;
  /** Whether a column counts units or repetitions. */
  readonly counts?: boolean;
}

const firstIdSchema: JsonSchema = {
  description: "Number of the first unit or repetition in the file.",
  enum: [0, 1],
  default: 0,
};

/** Keys that describe a table, next to the keys of its columns. */
export const tableKeys = ({ units, counts }: TableForm): readonly string[] => [
  ...Object.keys(tableOptions),
  ...(units ? ["units"] : []),
  ...(counts ? ["firstId"] : []),
];

/** JSON Schemas of the keys that describe a table. */
export const tableSchemas = ({ units, counts }: TableForm): Readonly<Record<string, JsonSchema>> => ({
  ...Object.fromEntries(Object.entries(tableOptions).map(([key, { schema }]) => [key, schema])),
  ...(units && {
    units: {
      description: "Units of columns that differ from those of the document; they are converted.",
      type: "object",
      properties: Object.fromEntries(
        Object.entries(units).map(([key, unit]) => [
          key,
          { description: `Unit of the column; converted to ${unit}.`, enum: columnUnits(unit) },
        ]),
      ),
      additionalProperties: false,
    },
  }),
  ...(counts && { firstId: firstIdSchema }),
});

/** JSON Schemas of the keys that describe arrays in an archive: units and ids. */
export const arraySchemas = (form: TableForm): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(Object.entries(tableSchemas(form)).filter(([key]) => !Object.hasOwn(tableOptions, key)));

/** The description of a table in a document. */
export interface ReadTableForm {
  readonly text: TableOptions;
  readonly units: Readonly<Record<string, string>>;
  readonly firstId: number;
}

/** Reads the keys that describe a table. Returns undefined, with issues, if one of them is invalid. */
export const readTableForm = (
  given: Readonly<Record<string, unknown>>,
  path: string,
  form: TableForm,
  issues: Issue[],
): ReadTableForm | undefined => {
  const own: Issue[] = [];
  const site = new Site(new Place([path]), own, undefined);
  const picked = Object.fromEntries(
    Object.keys(tableOptions).flatMap((key) => (Object.hasOwn(given, key) ? [[key, given[key]]] : [])),
  );
  const text = readTableOptions(picked, site);
  const units = form.units ? readUnits(given["units"], form.units, site.at("units")) : {};
  const firstId = form.counts ? readFirstId(given["firstId"], site.at("firstId")) : 0;
  // The path is one key here, so the keys say nothing.
  issues.push(...own.map((issue) => ({ path: issue.path, message: issue.message })));
  return text && own.length === 0 ? { text, units, firstId } : undefined;
};

const readFirstId = (value: unknown, site: Site): number => {
  if (value === undefined || value === 0 || value === 1) return value ?? 0;
  site.refuse(
    `must be 0 or 1; received ${describe(value)}. Give the number of the first unit or repetition in the file.`,
  );
  return 0;
};

const readUnits = (value: unknown, known: Readonly<Record<string, ColumnUnit>>, site: Site): Record<string, string> => {
  const read: Record<string, string> = {};
  if (value === undefined) return read;
  if (!isRecord(value)) {
    const [key = "", unit = "ms"] = Object.entries(known)[0] ?? [];
    site.refuse(
      `takes an object such as { "${key}": "${columnUnits(unit)[3]}" }; received ${describe(value)}. Give units by the keys of their columns.`,
    );
    return read;
  }
  for (const [key, unit] of Object.entries(value)) {
    const wanted = Object.hasOwn(known, key) ? known[key] : undefined;
    if (wanted === undefined) site.at(key).refuse(`is unknown. ${suggestName(key, Object.keys(known))}`);
    else if (typeof unit === "string" && columnUnits(wanted).includes(spelled(unit))) read[key] = spelled(unit);
    else {
      const list = columnUnits(wanted).join(", ");
      site.at(key).refuse(`must be one of ${list}; received ${describe(unit)}. Give the unit of the column.`);
    }
  }
  return read;
};

/**
 * Reads the requested columns of a table: converts units and counts ids from 0.
 *
 * @throws FileError as `readCsv`, and for a row of units that the document cannot use. Adds issues if the name of a
 * column says another unit than the document.
 */
export const readTable = (
  bytes: Uint8Array,
  name: string,
  requested: readonly RequestedColumn[],
  { text, units, firstId }: ReadTableForm,
  place: { readonly path: string; readonly issues: Issue[]; readonly allowNoRows?: boolean },
): RequestedColumns | undefined => {
  const before = place.issues.length;
  // Names are checked first: they do not depend on the file.
  for (const one of requested) {
    if (typeof one.column !== "string") continue;
    if (!refuseLine(one.column, one, text, place)) checkName(one.column, one, units, place);
  }
  if (place.issues.length > before) return undefined;
  const columns = requested.map(({ column }) => column);
  const table = readCsv(bytes, { ...text, columns, name, allowNoRows: place.allowNoRows === true });
  const indices = columns.map((column) => (typeof column === "number" ? column : table.header.indexOf(column)));
  if (text.header !== false) {
    requested.forEach((one, k) => {
      if (typeof one.column === "number") checkName(table.header[indices[k]!] ?? "", one, units, place);
    });
  }
  if (place.issues.length > before) return undefined;
  const read = requested.map((one, k) => {
    const values = table.columns[k]!;
    if (one.counts === true) return firstId === 0 ? values : values.map((id) => id - firstId);
    const stated = table.units && unitInRow(table, indices[k]!, one, units, name);
    const unit = units[one.key] ?? stated;
    return unit === undefined || one.unit === undefined ? values : convertUnits(values, unit, one.unit);
  });
  return {
    columns: read,
    placeOf: (row, k) => {
      const header = table.header[indices[k]!] ?? String(columns[k]);
      return `"${name}" line ${lineOfRow(table, row)}, column ${text.header === false ? header : `"${header}"`}`;
    },
    idRemedy: (k, message) => {
      if (firstId === 1) return " The file counts from 1, so its values are one larger.";
      const ids = table.columns[k]!;
      const [, most, received] = /from 0 to (\d+); received (\d+)/.exec(message) ?? [];
      if (received === undefined || Number(received) !== Number(most) + 1) return "";
      return ids.length > 0 && ids.every((id) => id >= 1) ? ' If the file counts from 1, set "firstId": 1.' : "";
    },
  };
};

/** Values of a column without a name, converted to the unit of the document and counted from 0. */
export const toDocument = (
  values: Float64Array<ArrayBuffer>,
  { key, unit, counts }: Omit<RequestedColumn, "column">,
  { units, firstId }: ReadTableForm,
): Float64Array<ArrayBuffer> => {
  if (counts === true) return firstId === 0 ? values : values.map((id) => id - firstId);
  return unit === undefined || units[key] === undefined ? values : convertUnits(values, units[key], unit);
};

/** Refuses the names of several columns as the name of one: they are copied from a file with another separator. */
const refuseLine = (
  name: string,
  { key, at = key }: RequestedColumn,
  { separator = "," }: TableOptions,
  { path, issues }: { readonly path: string; readonly issues: Issue[] },
): boolean => {
  const other = [";", "\t"].find((one) => one !== separator && name.includes(one));
  if (other === undefined) return false;
  const shown = JSON.stringify(other);
  const message = `must be the name of one column; received ${JSON.stringify(name)}. If ${shown} separates names, add "separator": ${shown} and name one of them.`;
  issues.push({ path: `${path}.${at}`, message });
  return true;
};

/** Refuses a column whose name gives another unit than the document. */
const checkName = (
  name: string,
  { key, at = key, unit, among }: RequestedColumn,
  units: Readonly<Record<string, string>>,
  { path, issues }: { readonly path: string; readonly issues: Issue[] },
): void => {
  const said = unitInName(name);
  if (among && said !== undefined && said.length > 1 && !among.includes(said)) {
    const message = `must be a column in ${listText(among)}; received "${name}", whose name says ${said}. Convert the column and rename it.`;
    issues.push({ path: `${path}.${at}`, message });
  }
  if (unit === undefined || said === undefined || said === (units[key] ?? unit)) return;
  const received = `received "${name}", whose name says ${said}`;
  if (isForeign(said, unit)) {
    issues.push({ path: `${path}.${at}`, message: `must be a column in ${unit}; ${received}. Name another column.` });
  } else if (!columnUnits(unit).includes(said)) return;
  // "I_A" can be the current of a neuron A, so the document decides.
  else if (letters.includes(said) && units[key] !== undefined) return;
  else if (units[key] !== undefined) {
    const message = `is ${units[key]}, but the name of the column, "${name}", says ${said}. Correct the unit, or rename the column.`;
    issues.push({ path: `${path}.units.${key}`, message });
  } else {
    const other = letters.includes(said) ? ` (or "${unit}", if the name means something else)` : "";
    const message = `must be a column in ${unit}; ${received}. Add "units": { "${key}": "${said}" }${other}, or convert the column to ${unit} and rename it.`;
    issues.push({ path: `${path}.${at}`, message });
  }
};

/** Units that a name can end with by chance. */
const letters: readonly string[] = ["A", "V"];

const listText = (names: readonly string[]): string => `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** Units of quantities that are never converted. */
const others = ["", "-", "1", "mV", "pA", "ms", "GΩ", "nS", "pF", "Hz"];

/** The unit of a column in the row of units. */
const unitInRow = (
  { units: row, lines }: CsvTable,
  index: number,
  { key, unit }: RequestedColumn,
  units: Readonly<Record<string, string>>,
  name: string,
): string | undefined => {
  const written = (row?.[index] ?? "").replace(/^[[(]\s*|\s*[\])]$/g, "").trim();
  const said = spelled(written);
  const where = `${name} line ${(lines[0]?.line ?? 3) - 1}`;
  if (unit === undefined) {
    if (others.includes(said)) return undefined;
    throw new FileError(
      `${where} gives the unit "${written}" for ${key}, which is not converted. Use mV, pA, ms, GΩ, nS, pF or Hz.`,
    );
  }
  if (said === "") return undefined;
  if (!columnUnits(unit).includes(said)) {
    throw new FileError(
      `${where} gives the unit "${written}" for ${key}, which must be one of ${columnUnits(unit).join(", ")}. Correct it, or set unitsRow to false and skip the line.`,
    );
  }
  if (units[key] === undefined || units[key] === said) return said;
  throw new FileError(
    `${where} gives the unit "${written}" for ${key}, but the document says ${units[key]}. Correct one.`,
  );
};
