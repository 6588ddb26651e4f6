import { describe } from "../config/shape.ts";
import { singleMisfit } from "../config/single.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { FileError } from "../errors/errors.ts";
import type { NpyArray } from "../io/npy.ts";
import { openNpz } from "../io/npz.ts";
import {
  type ReadTableForm,
  type RequestedColumn,
  readTableForm,
  type TableForm,
  tableKeys,
  toDocument,
} from "../io/table-file.ts";
import { eventsFromCsv } from "../io/tables.ts";
import { type Given, isObject } from "./document.ts";
import { attempt, type Column, type FileContext, isColumn, load, readColumns, resolveCurrent } from "./files.ts";

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
  const isFile = isObject(events) && kinds.some((kind) => Object.hasOwn(events, kind));
  // Next to a file, "units" gives units of columns.
  if (!isObject(events) || (!isFile && lists.some((key) => Object.hasOwn(events, key)))) return value;
  if (!isFile) {
    const forms = '{ "csv": … }, { "npz": … }, or lists of steps or times and of units';
    return add(`${path}.events`, `must name the file of the spikes; received ${describe(events)}. Give ${forms}.`);
  }
  const read = await resolveEvents(events, `${path}.events`, context);
  return read && { ...value, events: read };
};

/** The times of a table may have another unit, and its units may count from 1. */
export const eventForm: TableForm = { units: { time: "ms" }, counts: true };

const resolveEvents = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  const before = context.issues.length;
  if (!Object.hasOwn(given, "csv")) {
    unknownKeys(path, given, ["npz", "units", "firstId"], context.issues);
    const form = readTableForm(given, path, eventForm, context.issues);
    const bytes = await load(given, "npz", path, context);
    if (!bytes || !form || context.issues.length > before) return undefined;
    return eventsOfNpz(bytes, given["npz"] as string, form, path, context);
  }
  unknownKeys(path, given, ["csv", "time", "unit", ...tableKeys(eventForm)], context.issues);
  const named = ["time", "unit"].some((key) => given[key] !== undefined);
  return named ? timesOfCsv(given, path, context) : eventsOfCsv(given, path, context);
};

/** Reads events from a table that a run has written. */
const eventsOfCsv = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  const before = context.issues.length;
  for (const key of tableKeys(eventForm)) {
    if (given[key] === undefined) continue;
    const message = "needs time and unit: files of a run need no options. Name these columns.";
    context.issues.push({ path: `${path}.${key}`, message });
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
  const named = (row: number, key: string): string =>
    `"${name}" line ${row + 2}, column "${key === "units" ? "unit" : "step"}"`;
  inColumns(path, named, () => "", context);
  return { steps: table.steps, units: table.units };
};

/** Reads spikes by time from a table of any program. */
const timesOfCsv = async (given: Given, path: string, context: FileContext): Promise<unknown> => {
  const { issues } = context;
  const before = issues.length;
  const { time, unit } = given;
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
  const form = readTableForm(given, path, eventForm, issues);
  const bytes = await load(given, "csv", path, context);
  if (!bytes || !form || issues.length > before) return undefined;
  const wanted: RequestedColumn[] = [
    { key: "time", column: time as Column, unit: "ms" },
    { key: "unit", column: unit as Column, counts: true },
  ];
  const table = readColumns(bytes, wanted, form, given, path, context, true);
  if (!table) return undefined;
  const placeOf = (row: number, key: string): string => table.placeOf(row, key === "units" ? 1 : 0);
  inColumns(path, placeOf, (message) => table.idRemedy(1, message), context);
  return { times: table.columns[0]!, units: table.columns[1]! };
};

/** Reports problems of spikes by line and column. */
const inColumns = (
  path: string,
  placeOf: (row: number, key: string) => string,
  idRemedy: (message: string) => string,
  { relocate }: FileContext,
): void => {
  relocate.set(path, ({ path: at, message }) => {
    const [, key = "", row] = /^\.(\w+)\[(\d+)\]/.exec(at.slice(path.length)) ?? [];
    const line = row === undefined ? "" : ` (${placeOf(Number(row), key)})`;
    return { path: `${path}.csv${line}`, message: key === "units" ? `${message}${idRemedy(message)}` : message };
  });
};

/** Reads events from an archive that a run has written: `steps`, `units` and `dt` (ms); or `times` and `units`. */
const eventsOfNpz = (
  bytes: Uint8Array,
  name: string,
  form: ReadTableForm,
  path: string,
  context: FileContext,
): unknown => {
  const events = attempt(`${path}.npz`, context, () => {
    const archive = openNpz(bytes, { name });
    const listOf = (key: string): Float64Array<ArrayBuffer> => {
      if (archive.names.includes(key)) return numbersIn(archive.read(key));
      throw new FileError(
        `${name} must contain the array "${key}"; received ${archive.names.join(", ") || "none"}. Save steps or times in ms, and units of spikes, under these names.`,
      );
    };
    const units = (): Float64Array => toDocument(listOf("units"), { key: "unit", counts: true }, form);
    if (!archive.names.includes("steps") && archive.names.includes("times")) {
      const { data } = archive.read("times");
      const scale = form.units["time"];
      const misfit = data instanceof Float32Array && scale === undefined ? singleMisfit(data, context.dt) : undefined;
      if (misfit !== undefined) throw new FileError(`${name} ${misfit}`);
      return { times: toDocument(listOf("times"), { key: "time", unit: "ms" }, form), units: units() };
    }
    if (form.units["time"] !== undefined) {
      throw new FileError(
        `${name} contains steps, which have no unit. Remove "units", or save times instead of steps.`,
      );
    }
    const { data } = archive.names.includes("dt") ? archive.read("dt") : { data: [context.dt] };
    const dt = Number(data[0]);
    // A dt in single precision is the nearest to the one of the run.
    const isSame = dt === context.dt || (data instanceof Float32Array && dt === Math.fround(context.dt));
    if (isSame) return { steps: listOf("steps"), units: units() };
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
const numbersIn = ({ data }: NpyArray): Float64Array<ArrayBuffer> =>
  Float64Array.from(data as ArrayLike<number | bigint>, Number);
