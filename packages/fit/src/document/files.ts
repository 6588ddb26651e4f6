import { FileError, type Issue, type ReadFile, readCsv, suggestName } from "spark-snn";
import { isObject, shown } from "../shown.ts";

/** Context for reading the files of a document. */
export interface FileContext {
  readonly readFile: ReadFile | undefined;
  readonly issues: Issue[];
  readonly cache: Map<string, Promise<Uint8Array>>;
}

type Given = Readonly<Record<string, unknown>>;

const seriesKeys = ["csv", "column", "time", "interval", "start", "separator"];
const spikeKeys = ["csv", "time", "repetition", "separator", "json", "key"];

/** Other units that a column may have in its name, by the required unit. */
const otherUnits: Readonly<Record<"pA" | "mV" | "ms", readonly string[]>> = {
  pA: ["A", "mA", "uA", "µA", "nA", "fA"],
  mV: ["V", "uV", "µV"],
  ms: ["s", "us", "µs", "min"],
};

/** Reads { csv, … } into samples. Other forms are returned unchanged. */
export const resolveSeries = async (
  path: string,
  given: unknown,
  unit: "pA" | "mV",
  context: FileContext,
): Promise<unknown> => {
  if (!isObject(given) || !("csv" in given)) return given;
  const before = context.issues.length;
  checkKeys(path, given, seriesKeys, context.issues);
  const { column, time, interval, start, separator } = given;
  requireColumn(`${path}.column`, column, unit, context.issues);
  if (time !== undefined) requireColumn(`${path}.time`, time, "ms", context.issues);
  else if (interval === undefined) {
    context.issues.push({
      path: `${path}.time`,
      message: "is missing. Name the column of the times in ms, or give interval.",
    });
  }
  const bytes = await load(path, given["csv"], context);
  if (!bytes || context.issues.length > before) return undefined;
  const columns = [column, ...(time === undefined ? [] : [time])] as (string | number)[];
  const table = readCsv(bytes, { columns, name: String(given["csv"]), ...separatorOf(separator) });
  return {
    series: table.columns[0],
    ...(time === undefined ? { interval, ...(start !== undefined && { start }) } : evenly(table.columns[1]!)),
  };
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
  checkKeys(path, given, spikeKeys, context.issues);
  const fromJson = "json" in given;
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
    throw new FileError(`${name} is not JSON: ${(error as Error).message}. Correct it.`, { cause: error });
  }
  const { key } = given;
  if (key === undefined) return value;
  if (isObject(value) && typeof key === "string" && Object.hasOwn(value, key)) return value[key];
  const keys = isObject(value) ? Object.keys(value) : [];
  const hint = typeof key === "string" && keys.length > 0 ? suggestName(key, keys) : "Omit it if the file is a list.";
  issues.push({ path: `${path}.key`, message: `must be a key of ${name}; received ${shown(key)}. ${hint}` });
  return undefined;
};

const spikesOfCsv = (path: string, given: Given, bytes: Uint8Array, issues: Issue[]): unknown => {
  const { time, repetition, separator } = given;
  const columns = [time, ...(repetition === undefined ? [] : [repetition])] as (string | number)[];
  const options = { columns, name: String(given["csv"]), allowNoRows: true, ...separatorOf(separator) };
  const [times, numbers] = readCsv(bytes, options).columns;
  if (!numbers) return [times!];
  const trains = new Map<number, number[]>();
  for (let k = 0; k < numbers.length; k++) {
    const number = numbers[k]!;
    if (!Number.isInteger(number)) {
      issues.push({
        path: `${path}.repetition`,
        message: `must be a column of whole numbers; received ${number} on line ${k + 2} of ${String(given["csv"])}. Number the repetitions.`,
      });
      return undefined;
    }
    trains.set(number, [...(trains.get(number) ?? []), times![k]!]);
  }
  return [...trains].sort(([a], [b]) => a - b).map(([, train]) => train.sort((a, b) => a - b));
};

const separatorOf = (separator: unknown): { readonly separator?: "," | ";" | "\t" } =>
  separator === undefined ? {} : { separator: separator as "," };

const checkKeys = (path: string, given: Given, known: readonly string[], issues: Issue[]): void => {
  for (const key of Object.keys(given)) {
    if (!known.includes(key))
      issues.push({ path: `${path}.${key}`, message: `is unknown. ${suggestName(key, known)}` });
  }
  const { separator } = given;
  if (separator === undefined || [",", ";", "\t"].includes(separator as string)) return;
  issues.push({
    path: `${path}.separator`,
    message: `must be ",", ";" or a tab; received ${shown(separator)}. Omit it for a comma.`,
  });
};

/** Refuses a missing column, and one whose name gives another unit. */
const requireColumn = (path: string, column: unknown, unit: "pA" | "mV" | "ms", issues: Issue[]): void => {
  if (column === undefined) {
    issues.push({ path, message: `is missing. Name the column, in ${unit}, or give its number from 0.` });
    return;
  }
  if (typeof column !== "string" && !(Number.isInteger(column) && (column as number) >= 0)) {
    issues.push({
      path,
      message: `must be the name of a column, or its index, counted from 0; received ${shown(column)}. Give one.`,
    });
    return;
  }
  const said = typeof column === "string" ? /(?:_|\(|\[| )([A-Za-zµ]+)[)\]]?$/.exec(column)?.[1] : undefined;
  if (said === undefined || !otherUnits[unit].includes(said)) return;
  issues.push({
    path,
    message: `must be a column in ${unit}; received "${column}", whose name says ${said}. Convert the column to ${unit} and rename it.`,
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
