import {
  FileError,
  type Issue,
  type ReadFile,
  type RequestedColumn,
  readTable,
  readTableForm,
  suggestName,
  type TableForm,
  tableKeys,
} from "spark-snn";
import { orderProblem, startProblem } from "../sample-times.ts";
import { isObject, refuseUnknown, shown } from "../shown.ts";

/** Context for reading the files of a document. */
export interface FileContext {
  readonly readFile: ReadFile | undefined;
  readonly issues: Issue[];
  readonly cache: Map<string, Promise<Uint8Array>>;
}

type Given = Readonly<Record<string, unknown>>;

export const seriesForm = (unit: "pA" | "mV"): TableForm => ({ units: { column: unit, time: "ms" } });
export const spikeForm: TableForm = { units: { time: "ms" }, counts: true };
const seriesKeys = ["csv", "column", "time", "interval", "start"];
const jsonKeys = ["json", "key"];
const spikeKeys = ["csv", "time", "repetition", "repetitions"];

/** Reads { csv, … } into samples. Other forms are returned unchanged. */
export const resolveSeries = async (
  path: string,
  given: unknown,
  unit: "pA" | "mV",
  context: FileContext,
): Promise<unknown> => {
  if (!isObject(given) || !("csv" in given)) return given;
  const { issues } = context;
  const before = issues.length;
  const form = seriesForm(unit);
  refuseUnknown(path, given, [...seriesKeys, ...tableKeys(form)], issues);
  const { column, time, interval, start } = given;
  requireColumn(`${path}.column`, column, unit, issues);
  if (time !== undefined) requireColumn(`${path}.time`, time, "ms", issues);
  else if (interval === undefined) {
    issues.push({
      path: `${path}.time`,
      message: "is missing. Name the column of the times in ms, or give interval.",
    });
  }
  for (const key of ["interval", "start"]) {
    if (time === undefined || given[key] === undefined) continue;
    issues.push({ path: `${path}.${key}`, message: "cannot be combined with time. Remove one of them." });
  }
  // Without a column of times there is no unit of times.
  const text = readTableForm(given, path, time === undefined ? { units: { column: unit } } : form, issues);
  const bytes = await load(path, given["csv"], context);
  if (!bytes || !text || issues.length > before) return undefined;
  const wanted: RequestedColumn[] = [{ key: "column", column: column as string, unit }];
  if (time !== undefined) wanted.push({ key: "time", column: time as string, unit: "ms" });
  const table = readTable(bytes, String(given["csv"]), wanted, text, { path, issues });
  if (!table) return undefined;
  const [series, times] = table.columns;
  if (!times) return { series, interval, ...(start !== undefined && { start }) };
  // Problems of times are reported with their line in the file. `fit` checks everything else.
  const problem = orderProblem(times) ?? startProblem(times[0]!, unit);
  if (!problem) return { series, ...evenly(times) };
  issues.push({ path: `${path}.time (${table.placeOf(problem.at, 1)})`, message: problem.message });
  return undefined;
};

/** Converts times with equal distances (to within a millionth) to an interval, which is exact. */
const evenly = (
  times: Float64Array,
): { readonly interval: number; readonly start: number } | { readonly times: Float64Array } => {
  const first = times[0]!;
  const last = times[times.length - 1]!;
  const interval = Number(((last - first) / (times.length - 1)).toPrecision(9));
  const even = interval > 0 && times.every((time, k) => Math.abs(time - (first + k * interval)) <= 1e-6 * interval);
  return even ? { interval, start: first } : { times };
};

/** Reads { json } or { csv } into one list per repetition. Other forms are returned unchanged. */
export const resolveSpikes = async (path: string, given: unknown, context: FileContext): Promise<unknown> => {
  if (!isObject(given)) return given;
  const before = context.issues.length;
  const fromJson = "json" in given;
  refuseUnknown(
    path,
    given,
    fromJson ? jsonKeys : [...spikeKeys, ...tableKeys(spikeForm), ...jsonKeys],
    context.issues,
  );
  if (!fromJson && !("csv" in given)) {
    context.issues.push({
      path,
      message: `takes a list for each repetition, { json } or { csv, time }; received ${shown(given)}. Name the file.`,
    });
  }
  if (!fromJson) requireColumn(`${path}.time`, given["time"], "ms", context.issues);
  if (context.issues.length > before) return undefined;
  const bytes = await load(path, fromJson ? given["json"] : given["csv"], context);
  if (!bytes) return undefined;
  return fromJson ? spikesOfJson(path, given, bytes, context.issues) : spikesOfCsv(path, given, bytes, context.issues);
};

const spikesOfJson = (path: string, given: Given, bytes: Uint8Array, issues: Issue[]): unknown => {
  const name = String(given["json"]);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FileError(`${name} is not JSON${positionIn(error)}. Correct it.`, { cause: error });
  }
  const { key } = given;
  if (key === undefined) return value;
  if (isObject(value) && typeof key === "string" && Object.hasOwn(value, key)) return value[key];
  const keys = isObject(value) ? Object.keys(value) : [];
  const hint = typeof key === "string" && keys.length > 0 ? suggestName(key, keys) : "Omit it if the file is a list.";
  issues.push({ path: `${path}.key`, message: `must be a key of ${name}; received ${shown(key)}. ${hint}` });
  return undefined;
};

/** Where JSON ends to be valid. The rest of the error quotes the file, which may be the wrong one. */
const positionIn = (error: unknown): string => {
  const [, line, column] = /line (\d+) column (\d+)/.exec((error as Error).message) ?? [];
  if (line !== undefined) return ` from line ${line}, column ${column} on`;
  const [, position] = /position (\d+)/.exec((error as Error).message) ?? [];
  return position === undefined ? "" : ` from character ${Number(position) + 1} on`;
};

const spikesOfCsv = (path: string, given: Given, bytes: Uint8Array, issues: Issue[]): unknown => {
  const { time, repetition, repetitions } = given;
  const before = issues.length;
  const form = readTableForm(given, path, spikeForm, issues);
  if (repetition !== undefined) requireColumn(`${path}.repetition`, repetition, "whole numbers", issues);
  if (repetitions !== undefined && repetition === undefined) {
    issues.push({ path: `${path}.repetitions`, message: "needs repetition. Name the column of their numbers." });
  }
  if (repetitions !== undefined && !(Number.isInteger(repetitions) && (repetitions as number) >= 1)) {
    const message = `must be a whole number of at least 1; received ${shown(repetitions)}. Give the number of repetitions.`;
    issues.push({ path: `${path}.repetitions`, message });
  }
  if (!form || issues.length > before) return undefined;
  const wanted: RequestedColumn[] = [{ key: "time", column: time as string, unit: "ms" }];
  if (repetition !== undefined) wanted.push({ key: "repetition", column: repetition as string, counts: true });
  const table = readTable(bytes, String(given["csv"]), wanted, form, { path, issues, allowNoRows: true });
  if (!table) return undefined;
  const [times, numbers] = table.columns;
  if (!numbers) return [times!];
  const count = repetitions as number | undefined;
  const fits = (number: number): boolean =>
    Number.isInteger(number) && (count === undefined || (number >= 0 && number < count));
  const bad = numbers.findIndex((number) => !fits(number));
  if (bad >= 0) {
    const range = count === undefined ? "" : ` from ${form.firstId} to ${form.firstId + count - 1}`;
    const fromOne = form.firstId === 0 && numbers[bad] === count && !numbers.includes(0);
    const remedy = fromOne ? 'If the file counts from 1, set "firstId": 1.' : "Number the repetitions.";
    const message = `must be a whole number${range}; received ${numbers[bad]! + form.firstId}. ${remedy}`;
    issues.push({ path: `${path}.repetition (${table.placeOf(bad, 1)})`, message });
    return undefined;
  }
  return trainsOf(path, times!, numbers, form.firstId, count, issues);
};

/** The trains of all repetitions. A repetition without spikes has no row, so its number shows it only between others. */
const trainsOf = (
  path: string,
  times: Float64Array,
  numbers: Float64Array,
  firstId: number,
  count: number | undefined,
  issues: Issue[],
): unknown => {
  const trains = new Map<number, number[]>();
  for (let number = 0; number < (count ?? 0); number++) trains.set(number, []);
  numbers.forEach((number, k) => {
    const train = trains.get(number);
    if (train) train.push(times[k]!);
    else trains.set(number, [times[k]!]);
  });
  const order = [...trains.keys()].sort((a, b) => a - b);
  const gap = order.findIndex((number, k) => k > 0 && number !== order[k - 1]! + 1);
  if (gap > 0) {
    issues.push({ path: `${path}.repetition`, message: gapMessage(order, gap, firstId) });
    return undefined;
  }
  return order.map((number) => trains.get(number)!.sort((a, b) => a - b));
};

/** The message about numbers of repetitions that are missing between others. */
const gapMessage = (order: readonly number[], gap: number, firstId: number): string => {
  const last = order[gap - 1]! + firstId;
  const next = order[gap]! + firstId;
  const one = next - last === 2;
  const missing = one ? `repetition ${last + 1}` : `repetitions ${last + 1} to ${next - 1}`;
  const first = order[0]! + firstId >= 1 ? 1 : 0;
  const total = order[order.length - 1]! + firstId - first + 1;
  const counted = first === 1 && firstId === 0 ? ' and "firstId": 1' : "";
  return `contains no row of ${missing} between ${last} and ${next}. If the neuron did not spike in ${one ? "it" : "them"}, add "repetitions": ${total}${counted}; otherwise number the repetitions without gaps.`;
};

/** Refuses a missing column. */
const requireColumn = (path: string, column: unknown, unit: string, issues: Issue[]): void => {
  if (column === undefined) {
    issues.push({ path, message: `is missing. Name the column, in ${unit}, or give its number from 0.` });
    return;
  }
  if (typeof column === "string" && column !== "") return;
  if (typeof column === "number" && Number.isInteger(column) && column >= 0) return;
  issues.push({
    path,
    message: `must be the name of a column, or its index, counted from 0; received ${shown(column)}. Give one.`,
  });
};

const load = async (
  path: string,
  file: unknown,
  { readFile, issues, cache }: FileContext,
): Promise<Uint8Array | undefined> => {
  if (typeof file !== "string" || file === "") {
    issues.push({ path, message: `must name a file; received ${shown(file)}. Give its path.` });
    return undefined;
  }
  if (!readFile) {
    issues.push({ path, message: `names the file ${file}, but files cannot be read. Pass readFile.` });
    return undefined;
  }
  const present = cache.get(file) ?? Promise.resolve(readFile(file));
  cache.set(file, present as Promise<Uint8Array>);
  return present;
};
