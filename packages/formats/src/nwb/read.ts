import { FileError } from "spark-snn";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/objects.ts";
import { withHdf5 } from "../hdf5/read.ts";
import type { Numbers } from "../hdf5/values.ts";
import type { Channel, Recording, Spikes, Sweep } from "../recordings/recording.ts";

/*
 * Neurodata Without Borders: time series of acquisition and stimulus, and spikes of the table of units. Times of the file
 * are in seconds of the session; here they are in ms.
 */

/** Units as NWB spells them. */
const units: Readonly<Record<string, string>> = {
  volts: "V",
  volt: "V",
  amperes: "A",
  ampere: "A",
  amps: "A",
  millivolts: "mV",
  picoamperes: "pA",
  nanoamperes: "nA",
  siemens: "S",
  seconds: "s",
  farads: "F",
  ohms: "Ω",
  hertz: "Hz",
};

const MS = 1000;

export interface NwbOptions {
  /** Name of the only series whose samples are read, or of a column, such as "potential[0]". Default: all. */
  readonly series?: string;
  /** Whether to read the spikes. Default true. */
  readonly spikes?: boolean;
}

const textOf = (group: Hdf5Group, attribute: string): string | undefined => {
  const value = group.attribute(attribute);
  return typeof value === "string" ? value : undefined;
};

const groupsIn = (group: Hdf5Group, path: string): Hdf5Group | undefined => {
  const found = group.get(path);
  return found?.kind === "group" ? found : undefined;
};

const datasetIn = (group: Hdf5Group, name: string): Hdf5Dataset | undefined => {
  const found = group.get(name);
  return found?.kind === "dataset" ? found : undefined;
};

const numberOf = (dataset: Hdf5Dataset, attribute: string, otherwise: number, where: string): number => {
  const value = dataset.attribute(attribute);
  const number = typeof value === "object" ? Number(value[0]) : value === undefined ? otherwise : Number(value);
  if (Number.isFinite(number)) return number;
  throw new FileError(`${where} ${dataset.path} has no valid ${attribute}. The file is damaged; copy it again.`);
};

/** A series of a folder, or one of its columns. */
interface Found {
  readonly name: string;
  readonly group: Hdf5Group;
  readonly data: Hdf5Dataset;
  /** The samples. */
  readonly values: () => Numbers;
}

/** Largest number of columns that are channels, and of their values that are read together. */
const COLUMNS = 4096;
const VALUES = 2 ** 25;

/** `isChosen`: whether one series or column is read, and not all. */
const seriesIn = (folder: Hdf5Group | undefined, isChosen: boolean, notes: string[]): Found[] => {
  const found: Found[] = [];
  for (const name of folder?.names() ?? []) {
    const group = groupsIn(folder!, name);
    const data = group && datasetIn(group, "data");
    if (!group || !data) continue;
    const { shape } = data;
    const [rows = 0, columns = 0] = shape;
    const isTable = shape.length === 2 && columns <= COLUMNS && (isChosen || data.length <= VALUES);
    if (data.values === "numbers" && shape.length === 1)
      found.push({ name, group, data, values: () => data.numbers() });
    else if (data.values === "numbers" && isTable)
      found.push(...columnsOf({ name, group, data }, rows, columns, isChosen));
    else notes.push(`The series ${group.path} has the shape [${shape.join(", ")}], and was left out.`);
  }
  return found;
};

/** The columns of a series, which are named by their index: "potential[0]". */
const columnsOf = (
  series: Omit<Found, "values">,
  rows: number,
  columns: number,
  isChosen: boolean,
): readonly Found[] => {
  const { data } = series;
  let whole: Numbers | undefined;
  return Array.from({ length: columns }, (_, column) => ({
    ...series,
    name: `${series.name}[${column}]`,
    values: () => {
      if (isChosen) {
        return data.numbers([
          [0, rows],
          [column, column + 1],
        ]);
      }
      // Every column is read, so the chunks are decompressed only once.
      whole ??= data.numbers();
      const all = whole;
      return Float64Array.from({ length: rows }, (_, row) => all[row * columns + column]!);
    },
  }));
};

const channelOf = (
  { name, group, data, values: samplesOf }: Found,
  kind: Channel["kind"],
  isRead: boolean,
  where: string,
): Channel => {
  const written = `${data.attribute("unit") ?? ""}`;
  const conversion = numberOf(data, "conversion", 1, where);
  const offset = numberOf(data, "offset", 0, where);
  const start = datasetIn(group, "starting_time");
  const stamps = datasetIn(group, "timestamps");
  if (!start && !stamps) {
    throw new FileError(`${where} ${group.path} has no starting_time and no timestamps. Save it with one of them.`);
  }
  const rate = start ? numberOf(start, "rate", Number.NaN, where) : undefined;
  if (rate !== undefined && !(rate > 0)) {
    throw new FileError(
      `${where} ${group.path} has a rate of ${rate} Hz; it must be greater than 0. Correct the file.`,
    );
  }
  const raw = isRead ? samplesOf() : undefined;
  const times = isRead && stamps ? stamps.numbers() : undefined;
  if (times && raw && times.length !== raw.length) {
    throw new FileError(
      `${where} ${group.path} has ${raw.length} samples, but ${times.length} timestamps. Correct the file.`,
    );
  }
  const unread = (): never => {
    throw new FileError(`${where} ${group.path} was not read. Name it as the series.`);
  };
  const shared = {
    count: data.shape[0]!,
    values: () =>
      raw ? Float64Array.from(raw as ArrayLike<number>, (value) => Number(value) * conversion + offset) : unread(),
  };
  const sweep: Sweep =
    rate !== undefined
      ? { ...shared, start: start!.number() * MS, interval: Number((MS / rate).toPrecision(12)) }
      : {
          ...shared,
          start: times ? Number(times[0] ?? 0) * MS : 0,
          interval: undefined,
          times: () => (times ? Float64Array.from(times as ArrayLike<number>, (time) => Number(time) * MS) : unread()),
        };
  return { name, unit: units[written] ?? written, kind, sweeps: [sweep] };
};

/** The spikes of the table of units; the senders are its rows. */
const spikesIn = (root: Hdf5Group, where: string): Spikes | undefined => {
  const table = groupsIn(root, "units");
  const times = table && datasetIn(table, "spike_times");
  if (!table || !times) return undefined;
  const index = datasetIn(table, "spike_times_index");
  if (!index)
    throw new FileError(`${where} ${table.path} has spike_times without spike_times_index. Save it with pynwb.`);
  const all = times.numbers() as ArrayLike<number>;
  const ends = Array.from(index.numbers() as ArrayLike<number>, Number);
  let before = 0;
  ends.forEach((end, row) => {
    if (end >= before && end <= all.length) before = end;
    else
      throw new FileError(
        `${where} ${index.path} row ${row} must be from ${before} to ${all.length}; received ${end}. It is damaged.`,
      );
  });
  const senders = new Float64Array(before);
  for (const [row, end] of ends.entries()) senders.fill(row, row === 0 ? 0 : ends[row - 1]!, end);
  const order = Uint32Array.from(senders.keys()).sort(
    (a, b) => Number(all[a]) - Number(all[b]) || senders[a]! - senders[b]!,
  );
  return {
    times: Float64Array.from(order, (k) => Number((Number(all[k]) * MS).toPrecision(15))),
    senders: Float64Array.from(order, (k) => senders[k]!),
  };
};

/**
 * Reads the series and spikes of an NWB file of version 2.
 * @throws FileError that names the object of the file
 */
export const readNwb = async (bytes: Uint8Array, where: string, options: NwbOptions = {}): Promise<Recording> => {
  try {
    return await withHdf5(bytes, (root) => readRoot(root, where, options));
  } catch (error) {
    // Errors of HDF5 name the object, but not the file.
    if (!(error instanceof FileError) || error.message.startsWith(where)) throw error;
    throw new FileError(`${where}: ${error.message}`, { cause: error });
  }
};

const readRoot = (root: Hdf5Group, where: string, options: NwbOptions): Recording => {
  const version = textOf(root, "nwb_version");
  if (version === undefined) {
    throw new FileError(`${where} is an HDF5 file without nwb_version, so it is no NWB file. Give a file of NWB 2.`);
  }
  if (!version.startsWith("2.")) {
    throw new FileError(`${where} is of NWB ${version}; version 2 can be read. Convert it with pynwb.`);
  }
  const notes: string[] = [];
  const isChosen = options.series !== undefined;
  const isRead = (name: string): boolean => options.series === undefined || options.series === name;
  const channels = [
    ...seriesIn(groupsIn(root, "acquisition"), isChosen, notes).map((found) =>
      channelOf(found, "recorded", isRead(found.name), where),
    ),
    ...seriesIn(groupsIn(root, "stimulus/presentation"), isChosen, notes).map((found) =>
      channelOf(found, "recorded", isRead(found.name), where),
    ),
  ];
  const spikes = options.spikes === false ? undefined : spikesIn(root, where);
  return { format: `NWB ${version}`, channels, ...(spikes && { spikes }), notes };
};
