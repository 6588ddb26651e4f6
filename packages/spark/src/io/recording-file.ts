import {
  chooseGroup,
  custom,
  type Declarations,
  number,
  optional,
  readSound,
  text,
  time,
  whole,
} from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import type { Key } from "../errors/errors.ts";
import { type ColumnUnit, columnUnits, convertUnits, spelled } from "./column-units.ts";
import { quantityOf } from "./file-reading.ts";
import type { NamedFiles } from "./named-files.ts";
import type { RecordedSamples, RecordedSpikes, RecordingKind } from "./recording-reader.ts";
import { columnName, filePath } from "./table-file.ts";

/* Recordings in the formats of other programs that a document names. Their readers are not part of this package. */

/* Options */

const NEST_FILES = "Paths of the files of one NEST recorder, one for each thread, or one path.";

const nestFiles = custom<string | readonly string[]>({
  about: NEST_FILES,
  takes: "the path of a file, or a list of paths",
  remedy: "Name the files of the recorder.",
  schema: {
    description: NEST_FILES,
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", minItems: 1, items: { type: "string", minLength: 1 } },
    ],
  },
  read: (value, site) => {
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (names.length > 0 && names.every((name) => typeof name === "string" && name !== "")) return value as string;
    return site.refuse(
      `must be the path of a file, or a list of paths; received ${describe(value)}. Name the files of the recorder.`,
    );
  },
});

const HEADER = "Names of the columns of a file without a header, such as sender, time_ms and V_m.";

const nestTable = {
  nest: nestFiles,
  columns: optional(
    custom<readonly string[]>({
      about: HEADER,
      takes: "a list of names",
      schema: { description: HEADER, type: "array", minItems: 2, items: { type: "string", minLength: 1 } },
      read: (value, site) =>
        Array.isArray(value) && value.length > 1 && value.every((name) => typeof name === "string" && name !== "")
          ? value
          : site.refuse(
              `must be a list of names, one for each column; received ${describe(value)}. Write ["sender", "time_ms", …].`,
            ),
    }),
  ),
  resolution: optional(time("Resolution of the simulation, if the file gives times in steps.")),
};

const origin = optional(number("Time of the session that becomes 0 ms. Default 0.", { unit: "ms" }));
const sweep = optional(whole("Index of the sweep, counted from 0; required if there are several.", 0));
const unitOption = (unit: ColumnUnit) => ({
  unit: optional(text(`Unit of the values, in place of the one in the file; converted to ${unit}.`)),
});

const SONATA_NODE = "Give the id of the node.";
const sonataFile = (content: string) => ({
  sonata: filePath(`Path of a SONATA file (HDF5) with ${content}.`),
  population: optional(text("Population of the file; required if there are several.", "Name a population.")),
});

const channels = (of: string) =>
  columnName(`Recorded channel of ${of}: its name, or its index, counted from 0.`, "Name a channel.");

/** Options of the samples of a channel, by format. An ABF file has recorded channels and commands. */
export const sampleFiles = (
  unit: ColumnUnit,
  of = unit === "pA" ? "the current" : "the potential",
): Readonly<Record<string, Declarations>> => ({
  abf: {
    abf: filePath("Path of an Axon file (ABF 1 or 2)."),
    channel: channels(of),
    sweep,
    ...unitOption(unit),
  },
  command: {
    abf: filePath("Path of an Axon file (ABF 1 or 2)."),
    command: columnName(
      "Command (DAC channel), whose waveform the protocol gives: its name, or its index, counted from 0.",
      "Name a command.",
    ),
    sweep,
    ...unitOption(unit),
  },
  nest: {
    ...nestTable,
    column: text(`Name of the column of ${of}, such as V_m.`, "Name a column."),
    sender: optional(whole("Number of the recorded neuron in NEST; required if there are several.", 0)),
    ...unitOption(unit),
  },
  nwb: {
    nwb: filePath("Path of an NWB file."),
    series: text("Name of the series, such as CurrentClampSeries_000.", "Name a series."),
    origin,
    ...unitOption(unit),
  },
  sonata: {
    ...sonataFile("a report"),
    node: whole(`Id of the node with ${of}.`, 0, Infinity, SONATA_NODE),
    ...unitOption(unit),
  },
});

/** Options of spikes, by format. */
export const spikeFiles = {
  nest: {
    ...nestTable,
    firstSender: whole(
      "Number in NEST of the first unit of the population.",
      0,
      Infinity,
      "Give the number that NEST gave to the first unit.",
    ),
  },
  nwb: {
    nwb: filePath("Path of an NWB file with a table of units. Unit N of the network is row N of the table."),
    origin,
  },
  sonata: {
    ...sonataFile("spikes"),
    firstNode: optional(whole("Id of the node that is unit 0. Default 0.", 0)),
  },
} satisfies Readonly<Record<string, Declarations>>;

/** Options of the spikes of one unit, by format. */
export const trainFiles = {
  nest: {
    ...nestTable,
    sender: optional(whole("Number of the recorded neuron in NEST; required if there are several.", 0)),
  },
  nwb: {
    nwb: filePath("Path of an NWB file with a table of units."),
    row: whole("Row of the table of units, counted from 0.", 0, Infinity, "Give the row of the neuron."),
    origin,
  },
  sonata: {
    ...sonataFile("spikes"),
    node: whole("Id of the node.", 0, Infinity, SONATA_NODE),
  },
} satisfies Readonly<Record<string, Declarations>>;

const kinds: readonly RecordingKind[] = ["abf", "nest", "nwb", "sonata"];

/** The format of the recording that an object names; undefined if it names none. */
export const recordingKind = (given: unknown): RecordingKind | undefined =>
  isRecord(given) ? kinds.find((kind) => Object.hasOwn(given, kind) && !isRecord(given[kind])) : undefined;

/* Reading */

type RecordingSite = Site<{ readonly files: NamedFiles }>;

/** Reads the options of a recording, and its files. Undefined, with issues, if one of them is invalid. */
const openRecording = async (
  kind: RecordingKind,
  declared: Declarations,
  given: Readonly<Record<string, unknown>>,
  site: RecordingSite,
) => {
  const before = site.issues.length;
  const { [kind]: paths, ...selection } = readSound(declared, given, site) as Readonly<Record<string, unknown>>;
  const { files } = site.context;
  const names = (Array.isArray(paths) ? paths : [paths]) as readonly unknown[];
  if (names.some((name) => typeof name !== "string")) return undefined;
  const own = site.at(kind);
  const loaded = await Promise.all((names as string[]).map((name) => files.load(name, own)));
  if (loaded.includes(undefined) || site.issues.length > before) return undefined;
  const { recordings } = files;
  if (!recordings) {
    return own.refuse(
      `names a recording, which cannot be read here; received "${names[0]}". Pass recordings of @spark-snn/formats, or convert the file with spark-snn convert.`,
    );
  }
  return { named: loaded.map((bytes, k) => ({ name: names[k] as string, bytes: bytes! })), selection, recordings };
};

/** Runs a reader of recordings. Its errors become issues of the file. */
const attempt = async <T>(site: RecordingSite, read: () => T | Promise<T>): Promise<T | undefined> => {
  let found: T;
  try {
    found = await read();
  } catch (error) {
    return site.context.files.attempt(site, (): T => {
      throw error;
    });
  }
  return found;
};

/** Samples with their times, as the series that a document can contain. */
export interface ResolvedSamples {
  readonly series: Float64Array<ArrayBuffer>;
  readonly interval?: number;
  readonly start?: number;
  readonly times?: Float64Array<ArrayBuffer>;
}

/**
 * Replaces a channel of a recording by its samples, in the unit of the document. Undefined, with issues, if that fails.
 *
 * @param more further options that the place accepts, which stay as they are
 */
export const resolveSamples = async (
  given: Readonly<Record<string, unknown>>,
  unit: ColumnUnit,
  site: RecordingSite,
  more: Declarations = {},
): Promise<ResolvedSamples | undefined> => {
  const kind = recordingKind(given)!;
  const before = site.issues.length;
  const group = kind === "abf" ? chooseGroup(given, [["channel"], ["command"]], site) : { key: kind, given };
  const declared = sampleFiles(unit)[group.key === "channel" ? "abf" : group.key]!;
  const opened = await openRecording(kind, { ...declared, ...more }, group.given, site);
  if (!opened || site.issues.length > before) return undefined;
  const { named, selection, recordings } = opened;
  const found = await attempt(site.at(kind), () => recordings.samples(kind, named, selection));
  if (!found) return undefined;
  const stated = selection["unit"] as string | undefined;
  const values = inUnit(found, stated, unit, site, named[0]!.name);
  if (!values) return undefined;
  const where = `"${named[0]!.name}" channel "${found.channel}"`;
  site.context.files.replace(site, kind, ([list, k]: readonly Key[]) =>
    k === undefined || (list !== "series" && list !== "times") ? { where } : { where: `${where} sample ${k}` },
  );
  const { times, interval, start } = found;
  if (times) return { series: values, times };
  return { series: values, ...(interval !== undefined && { interval }), ...(start !== undefined && { start }) };
};

/** The values in the unit of the document. Nothing is assumed about a channel without a unit. */
const inUnit = (
  { values, unit: own, channel }: RecordedSamples,
  stated: string | undefined,
  unit: ColumnUnit,
  site: RecordingSite,
  file: string,
): Float64Array<ArrayBuffer> | undefined => {
  const known = columnUnits(unit);
  if (stated !== undefined && !known.includes(spelled(stated))) {
    return site
      .at("unit")
      .refuse(`must be one of ${known.join(", ")}; received ${describe(stated)}. Give the unit of the channel.`);
  }
  const from = stated ?? own;
  if (from === undefined || from.trim() === "") {
    return site.refuse(
      `needs the unit of the channel "${channel}", which the file does not give. Add "unit": "${unit}".`,
    );
  }
  if (known.includes(spelled(from))) {
    if (spelled(from) !== unit) site.context.files.tell(file, [`${quantityOf(site.place.keys)} in ${spelled(from)}`]);
    return convertUnits(values, spelled(from), unit);
  }
  return site.refuse(
    `must be a channel in ${unit}; received "${channel}", which is in ${from}. Name another channel, or add "unit" if the file is wrong.`,
  );
};

/**
 * Replaces the spikes of a recording by lists of times and units. Undefined, with issues, if that fails.
 *
 * @param declared the options of the files: `spikeFiles` for a population, `trainFiles` for one unit
 */
export const resolveRecordedSpikes = async (
  given: Readonly<Record<string, unknown>>,
  site: RecordingSite,
  declared: Readonly<Record<"nest" | "nwb" | "sonata", Declarations>> = spikeFiles,
): Promise<RecordedSpikes | undefined> => {
  const kind = recordingKind(given)!;
  if (kind === "abf") {
    return site.at("abf").refuse("contains no spikes. Detect them, and give them as a table or in the document.");
  }
  const opened = await openRecording(kind, declared[kind], given, site);
  if (!opened) return undefined;
  const { named, selection, recordings } = opened;
  const found = await attempt(site.at(kind), () => recordings.spikes(kind, named, selection));
  if (!found) return undefined;
  site.context.files.replace(site, kind, ([list, k]: readonly Key[]) =>
    k === undefined ? {} : { where: `"${named[0]!.name}" spike ${k}${list === "units" ? ", unit" : ""}` },
  );
  return found;
};
