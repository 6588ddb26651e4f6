import { suggestName } from "../config/nearest-name.ts";
import { byDefault, custom, type Declarations, optional, type Read, readSound } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { FileError, type Key } from "../errors/errors.ts";
import { type ColumnUnit, columnUnits, convertUnits, isForeign, spelled, unitInName } from "./column-units.ts";
import { type CsvTable, lineOfRow, readCsv, refuseConflicts } from "./csv.ts";
import { columnTrait, tableTraits } from "./file-reading.ts";
import type { NamedFiles } from "./named-files.ts";
import { type ReadTableOptions, type TableOptions, tableOptions } from "./table-options.ts";

/* Columns of text tables that a document names, with the options of the table, units and ids. */

/** A column in a document: its name, or its index, counted from 0. */
export type Column = string | number;

/** A column that a document requests under one of its keys. */
export interface RequestedColumn {
  /** The key in the document, such as "time" or "columns". */
  readonly key: string;
  /** The keys of the column below the document's object, if not the key, such as "columns" and 2. */
  readonly at?: readonly Key[];
  readonly column: Column;
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
  /** Names of the requested columns; undefined in a table without a header. */
  readonly names: readonly (string | undefined)[];
  /** The place of a value in messages: '"currents.csv" line 3, column "time_ms"'. */
  placeOf(row: number, requested: number): string;
  /** A sentence for the message about an id, if the ids seem to count from 1. `excess` is that of the issue. */
  idRemedy(requested: number, excess: number | undefined): string;
}

/** The path of a file. */
export const filePath = (about: string) =>
  custom<string>({
    about,
    takes: "the path of a file",
    remedy: "Name one.",
    schema: { description: about, type: "string", minLength: 1 },
    read: (value, site) =>
      typeof value === "string" && value !== ""
        ? value
        : site.refuse(`must be the path of a file; received ${describe(value)}. Name one.`),
  });

const COLUMN = "the name of a column, or its index, counted from 0";

const isColumn = (value: unknown): value is Column =>
  (typeof value === "string" && value !== "") || (Number.isInteger(value) && (value as number) >= 0);

/** A column of a table. */
export const columnName = (about: string, remedy: string) =>
  custom<Column>({
    about,
    takes: COLUMN,
    remedy,
    schema: {
      description: about,
      anyOf: [
        { type: "string", minLength: 1 },
        { type: "integer", minimum: 0 },
      ],
    },
    read: (value, site) =>
      isColumn(value) ? value : site.refuse(`must be ${COLUMN}; received ${describe(value)}. ${remedy}`),
  });

/** Columns of a table, one per unit. */
export const columnNames = (about: string) => {
  const one = columnName("Name of a column, or its index, counted from 0.", "Name one.");
  return custom<readonly Column[]>({
    about,
    takes: "a list of columns, one per unit",
    schema: { description: about, type: "array", minItems: 1, items: one.schema },
    read: (value, site) => {
      if (!Array.isArray(value) || value.length === 0) {
        return site.refuse(`must be a list of columns, one per unit; received ${describe(value)}. Name one or more.`);
      }
      const bad = value.findIndex((column) => !isColumn(column));
      return bad < 0 ? value : (one.read(value[bad], site.at(bad)) as undefined);
    },
  });
};

const ID = "Number of the first unit or repetition in the file.";

/** The number that the ids of a file start from. */
export const firstId = byDefault(
  0,
  custom<0 | 1>({
    about: ID,
    takes: "0 or 1",
    schema: { description: ID, enum: [0, 1] },
    read: (value, site) =>
      value === 0 || value === 1
        ? value
        : site.refuse(
            `must be 0 or 1; received ${describe(value)}. Give the number of the first unit or repetition in the file.`,
          ),
  }),
);

/** Units of columns that differ from those of the document, by the keys of the columns. */
export const unitsOfColumns = <K extends string>(units: Readonly<Record<K, ColumnUnit>>) => {
  const about = "Units of columns that differ from those of the document; they are converted.";
  const known = Object.entries<ColumnUnit>(units);
  const [key = "", example = "ms"] = known[0] ?? [];
  return optional(
    custom<{ readonly [P in K]?: string }>({
      about,
      takes: "an object of units, by the keys of their columns",
      schema: {
        description: about,
        type: "object",
        properties: Object.fromEntries(
          known.map(([name, unit]) => [
            name,
            { description: `Unit of the column; converted to ${unit}.`, enum: columnUnits(unit) },
          ]),
        ),
        additionalProperties: false,
      },
      read: (value, site) => {
        if (isRecord(value)) return readUnits(value, units, site) as { readonly [P in K]?: string };
        const form = `{ "${key}": "${columnUnits(example)[3]}" }`;
        return site.refuse(
          `takes an object such as ${form}; received ${describe(value)}. Give units by the keys of their columns.`,
        );
      },
    }),
  );
};

const readUnits = (
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, ColumnUnit>>,
  site: Site,
): Record<string, string> => {
  const read: Record<string, string> = {};
  for (const [key, unit] of Object.entries(given)) {
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

/** The description of a table in a document. */
export interface DescribedTable {
  readonly text: TableOptions;
  readonly units: Readonly<Record<string, string>>;
  readonly firstId: number;
}

/** The read options that describe a table or an archive. */
type ReadDescription = Partial<ReadTableOptions> & { readonly units?: object; readonly firstId?: number };

/** The description of a table from the read options of a document. Refuses options that do not fit together. */
const describedTable = (read: ReadDescription, site: Site): DescribedTable => {
  refuseConflicts(read, site);
  const text = Object.entries(read).filter(([key]) => Object.hasOwn(tableOptions, key));
  return { text: Object.fromEntries(text), units: { ...read.units }, firstId: read.firstId ?? 0 };
};

/** A file that a document names. */
export interface OpenFile<D = Declarations> {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The options next to the name of the file. */
  readonly read: string extends keyof D ? Readonly<Record<string, unknown>> : Read<D>;
  readonly described: DescribedTable;
}

/** Reads the options of a file and the bytes of the file. Undefined, with issues, if one of them is invalid. */
export const openFile = async <D extends Declarations>(
  kind: string,
  declared: D,
  given: Readonly<Record<string, unknown>>,
  site: Site<{ readonly files: NamedFiles }>,
): Promise<OpenFile<D> | undefined> => {
  const before = site.issues.length;
  const read = readSound(declared, given, site) as OpenFile<D>["read"];
  const described = describedTable(read as ReadDescription, site);
  const name = (read as Readonly<Record<string, unknown>>)[kind];
  if (typeof name !== "string") return undefined;
  // Problems of the document and of the file are reported together.
  const bytes = await site.context.files.load(name, site.at(kind));
  return bytes && site.issues.length === before ? { name, bytes, read, described } : undefined;
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
  { text, units, firstId: first }: DescribedTable,
  site: Site<{ readonly files: NamedFiles }>,
  allowNoRows = false,
): RequestedColumns | undefined => {
  const before = site.issues.length;
  // Names are checked first: they do not depend on the file.
  for (const one of requested) {
    if (typeof one.column !== "string") continue;
    if (!refuseLine(one.column, one, text, site)) checkName(one.column, one, units, site);
  }
  if (site.issues.length > before) return undefined;
  const columns = requested.map(({ column }) => column);
  const table = readCsv(bytes, { ...text, columns, name, allowNoRows });
  const indices = columns.map((column) => (typeof column === "number" ? column : table.header.indexOf(column)));
  if (text.header !== false) {
    requested.forEach((one, k) => {
      if (typeof one.column === "number") checkName(table.header[indices[k]!] ?? "", one, units, site);
    });
  }
  if (site.issues.length > before) return undefined;
  const names = indices.map((index) => (text.header === false ? undefined : table.header[index]));
  const traits = tableTraits(text, requested.some(({ counts }) => counts === true) ? first : 0);
  const [times, quantities]: [string[], string[]] = [[], []];
  const read = requested.map((one, k) => {
    const values = table.columns[k]!;
    if (one.counts === true) return fromZero(values, first);
    const stated = table.units && unitInRow(table, indices[k]!, one, units, name);
    const unit = units[one.key] ?? stated;
    const trait = columnTrait(one, names[k], unit, site.place.keys);
    if (one.key === "time") times.push(...trait);
    else quantities.push(...trait);
    return unit === undefined || one.unit === undefined ? values : convertUnits(values, unit, one.unit);
  });
  site.context.files.tell(name, [...traits, ...times, ...quantities]);
  return {
    columns: read,
    names,
    placeOf: (row, k) => {
      const header = table.header[indices[k]!] ?? String(columns[k]);
      return `"${name}" line ${lineOfRow(table, row)}, column ${text.header === false ? header : `"${header}"`}`;
    },
    idRemedy: (k, excess) => idRemedy(read[k]!, first, excess),
  };
};

/** A sentence for the message about one of the ids, which are counted from 0, if those of the file seem to count from 1. */
export const idRemedy = (ids: Float64Array, first: number, excess: number | undefined): string => {
  if (first === 1) return " The file counts from 1, so its values are one larger.";
  return excess === 1 && ids.every((id) => id >= 1) ? ' If the file counts from 1, set "firstId": 1.' : "";
};

const fromZero = (ids: Float64Array<ArrayBuffer>, first: number): Float64Array<ArrayBuffer> =>
  first === 0 ? ids : ids.map((id) => id - first);

/** Values of a column without a name, converted to the unit of the document and counted from 0. */
export const toDocument = (
  values: Float64Array<ArrayBuffer>,
  { key, unit, counts }: Omit<RequestedColumn, "column">,
  { units, firstId: first }: DescribedTable,
): Float64Array<ArrayBuffer> => {
  if (counts === true) return fromZero(values, first);
  return unit === undefined || units[key] === undefined ? values : convertUnits(values, units[key], unit);
};

/** Refuses the names of several columns as the name of one: they are copied from a file with another separator. */
const refuseLine = (
  name: string,
  { key, at = [key] }: RequestedColumn,
  { separator = "," }: TableOptions,
  site: Site,
): boolean => {
  const other = [";", "\t"].find((one) => one !== separator && name.includes(one));
  if (other === undefined) return false;
  const shown = JSON.stringify(other);
  site
    .at(...at)
    .refuse(
      `must be the name of one column; received ${JSON.stringify(name)}. If ${shown} separates names, add "separator": ${shown} and name one of them.`,
    );
  return true;
};

/** Refuses a column whose name gives another unit than the document. */
const checkName = (
  name: string,
  { key, at = [key], unit, among }: RequestedColumn,
  units: Readonly<Record<string, string>>,
  site: Site,
): void => {
  const own = site.at(...at);
  const said = unitInName(name);
  if (among && said !== undefined && said.length > 1 && !among.includes(said)) {
    own.refuse(
      `must be a column in ${listText(among)}; received "${name}", whose name says ${said}. Convert the column and rename it.`,
    );
  }
  if (unit === undefined || said === undefined || said === (units[key] ?? unit)) return;
  const received = `received "${name}", whose name says ${said}`;
  if (isForeign(said, unit)) {
    own.refuse(`must be a column in ${unit}; ${received}. Name another column.`);
  } else if (!columnUnits(unit).includes(said)) return;
  // "I_A" can be the current of a neuron A, so the document decides.
  else if (letters.includes(said) && units[key] !== undefined) return;
  else if (units[key] !== undefined) {
    site
      .at("units", key)
      .refuse(
        `is ${units[key]}, but the name of the column, "${name}", says ${said}. Correct the unit, or rename the column.`,
      );
  } else {
    const other = letters.includes(said) ? ` (or "${unit}", if the name means something else)` : "";
    own.refuse(
      `must be a column in ${unit}; ${received}. Add "units": { "${key}": "${said}" }${other}, or convert the column to ${unit} and rename it.`,
    );
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
