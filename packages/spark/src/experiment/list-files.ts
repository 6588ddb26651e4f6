import { describe, isRecord } from "../config/shape.ts";
import { singleMisfit } from "../config/single.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { explicit } from "../connectivity/rule.ts";
import { FileError } from "../errors/errors.ts";
import { decodeNpy } from "../io/npy.ts";
import { type NpzArchive, openNpz } from "../io/npz.ts";
import { recordingKind, resolveRecordedSpikes } from "../io/recording-file.ts";
import {
  type Column,
  idRemedy,
  type OpenFile,
  openFile,
  type RequestedColumn,
  readTable,
  toDocument,
} from "../io/table-file.ts";
import { eventsFromCsvOr } from "../io/tables.ts";
import { arrayIn, doublesOf, inArray, nested, numbersOf } from "./arrays.ts";
import type { Given } from "./document.ts";
import { eventFiles, type FileKind, listFiles, lists, numberFiles, parameterValues } from "./file-options.ts";
import { type FileSite, resolveCsv, resolveCurrent, resolveNpy } from "./series-files.ts";

/*
 * Lists of numbers in files: the columns of a table, or the arrays of an archive. They are the spikes of an input,
 * { events: { csv } }, the lists of explicit connections, { csv, sources, targets, … }, and the values of a network,
 * { csv, column }, { npy } and { npz, array }.
 */

/** A list of numbers in a file, and its key in the value that the file replaces. */
interface RequestedList extends RequestedColumn {
  /** Omitted if the list is the value itself. */
  readonly list?: string;
}

type Lists = readonly Float64Array[];

/** The columns of a table. `allowNoRows` accepts a table without rows. */
const columnsOf = (
  { name, bytes, described }: OpenFile,
  wanted: readonly RequestedList[],
  site: FileSite,
  allowNoRows: boolean,
): Lists | undefined => {
  const { files } = site.context;
  const table = files.attempt(site.at("csv"), () => readTable(bytes, name, wanted, described, site, allowNoRows));
  if (!table) return undefined;
  for (const [k, { key, unit, list, counts }] of wanted.entries()) {
    const column = table.names[k];
    if (unit === undefined && counts !== true && column !== undefined) files.name(site, key, column, list);
  }
  files.replace(site, "csv", (below, { excess }) => {
    const [list, row] = typeof below[0] === "number" ? [undefined, below[0]] : below;
    const k = wanted.findIndex((one) => one.list === list);
    if (k < 0 || row === undefined) return undefined;
    const where = table.placeOf(Number(row), k);
    return wanted[k]!.counts === true ? { where, more: table.idRemedy(k, excess) } : { where };
  });
  return table.columns;
};

/** Lists of an archive that number units. */
const counting: readonly unknown[] = ["units", "sources", "targets"];

/** Reads arrays of an archive. */
const inArchive = <T>(
  { name, bytes, described }: OpenFile,
  site: FileSite,
  read: (archive: NpzArchive) => T,
): T | undefined => {
  const { files } = site.context;
  const found = files.attempt(site.at("npz"), () => read(openNpz(bytes, { name })));
  if (found === undefined) return undefined;
  files.replace(site, "npz", (below, { excess }) => {
    const where = inArray(name, below);
    const [list] = below;
    if (!counting.includes(list)) return where;
    const ids = (found as Given)[`${list}`] as Float64Array;
    return { ...where, more: idRemedy(ids, described.firstId, excess) };
  });
  return found;
};

const byKey = (wanted: readonly RequestedList[], found: Lists): Given =>
  Object.fromEntries(wanted.map(({ list }, k) => [list, found[k]!]));

/* Spikes */

const kinds = ["csv", "npz"] as const;
const eventLists: readonly string[] = ["steps", "times", "units"];

/** Replaces the files of an input by their values and keeps everything else. Returns undefined if that fails. */
export const resolveInput = (port: string, value: unknown, site: FileSite): Promise<unknown> =>
  port === "inSpikes" ? resolveSpikes(value, site) : resolveCurrent(value, site);

const resolveSpikes = async (value: unknown, site: FileSite): Promise<unknown> => {
  if (!isRecord(value)) return value;
  const { events } = value;
  const own = site.at("events");
  const stray = kinds.find((kind) => Object.hasOwn(value, kind)) ?? recordingKind(value);
  if (stray !== undefined && events === undefined) {
    return site.at(stray).refuse(`belongs inside events. Write { "events": { "${stray}": … } }.`);
  }
  if (typeof events === "string") {
    const kind = events.endsWith(".npz") ? "npz" : "csv";
    return own.refuse(`takes an object; received "${events}". Write { "${kind}": "${events}" }.`);
  }
  if (isRecord(events) && recordingKind(events)) {
    const found = await resolveRecordedSpikes(events, own);
    return found && { ...value, events: { ...found } };
  }
  const kind = isRecord(events) ? kinds.find((one) => Object.hasOwn(events, one)) : undefined;
  // Next to a file, "units" gives units of columns.
  if (!isRecord(events) || (!kind && eventLists.some((key) => Object.hasOwn(events, key)))) return value;
  if (!kind) {
    const forms = '{ "csv": … }, { "npz": … }, or lists of steps or times and of units';
    return own.refuse(`must name the file of the spikes; received ${describe(events)}. Give ${forms}.`);
  }
  const isNamed = events["time"] !== undefined || events["unit"] !== undefined;
  const read = await (kind === "npz" ? eventsOfNpz : isNamed ? timesOfCsv : eventsOfCsv)(events, own);
  return read && { ...value, events: read };
};

/** Spikes in a table that a run has written. */
const eventsOfCsv = async (given: Given, site: FileSite): Promise<Given | undefined> => {
  const before = site.issues.length;
  const { csv, ...others } = given;
  refuseUnknown(others, Object.keys(eventFiles.csv), site);
  for (const key of Object.keys(others).filter((one) => Object.hasOwn(eventFiles.csv, one))) {
    site.at(key).refuse("needs time and unit: files of a run need no options. Name these columns.");
  }
  const opened = await openFile("csv", eventFiles.run, { csv }, site);
  if (!opened || site.issues.length > before) return undefined;
  const { name, bytes } = opened;
  const { files, dt } = site.context;
  const remedy = 'Name those of the times in ms and of the units: "time": …, "unit": ….';
  const table = files.attempt(site.at("csv"), () => eventsFromCsvOr(bytes, { name, dt }, remedy));
  if (!table) return undefined;
  files.replace(site, "csv", ([list, row]) => {
    if (row === undefined) return {};
    return { where: `"${name}" line ${Number(row) + 2}, column "${list === "units" ? "unit" : "step"}"` };
  });
  return { steps: table.steps, units: table.units };
};

/** Spikes by time in a table of any program. */
const timesOfCsv = async (given: Given, site: FileSite): Promise<Given | undefined> => {
  const opened = await openFile("csv", eventFiles.csv, given, site);
  if (!opened) return undefined;
  const { time, unit } = opened.read as { readonly time: Column; readonly unit: Column };
  const wanted: readonly RequestedList[] = [
    { list: "times", key: "time", column: time, unit: "ms" },
    { list: "units", key: "unit", column: unit, counts: true },
  ];
  const found = columnsOf(opened, wanted, site, true);
  return found && byKey(wanted, found);
};

/** Spikes in an archive that a run has written: `steps`, `units` and `dt` (ms); or `times` and `units`. */
const eventsOfNpz = async (given: Given, site: FileSite): Promise<Given | undefined> => {
  const opened = await openFile("npz", eventFiles.npz, given, site);
  if (!opened) return undefined;
  const { name, described } = opened;
  const { dt } = site.context;
  return inArchive(opened, site, (archive): Given => {
    const { names } = archive;
    const listOf = (column: string, one: Omit<RequestedList, "column">): Float64Array => {
      if (names.includes(column))
        return toDocument(Float64Array.from(doublesOf(archive.read(column).data, name)), one, described);
      throw new FileError(
        `${name} must contain the array "${column}"; received ${names.join(", ") || "none"}. Save steps or times in ms, and units of spikes, under these names.`,
      );
    };
    const units = (): Float64Array => listOf("units", { key: "unit", counts: true });
    const unit = described.units["time"];
    if (!names.includes("steps") && names.includes("times")) {
      const { data } = archive.read("times");
      const misfit = data instanceof Float32Array && unit === undefined ? singleMisfit(data, dt) : undefined;
      if (misfit !== undefined) throw new FileError(`${name} ${misfit}`);
      return { times: listOf("times", { key: "time", unit: "ms" }), units: units() };
    }
    if (unit !== undefined) {
      throw new FileError(
        `${name} contains steps, which have no unit. Remove "units", or save times instead of steps.`,
      );
    }
    const { data } = names.includes("dt") ? archive.read("dt") : { data: [dt] };
    const own = Number(data[0]);
    // A dt in single precision is the nearest to the one of the run.
    if (own === dt || (data instanceof Float32Array && own === Math.fround(dt))) {
      return { steps: listOf("steps", { key: "steps" }), units: units() };
    }
    throw new FileError(
      `${name} must have steps of ${dt} ms, as the run; received a dt of ${own} ms. Run with the dt of the file.`,
    );
  });
};

/* Values of a network */

const kindOf = (value: Given): FileKind | undefined =>
  // A part can have the name of a kind of file, but is then an object.
  (Object.keys(numberFiles) as FileKind[]).find((kind) => Object.hasOwn(value, kind) && !isRecord(value[kind]));

/**
 * The same value with files replaced by numbers, at any depth. If a file cannot be used, the result has an empty list
 * there, and the issues contain the reason.
 */
export const resolveValues = async (value: unknown, site: FileSite): Promise<unknown> => {
  if (!isRecord(value)) return value;
  const kind = kindOf(value);
  if (kind) {
    const isSeries = seriesKeys.some((key) => Object.hasOwn(value, key));
    return (await (isSeries ? readSeries : readNumbers)(kind, value, site)) ?? [];
  }
  return resolveFields(value, site);
};

/** Resolves the values of an object, except those with the keys `left`. */
export const resolveFields = async (given: Given, site: FileSite, left: readonly string[] = []): Promise<Given> => {
  const resolved: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(given)) {
    const own = site.at(key);
    const listed = key === explicit.rule.name && isRecord(one) ? kindOf(one) : undefined;
    const value = left.includes(key)
      ? one
      : listed
        ? await readLists(listed, one as Given, own)
        : await resolveValues(one, own);
    Object.defineProperty(resolved, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return resolved;
};

/** Keys that mark a series in a file, as opposed to one value per unit. */
const seriesKeys = ["time", "interval", "columns"];

const readSeries = async (kind: FileKind, given: Given, site: FileSite): Promise<unknown> => {
  if (kind === "csv") return resolveCsv(given, parameterValues, site);
  if (kind === "npy" && given["interval"] !== undefined) return resolveNpy(given, parameterValues, site);
  return site
    .at(kind)
    .refuse(
      kind === "npz"
        ? 'is not a series by itself. Write { "series": { "npz": …, "array": … }, "interval": … }.'
        : "contains no times. Give the interval between rows in ms.",
    );
};

const readNumbers = async (kind: FileKind, given: Given, site: FileSite): Promise<unknown> => {
  const opened = await openFile(kind, numberFiles[kind], given, site);
  if (!opened) return undefined;
  const { read, name, bytes } = opened;
  if (kind === "csv") return columnsOf(opened, [{ key: "column", column: read["column"] as Column }], site, false)?.[0];
  if (kind === "npz") {
    site.context.files.name(site, "array", `${read["array"]}`);
    return inArchive(opened, site, (archive) => nested(numbersOf(arrayIn(archive, read["array"], name), name)));
  }
  const { files } = site.context;
  const numbers = files.attempt(site.at("npy"), () => nested(numbersOf(decodeNpy(bytes, { name }), name)));
  if (numbers) files.replace(site, "npy", (below) => inArray(name, below));
  return numbers;
};

/** Lists of explicit connections. If the file cannot be used, the lists are known to exist. */
const readLists = async (kind: FileKind, given: Given, site: FileSite): Promise<Given> => {
  const existing = Object.keys(lists).filter((key) => given[key] !== undefined || lists[key]!.need === "required");
  return (await listsOf(kind, given, site)) ?? Object.fromEntries(existing.map((key) => [key, []]));
};

const listsOf = async (kind: FileKind, given: Given, site: FileSite): Promise<Given | undefined> => {
  if (kind === "npy") {
    return site.at("npy").refuse("contains only one array, but connections need several. Use csv or npz.");
  }
  const opened = await openFile(kind, listFiles(kind), given, site);
  if (!opened) return undefined;
  const { read, name, described } = opened;
  const wanted = Object.keys(lists)
    .filter((key) => read[key] !== undefined)
    .map(
      (key): RequestedList => ({
        list: key,
        key,
        column: read[key] as Column,
        unit: key === "delays" ? "ms" : undefined,
        among: key === "weights" ? ["pA", "mV", "nS"] : undefined,
        counts: key === "sources" || key === "targets",
      }),
    );
  if (kind === "csv") {
    const columns = columnsOf(opened, wanted, site, true);
    return columns && byKey(wanted, columns);
  }
  for (const { key, column, list, unit, counts } of wanted) {
    if (unit === undefined && counts !== true) site.context.files.name(site, key, `${column}`, list);
  }
  return inArchive(opened, site, (archive) => {
    const listOf = (one: RequestedList): Float64Array =>
      toDocument(Float64Array.from(doublesOf(arrayIn(archive, one.column, name).data, name)), one, described);
    return byKey(wanted, wanted.map(listOf));
  });
};
