import { chooseGroup } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import type { Key } from "../errors/errors.ts";
import type { FilePosition, NamedFiles } from "../io/named-files.ts";
import { decodeNpy } from "../io/npy.ts";
import { recordingKind, resolveSamples } from "../io/recording-file.ts";
import { type Column, openFile, type RequestedColumn, readTable } from "../io/table-file.ts";
import { inArray, nested, numbersOf } from "./arrays.ts";
import type { Given } from "./document.ts";
import { choices, csvSeries, currents, npySeries, npySteps, type Sampled, timings, widths } from "./file-options.ts";

/** Data for reading the files of a document. */
export interface FileContext {
  readonly files: NamedFiles;
  /** Time step of the run, ms. */
  readonly dt: number;
}

/** A value that may be in a file. */
export type FileSite = Site<FileContext>;

/** Replaces the files of a current by their values. Returns undefined if there are problems. */
export const resolveCurrent = async (value: unknown, site: FileSite): Promise<unknown> => {
  if (Array.isArray(value) && value.some(isRecord)) {
    return site.refuse(
      `contains inputs instead of one number per unit; received ${describe(value)}. Add them with { "sum": [ … ] }.`,
    );
  }
  if (!isRecord(value)) return value;
  if (Object.hasOwn(value, "csv")) return resolveCsv(value, currents, site);
  if (Object.hasOwn(value, "npy")) return resolveNpy(value, currents, site);
  if (recordingKind(value)) return resolveRecording(value, site);
  const { sum } = value;
  if (!Array.isArray(sum)) return value;
  const parts: unknown[] = [];
  for (const [k, part] of sum.entries()) parts.push(await resolveCurrent(part, site.at("sum", k)));
  return parts.includes(undefined) ? undefined : { ...value, sum: parts };
};

/** A current in a recording. */
const resolveRecording = async (given: Given, site: FileSite): Promise<unknown> => {
  const found = await resolveSamples(given, "pA", site, choices);
  return found && { ...timingOf(given), ...found };
};

/** The given options of a series, except its samples. */
const timingOf = ({ interval, start, between, before, after }: Given): Given =>
  Object.fromEntries(
    Object.entries({ interval, start, between, before, after }).filter(([, value]) => value !== undefined),
  );

/** A series from a CSV file. */
export const resolveCsv = async (given: Given, sampled: Sampled, site: FileSite): Promise<unknown> => {
  const before = site.issues.length;
  const [column, columns] = widths;
  const [time, interval] = timings;
  const width = chooseGroup(
    given,
    [[column], [columns]],
    site,
    "Use column for one column, or columns for one column per unit.",
  );
  const timing = chooseGroup(width.given, [[time], [interval, "start"]], site);
  const opened = await openFile("csv", csvSeries(sampled, width.key, timing.key), timing.given, site);
  if (!opened || site.issues.length > before) return undefined;
  const { read, name, bytes, described } = opened;
  const isTimed = timing.key === "time";
  const wanted: RequestedColumn[] = [
    ...(isTimed ? [{ key: time, column: read[time] as Column, unit: "ms" as const }] : []),
    ...(width.key === "column"
      ? [{ key: column, column: read[column] as Column, unit: sampled.unit }]
      : (read[columns] as readonly Column[]).map((one, k) => ({
          key: columns,
          at: [columns, k],
          column: one,
          unit: sampled.unit,
        }))),
  ];
  const { files } = site.context;
  const table = files.attempt(site.at("csv"), () => readTable(bytes, name, wanted, described, site));
  if (!table) return undefined;
  wanted.forEach(({ key, unit }, k) => {
    const column = table.names[k];
    if (unit === undefined && column !== undefined) files.name(site, key, column);
  });
  files.replace(site, "csv", ([kind, row, unit]): FilePosition | undefined => {
    if (kind !== "series" && kind !== "times") return undefined;
    if (row === undefined) return {};
    const index = kind === "times" ? 0 : Number(unit ?? 0) + (isTimed ? 1 : 0);
    return { where: table.placeOf(Number(row), index) };
  });
  const values = isTimed ? table.columns.slice(1) : table.columns;
  return {
    series: width.key === "column" ? values[0]! : rowsOf(values),
    ...(isTimed && { times: table.columns[0]! }),
    ...timingOf(given),
  };
};

const rowsOf = (columns: readonly Float64Array[]): number[][] =>
  Array.from(columns[0]!, (_, row) => columns.map((column) => column[row]!));

/** A series from a NumPy file; without an interval, one row per step. */
export const resolveNpy = async (given: Given, sampled: Sampled, site: FileSite): Promise<unknown> => {
  const isTimed = given["interval"] !== undefined;
  const declared = isTimed ? npySeries(sampled) : npySteps;
  const before = site.issues.length;
  const { npy, ...options } = given;
  const needing = isTimed ? [] : Object.keys(timingOf(options));
  for (const key of needing) {
    site.at(key).refuse("needs interval. Without one each row of the array is one step of the run.");
  }
  const allowed = Object.fromEntries(Object.entries(given).filter(([key]) => !needing.includes(key)));
  const opened = await openFile("npy", declared, allowed, site);
  if (!opened || site.issues.length > before) return undefined;
  const { name, bytes } = opened;
  const { files } = site.context;
  const array = files.attempt(site.at("npy"), () => numbersOf(decodeNpy(bytes, { name }), name));
  if (!array) return undefined;
  const list = isTimed ? "series" : "steps";
  files.replace(site, "npy", ([kind, ...at]) => (kind === list ? inArray(name, at as Key[]) : undefined));
  return { [list]: nested(array), ...timingOf(given) };
};
