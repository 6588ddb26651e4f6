import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { explicit } from "../connectivity/rule.ts";
import { FileError } from "../errors/errors.ts";
import { readCsv } from "../io/csv.ts";
import { decodeNpy, type NpyArray } from "../io/npy.ts";
import { decodeNpz } from "../io/npz.ts";
import { type Given, isObject } from "./document.ts";
import {
  attempt,
  type Column,
  type FileContext,
  isColumn,
  load,
  nest,
  numbersOf,
  type Relocate,
  resolveCsv,
  resolveNpy,
  separatorIssues,
} from "./files.ts";

/*
 * Values of a network in files: { csv, column }, { npy } and { npz, array } instead of a list of numbers,
 * { csv, column or columns, time or interval } and { npy, interval } instead of a series, and
 * { csv, sources, targets, … } and { npz, sources, targets, … } instead of the lists of explicit connections.
 */

export const valueFileKeys = {
  csv: ["csv", "column", "separator"],
  npy: ["npy"],
  npz: ["npz", "array"],
} as const;
type FileKind = keyof typeof valueFileKeys;

const kindOf = (value: Given): FileKind | undefined =>
  // A part can have the name of a kind of file, but is then an object.
  (Object.keys(valueFileKeys) as FileKind[]).find((kind) => Object.hasOwn(value, kind) && !isObject(value[kind]));

/**
 * The same value with files replaced by numbers, at any depth. If a file cannot be used, the result has an empty list
 * there, and the context gets an issue.
 */
export const resolveValues = async (value: unknown, path: string, context: FileContext): Promise<unknown> => {
  if (!isObject(value)) return value;
  const kind = kindOf(value);
  if (kind && timeKeys.some((key) => Object.hasOwn(value, key))) {
    return (await readSeriesFile(kind, value, path, context)) ?? [];
  }
  if (kind) return (await readNumbers(kind, value, path, context)) ?? [];
  const resolved: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(value)) {
    const at = `${path}.${key}`;
    const listed = key === explicit.rule.name && isObject(given) ? kindOf(given) : undefined;
    const read = listed
      ? await readLists(listed, given as Given, at, context)
      : await resolveValues(given, at, context);
    Object.defineProperty(resolved, key, { value: read, enumerable: true, writable: true, configurable: true });
  }
  return resolved;
};

/** Keys that mark a series in a file, as opposed to one value per unit. */
const timeKeys = ["time", "interval", "columns"] as const;

/** A series in a file. Returns undefined, with an issue, if it cannot be used. */
const readSeriesFile = async (kind: FileKind, value: Given, path: string, context: FileContext): Promise<unknown> => {
  if (kind === "csv") return resolveCsv(value, path, "values", context);
  if (kind === "npy" && Object.hasOwn(value, "interval")) return resolveNpy(value, path, context);
  const message =
    kind === "npz"
      ? 'is not a series by itself. Write { "series": { "npz": …, "array": … }, "interval": … }.'
      : "contains no times. Give the interval between rows in ms.";
  context.issues.push({ path: `${path}.${kind}`, message });
  return undefined;
};

/** Whether a value names a column. Adds an issue if not. */
const column = (value: unknown, path: string, what: string, { issues }: FileContext): value is Column => {
  if (isColumn(value)) return true;
  const message =
    value === undefined
      ? `is missing. Name the column of ${what}.`
      : `must be the name of a column, or its index, counted from 0; received ${describe(value)}. Name one.`;
  issues.push({ path, message });
  return false;
};

const readNumbers = async (kind: FileKind, given: Given, path: string, context: FileContext): Promise<unknown> => {
  const before = context.issues.length;
  unknownKeys(path, given, valueFileKeys[kind], context.issues);
  if (kind === "csv") {
    const { column: name, separator } = given;
    const isNamed = column(name, `${path}.column`, "values", context);
    context.issues.push(...separatorIssues(separator, path));
    if (!isNamed || context.issues.length > before) return undefined;
    return (await readColumns({ values: name }, given, path, context))?.["values"];
  }
  const bytes = await load(given, kind, path, context);
  if (!bytes || context.issues.length > before) return undefined;
  const file = given[kind] as string;
  return attempt(`${path}.${kind}`, context, () => {
    const array = kind === "npy" ? decodeNpy(bytes, { name: file }) : arrayIn(bytes, given["array"], file);
    const { data, shape } = numbersOf(array, file);
    context.relocate.set(path, inFile(path, kind, file));
    return nest(data, shape);
  });
};

const arrayIn = (bytes: Uint8Array, name: unknown, file: string): NpyArray => {
  const arrays = decodeNpz(bytes, { name: file });
  const names = Object.keys(arrays);
  if (name === undefined && names.length === 1) return arrays[names[0]!]!;
  if (typeof name === "string" && Object.hasOwn(arrays, name)) return arrays[name]!;
  const wanted = name === undefined ? "one array, or array must name one of them" : `an array ${describe(name)}`;
  throw new FileError(`${file} must contain ${wanted}; received ${names.join(", ")}. Choose one of these.`);
};

const inFile =
  (path: string, kind: FileKind, file: string): Relocate =>
  ({ path: at, message }) => ({ path: `${path}.${kind} ("${file}"${at.slice(path.length)})`, message });

const lists = explicit.rule.option.parts ?? {};
const listKeys = Object.keys(lists);

/** Lists of explicit connections: columns of a table, or arrays of an archive. */
const readLists = async (kind: FileKind, given: Given, path: string, context: FileContext): Promise<unknown> => {
  const { issues } = context;
  const before = issues.length;
  const empty = { sources: [], targets: [] };
  if (kind === "npy") {
    issues.push({
      path: `${path}.npy`,
      message: "contains only one array, but connections need several. Use csv or npz.",
    });
    return empty;
  }
  unknownKeys(path, given, [kind, ...listKeys, ...(kind === "csv" ? ["separator"] : [])], issues);
  const names: Record<string, Column> = {};
  for (const key of listKeys) {
    const name = given[key];
    if (name === undefined && lists[key]!.need !== "required") continue;
    if (column(name, `${path}.${key}`, key, context)) names[key] = name;
  }
  issues.push(...separatorIssues(given["separator"], path));
  if (issues.length > before) return empty;
  if (kind === "csv") return (await readColumns(names, given, path, context)) ?? empty;
  const bytes = await load(given, "npz", path, context);
  const file = given["npz"] as string;
  const read =
    bytes &&
    attempt(`${path}.npz`, context, () =>
      Object.fromEntries(
        Object.entries(names).map(([key, name]) => [key, flat(numbersOf(arrayIn(bytes, name, file), file).data)]),
      ),
    );
  if (read) context.relocate.set(path, inFile(path, "npz", file));
  return read ?? empty;
};

const flat = (data: ArrayLike<number>): Float64Array => Float64Array.from(data);

/** Columns of a CSV file, by the names of their values. */
const readColumns = async (
  names: Readonly<Record<string, Column>>,
  given: Given,
  path: string,
  context: FileContext,
): Promise<Record<string, Float64Array> | undefined> => {
  const bytes = await load(given, "csv", path, context);
  if (!bytes) return undefined;
  const file = given["csv"] as string;
  const { separator } = given;
  const keys = Object.keys(names);
  const table = attempt(`${path}.csv`, context, () =>
    readCsv(bytes, {
      columns: Object.values(names),
      name: file,
      ...(separator !== undefined && { separator: separator as ";" }),
    }),
  );
  if (!table) return undefined;
  context.relocate.set(path, ({ path: at, message }) => {
    const [, key = "values", row] = /^(?:\.(\w+))?\[(\d+)\]/.exec(at.slice(path.length)) ?? [];
    if (row === undefined || names[key] === undefined) return { path: at, message };
    // Row i of a table is line i + 2 of its file.
    return { path: `${path}.csv ("${file}" line ${Number(row) + 2}, column "${names[key]}")`, message };
  });
  return Object.fromEntries(keys.map((key, k) => [key, table.columns[k]!]));
};
