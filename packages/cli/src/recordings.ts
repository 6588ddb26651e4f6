import { existsSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import type { Channel, OpenRecordingOptions, Recording, RecordingPart } from "@spark-snn/formats";
import { csvRows, encodeNpz, FileError } from "spark-snn";
import type { NamedBytes, RecordingReader } from "spark-snn/documents";
import { readFileStrict, writeAtomic } from "spark-snn/node";
import { type Arguments, type OptionSpec, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit.ts";
import { numberText, type Terminal, textTable } from "./terminal.ts";

/* Recordings of other programs: ABF, NEST, NWB, SONATA. */

/** Reads recordings of other programs. The package that does so is loaded for documents that name one. */
export const lazyRecordings: RecordingReader = {
  samples: async (...given) => (await import("@spark-snn/formats")).recordings.samples(...given),
  spikes: async (...given) => (await import("@spark-snn/formats")).recordings.spikes(...given),
};

/** Maximum size of a file, bytes. */
const LIMIT = 2 ** 31 - 1;

/** Options that describe files of NEST and SONATA. */
export const fileOptions = {
  columns: { value: "NAMES", about: "Names of the columns of a NEST file without a header: sender,time_ms,V_m." },
  population: { value: "NAME", about: "Population of a SONATA file that has several." },
  resolution: { value: "MS", about: "Resolution of the simulation, for a NEST file with times in steps." },
  "first-sender": { value: "N", about: "Number in NEST of the first unit; units are then counted from 0." },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export const recordingOptions = {
  channel: { value: "NAME", many: true, about: "Channel or command to write. Default: all recorded channels." },
  sweep: { value: "N", about: "Sweep to write, counted from 0. Default: all." },
  ...fileOptions,
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Whether a path names a table or an archive of arrays. */
export const isTable = (path: string): boolean => [".csv", ".npz"].includes(extname(path).toLowerCase());

export const wholeOf = (given: Arguments, name: string): number | undefined => {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= 0) return number;
  throw new UsageError(`--${name} takes a whole number of at least 0; received "${text}". Write --${name} 0.`);
};

const readingOptions = (given: Arguments): OpenRecordingOptions => {
  const columns = given.text("columns");
  const text = given.text("resolution");
  const resolution = text === undefined ? undefined : Number(text);
  if (resolution !== undefined && !(resolution > 0 && Number.isFinite(resolution))) {
    throw new UsageError(
      `--resolution takes a number of ms greater than 0; received "${text}". Write --resolution 0.1.`,
    );
  }
  const population = given.text("population");
  return {
    ...(population !== undefined && { population }),
    ...(columns !== undefined && { columns: columns.split(",").map((name) => name.trim()) }),
    ...(resolution !== undefined && { resolution }),
  };
};

/** Opens the recording that the operands name. @throws FileError, and UsageError for invalid options */
export const openOperands = async (given: Arguments, terminal: Terminal): Promise<Recording> => {
  const options = readingOptions(given);
  const files: NamedBytes[] = [];
  for (const name of given.operands) {
    files.push({ name, bytes: await readFileStrict(resolve(terminal.folder, name), { limit: LIMIT }) });
  }
  const { openRecording } = await import("@spark-snn/formats");
  return openRecording(files, options);
};

/** Writes a recording as CSV or NPZ, and says what was written. */
export const convertRecording = async (out: string, given: Arguments, terminal: Terminal): Promise<number> => {
  for (const name of ["input", "units", "duration", "format", "strict", "all"]) {
    if (given.has(name)) throw new UsageError(`--${name} belongs to models, not to recordings. Remove it.`);
  }
  const recording = await openOperands(given, terminal);
  const sweep = wholeOf(given, "sweep");
  const firstSender = wholeOf(given, "first-sender");
  const part: RecordingPart = {
    ...(given.texts("channel").length > 0 && { channels: given.texts("channel") }),
    ...(sweep !== undefined && { sweep }),
    ...(firstSender !== undefined && { firstSender }),
  };
  const path = resolve(terminal.folder, out);
  if (existsSync(path) && !given.has("force")) {
    throw new FileError(`${out} exists already. Choose another --out, or replace the file with --force.`);
  }
  const where = given.operands[0]!;
  const { recordingArrays, recordingColumns } = await import("@spark-snn/formats");
  let names: readonly string[];
  if (extname(out).toLowerCase() === ".npz") {
    const arrays = recordingArrays(recording, part, where);
    names = Object.keys(arrays);
    await writeAtomic(path, encodeNpz(arrays));
  } else {
    const table = recordingColumns(recording, part, where);
    names = table.names;
    await writeAtomic(path, [...csvRows(table.names, table.columns)].join(""));
  }
  const { format, notes } = recording;
  if (given.has("json")) {
    terminal.out(`${JSON.stringify({ format, files: [out], names, notes }, null, 2)}\n`);
    return exitCodes.done[0];
  }
  const left = recording.channels.filter(({ kind }) => kind === "command").map(({ name }) => `"${name}"`);
  const leftText =
    left.length > 0 && part.channels === undefined
      ? `\nNot written: commands ${left.join(", ")}. Add --channel NAME.`
      : "";
  const spikesText =
    recording.spikes && recording.channels.length > 0
      ? `\nNot written: ${recording.spikes.times.length} spikes. A fit or an experiment can name the file.`
      : "";
  const noteText = notes.map((note) => `\n${note}`).join("");
  terminal.out(
    `${format}: ${basename(where)}\nWrote ${out} with ${names.join(", ")}.${leftText}${spikesText}${noteText}\n`,
  );
  return exitCodes.done[0];
};

/** What a recording contains, as text. */
export const recordingText = (recording: Recording, name: string): string => {
  const { format, channels, spikes, notes } = recording;
  const head = `${name}: ${format}`;
  const lines = [head, ""];
  if (channels.length > 0) {
    lines.push(textTable(["Channel", "Kind", "Unit", "Sweeps", "Samples", "Interval, ms"], channels.map(rowOf)));
  }
  if (spikes) {
    const senders = [...new Set(spikes.senders)].sort((a, b) => a - b);
    const range = senders.length === 0 ? "" : ` of ${senders.length} senders from ${senders[0]} to ${senders.at(-1)}`;
    lines.push(`${numberText(spikes.times.length)} spikes${range}`);
    if (spikes.times.length > 0) lines.push(`from ${spikes.times[0]} to ${spikes.times.at(-1)} ms`);
  }
  return [...lines, ...notes].join("\n");
};

const rowOf = ({ name, kind, unit, sweeps }: Channel): string[] => {
  const counts = [...new Set(sweeps.map(({ count }) => count))];
  const samples = counts.length === 1 ? `${counts[0]}` : `${Math.min(...counts)} to ${Math.max(...counts)}`;
  const interval = sweeps[0]?.interval;
  return [name, kind, unit || "–", `${sweeps.length}`, samples, interval === undefined ? "by sample" : `${interval}`];
};
