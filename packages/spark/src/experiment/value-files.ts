import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { explicit } from "../connectivity/rule.ts";
import { FileError } from "../errors/errors.ts";
import { decodeNpy, type NpyArray } from "../io/npy.ts";
import { type NpzArchive, openNpz } from "../io/npz.ts";
import {
  type ReadTableForm,
  type RequestedColumn,
  readTableForm,
  type TableForm,
  tableKeys,
  toDocument,
} from "../io/table-file.ts";
import { type Given, isObject } from "./document.ts";
import {
  attempt,
  type Column,
  type FileContext,
  integersOf,
  isColumn,
  load,
  nest,
  numbersOf,
  type Relocate,
  readColumns,
  resolveCsv,
  resolveNpy,
} from "./files.ts";

/*
 * Values of a network in files: { csv, column }, { npy } and { npz, array } instead of a list of numbers,
 * { csv, column or columns, time or interval } and { npy, interval } instead of a series, and
 * { csv, sources, targets, … } and { npz, sources, targets, … } instead of the lists of explicit connections.
 */

export const valueFileKeys = {
  csv: ["csv", "column", ...tableKeys({})],
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
      ? await resolveLists(listed, given as Given, at, context)
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
    const { column: name } = given;
    const isNamed = column(name, `${path}.column`, "values", context);
    const form = readTableForm(given, path, {}, context.issues);
    if (!isNamed || !form || context.issues.length > before) return undefined;
    return (await readLists([{ key: "values", column: name }], form, given, path, context))?.["values"];
  }
  const bytes = await load(given, kind, path, context);
  if (!bytes || context.issues.length > before) return undefined;
  const file = given[kind] as string;
  return attempt(`${path}.${kind}`, context, () => {
    const array =
      kind === "npy" ? decodeNpy(bytes, { name: file }) : arrayIn(openNpz(bytes, { name: file }), given["array"], file);
    const { data, shape } = numbersOf(array, file);
    context.relocate.set(path, inFile(path, kind, file));
    return nest(data, shape);
  });
};

const arrayIn = (archive: NpzArchive, name: unknown, file: string): NpyArray => {
  const { names } = archive;
  if (name === undefined && names.length === 1) return archive.read(names[0]!);
  if (typeof name === "string" && names.includes(name)) return archive.read(name);
  const wanted = name === undefined ? "one array, or array must name one of them" : `an array ${describe(name)}`;
  throw new FileError(`${file} must contain ${wanted}; received ${names.join(", ")}. Choose one of these.`);
};

const inFile =
  (path: string, kind: FileKind, file: string): Relocate =>
  ({ path: at, message }) => ({ path: `${path}.${kind} ("${file}"${at.slice(path.length)})`, message });

const lists = explicit.rule.option.parts ?? {};
const listKeys = Object.keys(lists);

/** The delays of a table are times, and its units may count from 1. */
export const listForm: TableForm = { units: { delays: "ms" }, counts: true };
const counted: readonly string[] = ["sources", "targets"];

/** Lists of explicit connections: columns of a table, or arrays of an archive. */
const resolveLists = async (kind: FileKind, given: Given, path: string, context: FileContext): Promise<unknown> => {
  const { issues } = context;
  const before = issues.length;
  // If the file cannot be used, the lists are known to exist.
  const existing = listKeys.filter((key) => given[key] !== undefined || lists[key]!.need === "required");
  const empty = Object.fromEntries(existing.map((key) => [key, []]));
  if (kind === "npy") {
    issues.push({
      path: `${path}.npy`,
      message: "contains only one array, but connections need several. Use csv or npz.",
    });
    return empty;
  }
  const described = kind === "csv" ? tableKeys(listForm) : ["firstId", "units"];
  unknownKeys(path, given, [kind, ...listKeys, ...described], issues);
  const wanted: RequestedColumn[] = [];
  for (const key of listKeys) {
    const name = given[key];
    if (name === undefined && lists[key]!.need !== "required") continue;
    if (!column(name, `${path}.${key}`, key, context)) continue;
    wanted.push({
      key,
      column: name,
      unit: key === "delays" ? "ms" : undefined,
      among: key === "weights" ? ["pA", "mV", "nS"] : undefined,
      counts: counted.includes(key),
    });
  }
  const form = readTableForm(given, path, listForm, issues);
  if (!form || issues.length > before) return empty;
  if (kind === "csv") return (await readLists(wanted, form, given, path, context)) ?? empty;
  const bytes = await load(given, "npz", path, context);
  const file = given["npz"] as string;
  const read =
    bytes &&
    attempt(`${path}.npz`, context, () => {
      const archive = openNpz(bytes, { name: file });
      return Object.fromEntries(
        wanted.map((one) => {
          const { data } = integersOf(arrayIn(archive, one.column, file), file);
          return [one.key, toDocument(Float64Array.from(data), one, form)];
        }),
      );
    });
  if (read) context.relocate.set(path, inFile(path, "npz", file));
  return read ?? empty;
};

/** Lists of numbers from a CSV file, by the keys of their columns. */
const readLists = async (
  wanted: readonly RequestedColumn[],
  form: ReadTableForm,
  given: Given,
  path: string,
  context: FileContext,
): Promise<Record<string, Float64Array> | undefined> => {
  const bytes = await load(given, "csv", path, context);
  if (!bytes) return undefined;
  const isValues = wanted[0]?.key === "values";
  const table = readColumns(bytes, wanted, form, given, path, context, !isValues);
  if (!table) return undefined;
  const keys = wanted.map(({ key }) => key);
  context.relocate.set(path, ({ path: at, message }) => {
    const [, key = "values", row] = /^(?:\.(\w+))?\[(\d+)\]/.exec(at.slice(path.length)) ?? [];
    const k = keys.indexOf(key);
    if (row === undefined || k < 0) return { path: at, message };
    const remedy = counted.includes(key) ? table.idRemedy(k, message) : "";
    return { path: `${path}.csv (${table.placeOf(Number(row), k)})`, message: `${message}${remedy}` };
  });
  return Object.fromEntries(keys.map((key, k) => [key, table.columns[k]!]));
};
