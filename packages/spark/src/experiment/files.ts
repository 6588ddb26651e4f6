import type { seriesOptions } from "../config/series.ts";
import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, FileError, type Issue } from "../errors/errors.ts";
import type { ColumnUnit } from "../io/column-units.ts";
import { decodeNpy, type NpyArray } from "../io/npy.ts";
import {
  type ReadTableForm,
  type RequestedColumn,
  type RequestedColumns,
  readTable,
  readTableForm,
  tableKeys,
} from "../io/table-file.ts";
import { type Given, isObject } from "./document.ts";

/** Returns the bytes of a file that a document names. Relative paths are relative to the document. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** Moves a problem of values from a file to the place in the document or the file where it can be fixed. */
export type Relocate = (issue: Issue) => Issue;

/** Context for reading the files of a document. Collects the problems. */
export interface FileContext {
  readonly readFile: ReadFile | undefined;
  readonly dt: number;
  readonly issues: Issue[];
  /** Problems of files, not of the document. */
  readonly fileIssues: Issue[];
  /** Contents by path, so that each file is read once. */
  readonly cache: Map<string, Promise<Uint8Array>>;
  readonly relocate: Map<string, Relocate>;
}

const seriesKeys = ["between", "before", "after"] as const satisfies readonly (keyof typeof seriesOptions)[];
const timingKeys = ["interval", "start"] as const;
export const csvKeys: readonly string[] = [
  "csv",
  "column",
  "columns",
  "time",
  ...tableKeys({ units: {} }),
  ...timingKeys,
  ...seriesKeys,
];
export const npyKeys: readonly string[] = ["npy", ...timingKeys, ...seriesKeys];
/** Replaces the files of a current by their values. Returns undefined if there are problems. */
export const resolveCurrent = async (value: unknown, path: string, context: FileContext): Promise<unknown> => {
  if (Array.isArray(value) && value.some(isObject)) {
    const message = `contains inputs instead of one number per unit; received ${describe(value)}. Add them with { "sum": [ … ] }.`;
    context.issues.push({ path, message });
    return undefined;
  }
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, "csv")) return resolveCsv(value, path, "currents in pA", context, "pA");
  if (Object.hasOwn(value, "npy")) return resolveNpy(value, path, context);
  if (Object.hasOwn(value, "sum") && Array.isArray(value["sum"])) {
    const parts: unknown[] = [];
    for (const [k, part] of value["sum"].entries()) {
      parts.push(await resolveCurrent(part, `${path}.sum[${k}]`, context));
    }
    return parts.includes(undefined) ? undefined : { ...value, sum: parts };
  }
  return value;
};

const pick = (given: Given, keys: readonly string[]): Given =>
  Object.fromEntries(keys.filter((key) => Object.hasOwn(given, key)).map((key) => [key, given[key]]));

/** The bytes of a named file. Returns undefined, with issues, if the file cannot be read. */
export const load = async (
  given: Given,
  key: "csv" | "npy" | "npz",
  path: string,
  context: FileContext,
): Promise<Uint8Array | undefined> => {
  const name = given[key];
  const at = `${path}.${key}`;
  if (typeof name !== "string" || name === "") {
    context.issues.push({ path: at, message: `must be the path of a file; received ${describe(name)}. Name one.` });
    return undefined;
  }
  const { readFile } = context;
  if (!readFile) {
    context.issues.push({
      path: at,
      message: `names a file, but files cannot be read here; received "${name}". Give experiment() a readFile, or put the values into the document.`,
    });
    return undefined;
  }
  try {
    const bytes = context.cache.get(name) ?? readFile(name);
    context.cache.set(name, bytes);
    return await bytes;
  } catch (error) {
    const reason =
      error instanceof FileError
        ? error.message
        : `"${name}" cannot be read: ${String((error as Error)?.message ?? error)}.`;
    context.fileIssues.push({ path: at, message: `cannot be used: ${reason}` });
    return undefined;
  }
};

/** Runs a reader of bytes. Its errors become issues. */
export const attempt = <T>(path: string, context: FileContext, read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof FileError) context.fileIssues.push({ path, message: `cannot be used: ${error.message}` });
    else if (error instanceof ConfigError)
      context.issues.push(...error.issues.map(({ message }) => ({ path, message })));
    else throw error;
    return undefined;
  }
};

export type Column = string | number;
export const isColumn = (value: unknown): value is Column =>
  (typeof value === "string" && value !== "") || (Number.isInteger(value) && (value as number) >= 0);

/** The requested columns of values: one or several. */
const columnsOf = (given: Given, path: string, what: string, issues: Issue[]): readonly Column[] | undefined => {
  const add = (key: string, message: string): undefined => void issues.push({ path: `${path}.${key}`, message });
  const { column, columns } = given;
  if (column !== undefined && columns !== undefined) {
    return add(
      "columns",
      "cannot be combined with column. Use column for one column, or columns for one column per unit.",
    );
  }
  if (column === undefined && columns === undefined) {
    return add("column", `is missing. Name the column of ${what}, or columns with one per unit.`);
  }
  if (columns === undefined) {
    if (isColumn(column)) return [column];
    return add(
      "column",
      `must be the name of a column, or its index, counted from 0; received ${describe(column)}. Name one.`,
    );
  }
  if (!Array.isArray(columns) || columns.length === 0) {
    return add("columns", `must be a list of columns, one per unit; received ${describe(columns)}. Name one or more.`);
  }
  const bad = columns.findIndex((one) => !isColumn(one));
  if (bad < 0) return columns as readonly Column[];
  return add(
    `columns[${bad}]`,
    `must be the name of a column, or its index, counted from 0; received ${describe(columns[bad])}. Name one.`,
  );
};

/** A series from a CSV file. `what` describes its values in messages, and `unit` is theirs, if it is known. */
export const resolveCsv = async (
  given: Given,
  path: string,
  what: string,
  context: FileContext,
  unit?: ColumnUnit,
): Promise<unknown> => {
  const { issues } = context;
  const before = issues.length;
  unknownKeys(path, given, csvKeys, issues);
  const columns = columnsOf(given, path, what, issues);
  const { time, interval } = given;
  if (time !== undefined && !isColumn(time)) {
    issues.push({
      path: `${path}.time`,
      message: `must be the name of a column, or its index, counted from 0; received ${describe(time)}. Name the column of times in ms.`,
    });
  }
  if (time === undefined && interval === undefined) {
    issues.push({
      path: `${path}.time`,
      message: "is missing. Name the column of times in ms, or give the interval between rows in ms.",
    });
  }
  if (time !== undefined && interval !== undefined) {
    issues.push({ path: `${path}.interval`, message: "cannot be combined with time. Remove one of them." });
  }
  const key = given["columns"] === undefined ? "column" : "columns";
  // Only columns that are read have a unit.
  const units = { ...(time !== undefined && { time: "ms" as const }), ...(unit && { [key]: unit }) };
  const form = readTableForm(given, path, { units }, issues);
  const bytes = await load(given, "csv", path, context);
  if (!bytes || !columns || !form || issues.length > before) return undefined;
  const wanted: RequestedColumn[] = columns.map((column, k) => ({
    key,
    at: key === "column" ? key : `columns[${k}]`,
    column,
    unit,
  }));
  if (time !== undefined) wanted.unshift({ key: "time", column: time as Column, unit: "ms" });
  const table = readColumns(bytes, wanted, form, given, path, context);
  if (!table) return undefined;
  const timed = time !== undefined;
  const values = timed ? table.columns.slice(1) : table.columns;
  context.relocate.set(path, csvRelocation(path, table, timed));
  return {
    series: given["columns"] === undefined ? values[0]! : rowsOf(values),
    ...(timed && { times: table.columns[0]! }),
    ...pick(given, [...timingKeys, ...seriesKeys]),
  };
};

/** Reads requested columns of the table under `csv`. Its errors become issues. */
export const readColumns = (
  bytes: Uint8Array,
  wanted: readonly RequestedColumn[],
  form: ReadTableForm,
  given: Given,
  path: string,
  context: FileContext,
  allowNoRows = false,
): RequestedColumns | undefined =>
  attempt(`${path}.csv`, context, () =>
    readTable(bytes, given["csv"] as string, wanted, form, { path, issues: context.issues, allowNoRows }),
  );

const rowsOf = (columns: readonly Float64Array[]): number[][] =>
  Array.from(columns[0]!, (_, row) => columns.map((column) => column[row]!));

/** Problems of a series are reported by line and column. */
const csvRelocation =
  (path: string, table: RequestedColumns, timed: boolean): Relocate =>
  ({ path: at, message }) => {
    const [, kind, row, column] = /^\.(series|times)(?:\[(\d+)\])?(?:\[(\d+)\])?/.exec(at.slice(path.length)) ?? [];
    if (kind === undefined) return { path: at, message };
    const index = kind === "times" ? 0 : Number(column ?? 0) + (timed ? 1 : 0);
    const line = row === undefined ? "" : ` (${table.placeOf(Number(row), index)})`;
    return { path: `${path}.csv${line}`, message };
  };

/** A series from a NumPy file; without an interval, one row per step. */
export const resolveNpy = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  const { issues } = context;
  const before = issues.length;
  unknownKeys(path, given, npyKeys, issues);
  const timed = Object.hasOwn(given, "interval");
  for (const key of ["start", ...seriesKeys]) {
    if (!timed && Object.hasOwn(given, key)) {
      issues.push({
        path: `${path}.${key}`,
        message: "needs interval. Without one each row of the array is one step of the run.",
      });
    }
  }
  const bytes = await load(given, "npy", path, context);
  if (!bytes || issues.length > before) return undefined;
  const name = given["npy"] as string;
  const array = attempt(`${path}.npy`, context, () => numbersOf(decodeNpy(bytes, { name }), name));
  if (!array) return undefined;
  context.relocate.set(path, ({ path: at, message }) => ({
    path: at.replace(`${path}.${timed ? "series" : "steps"}`, `${path}.npy`),
    message,
  }));
  const nested = nest(array.data, array.shape);
  return timed ? { series: nested, ...pick(given, [...timingKeys, ...seriesKeys]) } : { steps: nested };
};

/** Largest number of axes of an array in NumPy. */
const MAX_RANK = 64;

export interface NumberArray {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The numbers of an array, with integers of 64 bits converted to doubles. @throws FileError if one does not fit */
export const numbersOf = ({ data, shape }: NpyArray, name: string): NumberArray => {
  if (shape.length === 0 || data.length === 0) {
    throw new FileError(
      `${name} must contain at least one row; received shape [${shape.join(", ")}]. Save an array of steps × units.`,
    );
  }
  if (shape.length > MAX_RANK) {
    throw new FileError(`${name} must have at most ${MAX_RANK} axes; received ${shape.length}. Reshape the array.`);
  }
  return integersOf({ data, shape }, name);
};

/** The same with integers of 64 bits converted to doubles; the array may be empty. @throws FileError if one does not fit */
export const integersOf = ({ data, shape }: Pick<NpyArray, "data" | "shape">, name: string): NumberArray => {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return { data, shape };
  const numbers = Float64Array.from(data, Number);
  const bad = numbers.findIndex((value) => !Number.isSafeInteger(value));
  if (bad < 0) return { data: numbers, shape };
  throw new FileError(
    `${name} element ${bad} exceeds the integers that a double can represent; received ${data[bad]}. Save it as float64.`,
  );
};

type Nested = number | Nested[];

/** Nested arrays, so that the shape of a file is checked like that of values in the document. */
export const nest = (data: ArrayLike<number>, shape: readonly number[]): Nested => {
  let at = 0;
  const build = (axis: number): Nested =>
    axis === shape.length ? data[at++]! : Array.from({ length: shape[axis]! }, () => build(axis + 1));
  return build(0);
};
