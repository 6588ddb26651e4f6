import { type CsvTable, FileError, readCsv } from "spark-snn";
import type { Channel, Recording, Spikes, Sweep } from "../recordings/recording.ts";

/*
 * Files of NEST's spike_recorder and multimeter: one line for each spike or sample, one file for each thread. Times are in
 * ms, or in steps with the distance of the spike to the end of the step. Files of NEST 2 have no header.
 */

/** A file with its name. */
interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface NestOptions {
  /** Names of the columns of files without a header. */
  readonly columns?: readonly string[];
  /** Resolution of the simulation, ms; required for times in steps. */
  readonly resolution?: number;
}

const SENDER = ["sender", "senders"];
const MS = ["time_ms", "time", "times"];
const STEP = ["time_step"];
const OFFSET = ["time_offset"];
const timing = [...SENDER, ...MS, ...STEP, ...OFFSET];

/** The first line that is not a comment, without reading the whole file. */
const firstLine = (bytes: Uint8Array): string => {
  let at = 0;
  while (at < bytes.length) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    const line = new TextDecoder().decode(bytes.subarray(at, Math.min(end, at + 4096))).replace(/\r$/, "");
    if (line.trim() !== "" && !line.trimStart().startsWith("#")) return line;
    at = end + 1;
  }
  return "";
};

const isNumber = (cell: string): boolean => cell.trim() !== "" && Number.isFinite(Number(cell));

/** Whether bytes look like a file of a NEST recorder with a header. */
export const looksLikeNest = (bytes: Uint8Array): boolean => {
  const start = new TextDecoder().decode(bytes.subarray(0, 2000));
  return start.startsWith("# NEST version") || /^sender\t/.test(firstLine(bytes));
};

/** The rows of all files: one array for each column. */
interface Rows {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

const readTable = ({ name, bytes }: NamedBytes, options: NestOptions): Rows => {
  const line = firstLine(bytes);
  const separator = line.includes("\t") ? "\t" : " ";
  const cells = line.trim().split(separator === " " ? /\s+/ : "\t");
  const hasHeader = line !== "" && !isNumber(cells[0]!);
  if (line !== "" && !hasHeader && !options.columns) {
    throw new FileError(
      `${name} has no header, and ${cells.length} columns. Add "columns", their names in order, such as ["sender", "time_ms", "V_m"].`,
    );
  }
  const names = hasHeader ? cells.map((cell) => cell.trim()) : [...(options.columns ?? cells)];
  if (line !== "" && names.length !== cells.length) {
    throw new FileError(
      `${name} has ${cells.length} columns; received ${names.length} names in columns. Name each column once.`,
    );
  }
  if (new Set(names).size !== names.length) {
    throw new FileError(`${name} has several columns of one name: ${names.join(", ")}. Name each column once.`);
  }
  if (line === "") return { names, columns: names.map(() => new Float64Array(0)) };
  // NEST ends each line, so the last number of such a file may lack digits.
  if (bytes.at(-1) !== 0x0a) {
    throw new FileError(
      `${name} ends within its last line, so it is truncated. Copy it again, or remove or end the last line.`,
    );
  }
  const table: CsvTable = readCsv(bytes, {
    name,
    separator,
    header: hasHeader,
    comment: "#",
    columns: hasHeader ? names : names.map((_, k) => k),
    allowNoRows: true,
  });
  return { names, columns: table.columns };
};

const join = (parts: readonly Float64Array[]): Float64Array<ArrayBuffer> => {
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};

/** The rows of all files of a recorder. @throws FileError if they have other columns */
const readAll = (files: readonly NamedBytes[], options: NestOptions): Rows => {
  const [first, ...others] = files.map((file) => readTable(file, options));
  others.forEach(({ names }, k) => {
    if (names.join() === first!.names.join()) return;
    throw new FileError(
      `${files[k + 1]!.name} has the columns ${names.join(", ")}; ${files[0]!.name} has ${first!.names.join(", ")}. Name files of one recorder.`,
    );
  });
  const tables = [first!, ...others];
  return { names: first!.names, columns: first!.names.map((_, k) => join(tables.map(({ columns }) => columns[k]!))) };
};

/** The rows in the order of their times, with times in ms. */
interface TimedRows {
  readonly times: Float64Array<ArrayBuffer>;
  readonly senders: Float64Array<ArrayBuffer>;
  /** Recorded values by name. */
  readonly values: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
}

const readRows = (files: readonly NamedBytes[], options: NestOptions): TimedRows => {
  const { names, columns } = readAll(files, options);
  const { name } = files[0]!;
  const column = (wanted: readonly string[]): Float64Array | undefined =>
    columns[names.findIndex((one) => wanted.includes(one))];
  const senders = column(SENDER);
  if (!senders) throw new FileError(`${name} has no column "sender"; received ${names.join(", ")}. Name the columns.`);
  const bad = senders.findIndex((sender) => !Number.isInteger(sender) || sender < 0);
  if (bad >= 0) {
    throw new FileError(
      `${name} row ${bad} has the sender ${senders[bad]}, which is no whole number. Name the columns.`,
    );
  }
  const times = timesIn(column, options, name, names);
  const order = Uint32Array.from(times, (_, k) => k).sort((a, b) => times[a]! - times[b]! || senders[a]! - senders[b]!);
  const sorted = (list: ArrayLike<number>) => Float64Array.from(order, (row) => list[row]!);
  const values = names.flatMap((own, k) => (timing.includes(own) ? [] : [[own, sorted(columns[k]!)] as const]));
  return { times: sorted(times), senders: sorted(senders), values: Object.fromEntries(values) };
};

/** Times in ms: as written, or from the numbers of steps. A spike lies before the end of its step. */
const timesIn = (
  column: (wanted: readonly string[]) => Float64Array | undefined,
  { resolution }: NestOptions,
  name: string,
  names: readonly string[],
): Float64Array => {
  const ms = column(MS);
  if (ms) return ms;
  const steps = column(STEP);
  if (!steps) {
    throw new FileError(
      `${name} has no column "time_ms" or "time_step"; received ${names.join(", ")}. Name the columns.`,
    );
  }
  if (resolution === undefined) {
    throw new FileError(
      `${name} gives times in steps, and not their length. Add "resolution", the resolution of the simulation in ms.`,
    );
  }
  const offsets = column(OFFSET);
  // The decimals of the resolution, so that 278 steps of 0.1 ms are 27.8 ms.
  const perMs = 1 / resolution;
  const isWhole = Math.abs(perMs - Math.round(perMs)) < 1e-9 * perMs;
  return steps.map((step, k) => (isWhole ? step / Math.round(perMs) : step * resolution) - (offsets?.[k] ?? 0));
};

/** Units of recorded variables by their names in NEST, which has mV, pA, nS and pF throughout. */
const unitOf = (name: string): string => {
  if (/^(V_|E_|theta|V$)/.test(name)) return "mV";
  if (/^(I_|I$|w$|asc_)/.test(name)) return "pA";
  if (/^(g_|g$)/.test(name)) return "nS";
  return "";
};

/** Neurons in a file, ascending. */
const distinct = (senders: Float64Array): number[] => [...new Set(senders)].sort((a, b) => a - b);

/** A channel for each recorded variable and neuron. */
export interface NestChannel extends Channel {
  readonly variable: string;
  readonly sender: number;
}

/** The content of the files of one recorder. */
export interface NestRecording extends Recording {
  readonly channels: readonly NestChannel[];
}

/**
 * Reads the files of one NEST recorder.
 * @throws FileError that names the file and line, for missing columns, and for steps without a resolution
 */
export const readNest = (files: readonly NamedBytes[], options: NestOptions = {}): NestRecording => {
  const { times, senders, values } = readRows(files, options);
  const version = /^# NEST version: (\S+)/.exec(new TextDecoder().decode(files[0]!.bytes.subarray(0, 200)))?.[1];
  const format = `NEST${version === undefined ? "" : ` ${version}`}`;
  const names = Object.keys(values);
  if (names.length === 0) return { format, channels: [], spikes: { times, senders } satisfies Spikes, notes: [] };
  const channels = distinct(senders).flatMap((sender) => {
    const rows = Uint32Array.from(senders.keys()).filter((row) => senders[row] === sender);
    const own = Float64Array.from(rows, (row) => times[row]!);
    const repeated = own.findIndex((time, k) => k > 0 && time === own[k - 1]);
    if (repeated >= 0) {
      throw new FileError(
        `${files[0]!.name} has two samples of sender ${sender} at ${own[repeated]} ms. Name files of one recorder, each once.`,
      );
    }
    return names.map((variable): NestChannel => {
      const list = values[variable]!;
      const sweep: Sweep = {
        count: rows.length,
        start: own[0] ?? 0,
        interval: undefined,
        times: () => own,
        values: () => Float64Array.from(rows, (row) => list[row]!),
      };
      const shared = { unit: unitOf(variable), kind: "recorded", sweeps: [sweep] } as const;
      return { name: `${variable} of ${sender}`, variable, sender, ...shared };
    });
  });
  return { format, channels, notes: [] };
};
