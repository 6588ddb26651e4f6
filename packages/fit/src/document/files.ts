import { FileError, suggestName } from "spark-snn";
import {
  type Column,
  chooseGroup,
  type Declarations,
  describe,
  isRecord,
  issueInFile,
  type NamedFiles,
  type OpenFile,
  openFile,
  Place,
  type RequestedColumn,
  type RequestedColumns,
  readTable,
  recordingKind,
  resolveRecordedSpikes,
  resolveSamples,
  type Site,
  trainFiles,
} from "spark-snn/documents";
import type { SampledUnit } from "../recording/series.ts";
import { evenColumn, spikesInJson, spikesInTable, timedColumn } from "./file-options.ts";

/* Replaces the files of a recording by their values. Other values are returned unchanged; `fit` checks them. */

type Given = Readonly<Record<string, unknown>>;
type FileSite = Site<{ readonly files: NamedFiles }>;

const columnsOf = (
  { name, bytes, described }: Omit<OpenFile, "read">,
  wanted: readonly RequestedColumn[],
  site: FileSite,
  allowNoRows: boolean,
): RequestedColumns | undefined =>
  site.context.files.attempt(site.at("csv"), () => readTable(bytes, name, wanted, described, site, allowNoRows));

/** Samples: { csv, … } becomes { series, interval, start } or { series, times }. */
export const resolveSeries = async (given: unknown, unit: SampledUnit, site: FileSite): Promise<unknown> => {
  if (recordingKind(given)) return resolveSamples(given as Given, unit, site);
  if (!isRecord(given) || !("csv" in given)) return given;
  const before = site.issues.length;
  const timing = chooseGroup(given, [["time"], ["interval", "start"]], site);
  const isTimed = timing.key === "time";
  const declared: Declarations = isTimed ? timedColumn(unit) : evenColumn(unit);
  const opened = await openFile("csv", declared, timing.given, site);
  if (!opened || site.issues.length > before) return undefined;
  const read: Given = opened.read;
  const wanted: RequestedColumn[] = [{ key: "column", column: read["column"] as Column, unit }];
  if (isTimed) wanted.push({ key: "time", column: read["time"] as Column, unit: "ms" });
  const table = columnsOf(opened, wanted, site, false);
  if (!table) return undefined;
  const [series, times] = table.columns;
  site.context.files.replace(site, "csv", ([list, row = 0]) => {
    const column = list === "series" ? 0 : isTimed && (list === "times" || list === "start") ? 1 : undefined;
    return column === undefined ? undefined : { where: table.placeOf(Number(row), column) };
  });
  if (times) return { series, ...evenly(times) };
  return { series, interval: read["interval"], start: read["start"] };
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

/** Spikes: { json }, { csv } or the file of a recording becomes one list per repetition. */
export const resolveSpikes = async (given: unknown, site: FileSite): Promise<unknown> => {
  if (!isRecord(given)) return given;
  if ("json" in given) return spikesOfJson(given, site);
  if ("csv" in given) return spikesOfTable(given, site);
  if (recordingKind(given)) {
    const found = await resolveRecordedSpikes(given, site, trainFiles);
    return found && [found.times];
  }
  return site.refuse(
    `takes a list for each repetition, { json }, { csv, time }, { nest }, { nwb } or { sonata }; received ${describe(given)}. Name the file.`,
  );
};

const spikesOfJson = async (given: Given, site: FileSite): Promise<unknown> => {
  const opened = await openFile("json", spikesInJson, given, site);
  if (!opened) return undefined;
  const { name, bytes } = opened;
  const { key } = opened.read;
  const value = site.context.files.attempt(site.at("json"), (): unknown => {
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      throw new FileError(`${name} is not JSON${positionIn(error)}. Correct it.`, { cause: error });
    }
  });
  if (value === undefined) return undefined;
  const found = key === undefined ? value : isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (found === undefined) {
    const keys = isRecord(value) ? Object.keys(value) : [];
    const hint = keys.length > 0 ? suggestName(`${key}`, keys) : "Omit it if the file is a list.";
    return site.at("key").refuse(`must be a key of ${name}; received ${describe(key)}. ${hint}`);
  }
  site.context.files.replace(site, "json", (below) =>
    below.length === 0 ? {} : { where: `"${name}" ${new Place([...(key === undefined ? [] : [key]), ...below]).path}` },
  );
  return found;
};

/** Where JSON ends to be valid. The rest of the error quotes the file, which may be the wrong one. */
const positionIn = (error: unknown): string => {
  const [, line, column] = /line (\d+) column (\d+)/.exec((error as Error).message) ?? [];
  if (line !== undefined) return ` from line ${line}, column ${column} on`;
  const [, position] = /position (\d+)/.exec((error as Error).message) ?? [];
  return position === undefined ? "" : ` from character ${Number(position) + 1} on`;
};

const spikesOfTable = async (given: Given, site: FileSite): Promise<unknown> => {
  const before = site.issues.length;
  if (given["repetitions"] !== undefined && given["repetition"] === undefined) {
    site.at("repetitions").refuse("needs repetition. Name the column of their numbers.");
  }
  const opened = await openFile("csv", spikesInTable, given, site);
  if (!opened || site.issues.length > before) return undefined;
  const { time, repetition, repetitions: count } = opened.read;
  const wanted: RequestedColumn[] = [{ key: "time", column: time, unit: "ms" }];
  if (repetition !== undefined) wanted.push({ key: "repetition", column: repetition, counts: true });
  const table = columnsOf(opened, wanted, site, true);
  if (!table) return undefined;
  const [times, numbers] = table.columns as [Float64Array, Float64Array?];
  const rows = numbers
    ? rowsOfRepetitions(numbers, count, opened.described.firstId, table, site)
    : [Array.from(times, (_, row) => row)];
  if (!rows) return undefined;
  const trains = rows.map((own) => [...own].sort((a, b) => times[a]! - times[b]!));
  site.context.files.replace(site, "csv", ([train, k]) =>
    k === undefined ? {} : { where: table.placeOf(trains[Number(train)]![Number(k)]!, 0) },
  );
  return trains.map((own) => own.map((row) => times[row]!));
};

/** The rows of each repetition. A repetition without spikes has no row, so its number shows it only between others. */
const rowsOfRepetitions = (
  numbers: Float64Array,
  count: number | undefined,
  first: number,
  table: RequestedColumns,
  site: FileSite,
): readonly (readonly number[])[] | undefined => {
  const fits = (number: number): boolean =>
    Number.isInteger(number) && (count === undefined || (number >= 0 && number < count));
  const bad = numbers.findIndex((number) => !fits(number));
  if (bad >= 0) {
    const range = count === undefined ? "" : ` from ${first} to ${first + count - 1}`;
    const fromOne = first === 0 && numbers[bad] === count && !numbers.includes(0);
    const remedy = fromOne ? 'If the file counts from 1, set "firstId": 1.' : "Number the repetitions.";
    const message = `must be a whole number${range}; received ${numbers[bad]! + first}. ${remedy}`;
    site.issues.push(issueInFile(site.at("repetition").place, table.placeOf(bad, 1), message));
    return undefined;
  }
  const rows = new Map<number, number[]>();
  for (let number = 0; number < (count ?? 0); number++) rows.set(number, []);
  numbers.forEach((number, row) => {
    const own = rows.get(number);
    if (own) own.push(row);
    else rows.set(number, [row]);
  });
  const order = [...rows.keys()].sort((a, b) => a - b);
  const gap = order.findIndex((number, k) => k > 0 && number !== order[k - 1]! + 1);
  if (gap > 0) return site.at("repetition").refuse(gapMessage(order, gap, first));
  return order.map((number) => rows.get(number)!);
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
