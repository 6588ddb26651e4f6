import { describe } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { FileError } from "../errors/errors.ts";
import { readCsv } from "../io/csv.ts";
import type { NpyArray } from "../io/npy.ts";
import { decodeNpz } from "../io/npz.ts";
import { eventsFromCsv } from "../io/tables.ts";
import { type Given, isObject } from "./document.ts";
import { attempt, type Column, type FileContext, isColumn, load, resolveCurrent, separatorIssues } from "./files.ts";

/* Spikes of a document in files: { events: { csv } }, { events: { csv, time, unit } }, { events: { npz } }. */

const kinds = ["csv", "npz"] as const;
const lists: readonly string[] = ["steps", "times", "units"];

/** Replaces the files of an input by their values and keeps everything else. Returns undefined if that fails. */
export const resolveInput = (port: string, value: unknown, path: string, context: FileContext): Promise<unknown> =>
  port === "inSpikes" ? resolveSpikes(value, path, context) : resolveCurrent(value, path, context);

const resolveSpikes = async (value: unknown, path: string, context: FileContext): Promise<unknown> => {
  if (!isObject(value)) return value;
  const add = (at: string, message: string): undefined => void context.issues.push({ path: at, message });
  const stray = kinds.find((kind) => Object.hasOwn(value, kind));
  if (stray !== undefined && !Object.hasOwn(value, "events")) {
    return add(`${path}.${stray}`, `belongs inside events. Write { "events": { "${stray}": … } }.`);
  }
  const { events } = value;
  if (typeof events === "string") {
    const kind = events.endsWith(".npz") ? "npz" : "csv";
    return add(`${path}.events`, `takes an object; received "${events}". Write { "${kind}": "${events}" }.`);
  }
  if (!isObject(events) || lists.some((key) => Object.hasOwn(events, key))) return value;
  if (!kinds.some((kind) => Object.hasOwn(events, kind))) {
    const forms = '{ "csv": … }, { "npz": … }, or lists of steps or times and of units';
    return add(`${path}.events`, `must name the file of the spikes; received ${describe(events)}. Give ${forms}.`);
  }
  const read = await resolveEvents(events, `${path}.events`, context);
  return read && { ...value, events: read };
};

const resolveEvents = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  if (!Object.hasOwn(given, "csv")) {
    const before = context.issues.length;
    unknownKeys(path, given, ["npz"], context.issues);
    const bytes = await load(given, "npz", path, context);
    if (!bytes || context.issues.length > before) return undefined;
    return eventsOfNpz(bytes, given["npz"] as string, path, context);
  }
  unknownKeys(path, given, ["csv", "time", "unit", "separator"], context.issues);
  const named = ["time", "unit"].some((key) => given[key] !== undefined);
  return named ? timesOfCsv(given, path, context) : eventsOfCsv(given, path, context);
};

/** Reads events from a table that a run has written. */
const eventsOfCsv = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  const before = context.issues.length;
  if (given["separator"] !== undefined) {
    const message = "needs time and unit: files of a run have commas. Name these columns.";
    context.issues.push({ path: `${path}.separator`, message });
  }
  const bytes = await load(given, "csv", path, context);
  if (!bytes || context.issues.length > before) return undefined;
  const name = given["csv"] as string;
  const table = attempt(`${path}.csv`, context, () => {
    try {
      return eventsFromCsv(bytes, { name, dt: context.dt });
    } catch (error) {
      // A table from another program.
      const foreign = error instanceof FileError && error.message.includes('requested column; received "');
      if (!foreign) throw error;
      const remedy = 'Name those of the times in ms and of the units: "time": …, "unit": ….';
      throw new FileError(error.message.replace("Name one of them.", remedy));
    }
  });
  if (!table) return undefined;
  inColumns(path, name, { steps: "step", units: "unit" }, context);
  return { steps: table.steps, units: table.units };
};

/** Reads spikes by time from a table of any program. */
const timesOfCsv = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  const { issues } = context;
  const before = issues.length;
  const { time, unit, separator } = given;
  for (const [key, column, what] of [
    ["time", time, "times in ms"],
    ["unit", unit, "units"],
  ] as const) {
    if (isColumn(column)) continue;
    const message =
      column === undefined
        ? `is missing. Name the column of ${what}.`
        : `must be the name of a column, or its index, counted from 0; received ${describe(column)}. Name the column of ${what}.`;
    issues.push({ path: `${path}.${key}`, message });
  }
  issues.push(...separatorIssues(separator, path));
  const bytes = await load(given, "csv", path, context);
  if (!bytes || issues.length > before) return undefined;
  const name = given["csv"] as string;
  const columns = [time as Column, unit as Column];
  const table = attempt(`${path}.csv`, context, () =>
    readCsv(bytes, { columns, name, ...(separator !== undefined && { separator: separator as ";" }) }),
  );
  if (!table) return undefined;
  inColumns(path, name, { times: time as Column, units: unit as Column }, context);
  return { times: table.columns[0]!, units: table.columns[1]! };
};

/** Reports problems of spikes by line and column. Row i of a table is line i + 2 of its file. */
const inColumns = (
  path: string,
  name: string,
  columns: Readonly<Record<string, Column>>,
  { relocate }: FileContext,
): void => {
  relocate.set(path, ({ path: at, message }) => {
    const [, key = "", row] = /^\.(\w+)\[(\d+)\]/.exec(at.slice(path.length)) ?? [];
    const line = row === undefined ? "" : ` ("${name}" line ${Number(row) + 2}, column "${columns[key]}")`;
    return { path: `${path}.csv${line}`, message };
  });
};

/** Reads events from an archive that a run has written: `steps`, `units` and `dt` (ms); or `times` and `units`. */
const eventsOfNpz = (bytes: Uint8Array, name: string, path: string, context: FileContext): unknown => {
  const events = attempt(`${path}.npz`, context, () => {
    const arrays = decodeNpz(bytes, { name });
    const listOf = (key: string): ArrayLike<number> => {
      if (Object.hasOwn(arrays, key)) return numbersIn(arrays[key]!);
      throw new FileError(
        `${name} must contain the array "${key}"; received ${Object.keys(arrays).join(", ") || "none"}. Save steps or times in ms, and units of spikes, under these names.`,
      );
    };
    if (!Object.hasOwn(arrays, "steps") && Object.hasOwn(arrays, "times")) {
      return { times: listOf("times"), units: listOf("units") };
    }
    const dt = Object.hasOwn(arrays, "dt") ? Number(arrays["dt"]!.data[0]) : context.dt;
    if (dt === context.dt) return { steps: listOf("steps"), units: listOf("units") };
    throw new FileError(
      `${name} must have steps of ${context.dt} ms, as the run; received a dt of ${dt} ms. Run with the dt of the file.`,
    );
  });
  if (!events) return undefined;
  context.relocate.set(path, ({ path: at, message }) => {
    const [, key, index] = /^\.(\w+)\[(\d+)\]/.exec(at.slice(path.length)) ?? [];
    return { path: `${path}.npz${key === undefined ? "" : ` ("${name}" ${key}[${index}])`}`, message };
  });
  return events;
};

/** Converts integers of 64 bits to doubles. Values beyond the integers of a double are later rejected as steps or units. */
const numbersIn = ({ data }: NpyArray): ArrayLike<number> =>
  Float64Array.from(data as ArrayLike<number | bigint>, Number);
