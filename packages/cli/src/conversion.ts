import { existsSync } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { AnyImportOptions, Files, FormatName, Imported, Report } from "@spark-snn/formats";
import { FileError, suggestName } from "spark-snn";
import { fileError, readFileStrict, writeAtomic } from "spark-snn/node";
import { type Arguments, type OptionSpec, UsageError } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

/* Options and functions of the commands import, export and convert. */

/** Maximum size of a file, bytes. */
const LIMIT = 2 ** 30;

export const strictOption: OptionSpec = { about: "Refuses a model of which a part is not faithful." };
export const exportOptions = {
  to: { value: "FORMAT", about: "Format to write; see the guide Import and export." },
  out: { value: "DIR", about: "Folder for the files, which is made." },
} as const satisfies Readonly<Record<string, OptionSpec>>;
export const reportOptions = {
  all: { about: "Also prints the parts that are faithful." },
  json: { about: "Prints only the report, as JSON." },
  force: { about: "Replaces existing files." },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export const importOptions = {
  format: { value: "NAME", about: "Format of the file. Default: found from its content." },
  input: { value: "NAME=COUNT", many: true, about: "Size of an input that the file does not contain." },
  units: { value: "COUNT[,COUNT]", about: "Shape of a neuron or soma whose file does not contain it." },
  duration: { value: "MS", about: "Duration of the run in the document. Default 1000." },
  dt: { value: "MS", about: "Time step of a file that contains none (NIR, NeuroML). Default 0.1." },
  reset: {
    value: "value|subtract",
    about: "Effect of a spike in NIR: v_reset (default), or the threshold is subtracted.",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export const nwbOptions = {
  "session-start": { value: "TIME", about: "Date and time of the run, for NWB: 2026-03-01T12:00:00Z." },
  description: { value: "TEXT", about: "Description of the session, for NWB. Default: the name of the experiment." },
  "experiment-description": {
    value: "TEXT",
    about: "Description of the experiment, for NWB. Default: from the document.",
  },
  experimenter: { value: '"LAST, FIRST"', many: true, about: "Person who made the data, for NWB." },
  institution: { value: "TEXT", about: "Institution where the data were made, for NWB." },
  lab: { value: "TEXT", about: "Lab where the data were made, for NWB." },
  keyword: {
    value: "WORD",
    many: true,
    about: 'Word to search for, for NWB. Default: "simulation" and "spiking neural network".',
  },
  subject: {
    value: "KEY=TEXT",
    many: true,
    about: "id, species, age, sex or description of the subject, for NWB. Default: a simulation without an animal.",
  },
  identifier: { value: "TEXT", about: "Identifier of the NWB file. Default: a hash of its content." },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** @throws UsageError if an option for NWB is given for another format */
export const refuseNwbOptions = (given: Arguments): void => {
  const found = Object.keys(nwbOptions).find((name) => given.has(name));
  if (found !== undefined) throw new UsageError(`--${found} applies to NWB files. Write --out FILE.nwb, or remove it.`);
};

/** Whether a path names an NWB file. */
export const isNwb = (path: string): boolean => extname(path).toLowerCase() === ".nwb";

/** Configurations of models of several files, in the order of their search. */
const configurations = ["config.json", "simulation_config.json", "circuit_config.json"];

/** Main files of models of NeuroML, in the order of their search: simulations of LEMS, networks, other files. */
const mainFiles = [/^LEMS.*\.xml$/i, /\.net\.nml$/i, /\.nml$/i];

/** The file of a model: the path itself, or the main file of a folder. @throws FileError for a folder without one */
const modelFile = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return path;
  const names = (await readdir(path)).sort();
  const file = configurations.find((name) => names.includes(name));
  if (file !== undefined) return join(path, file);
  const candidates = mainFiles.map((pattern) => names.filter((name) => pattern.test(name)));
  const [first, ...others] = candidates.find((list) => list.length > 0) ?? [];
  if (first === undefined) {
    throw new FileError(
      `The folder ${path} contains none of ${configurations.join(", ")}, and no file LEMS….xml or .nml. Name the file of the model.`,
    );
  }
  if (others.length === 0) return join(path, first);
  throw new FileError(
    `The folder ${path} contains ${[first, ...others].slice(0, 20).join(", ")}. Name one of them, such as ${join(path, first)}.`,
  );
};

/** Reads and imports a file. @throws FileError, ConfigError, and UsageError for invalid options */
export const importFile = async (path: string, given: Arguments, terminal: Terminal): Promise<Imported> => {
  const file = await modelFile(resolve(terminal.folder, path));
  const { fileStore } = await import("@spark-snn/formats/node");
  const options = {
    ...readImportOptions(given),
    file: basename(file),
    // HDF5 files can be larger than the memory, so they are read in parts.
    readFile: async (name: string) => {
      const full = resolve(dirname(file), name);
      return /\.(h5|hdf5)$/.test(name) ? fileStore(full, "r") : readFileStrict(full, { limit: LIMIT });
    },
  };
  const bytes = await readFileStrict(file, { limit: LIMIT });
  const { formatOf, formats, looksLikeRecording } = await import("@spark-snn/formats");
  const name = given.text("format");
  const isModel = Object.values(formats).some(({ looksLike }) => looksLike?.(bytes));
  const readable = Object.entries(formats).flatMap(([key, { read }]) => (read ? [key] : []));
  if (name === undefined && !isModel) {
    throw new FileError(
      looksLikeRecording(bytes)
        ? `${path} is a recording, not a model. Write it to a table with spark-snn convert, or name it in an experiment or a fit.`
        : `${path} has no format that can be imported. Known: ${readable.join(", ")}. If it has one of them, name it with --format. Experiments and tables (CSV, NPY, NPZ) need no import: name the table in an experiment.`,
    );
  }
  if (name !== undefined && !readable.includes(name)) {
    throw new UsageError(`--format names no format that can be imported: "${name}". ${suggestName(name, readable)}`);
  }
  const format = (name as FormatName | undefined) ?? formatOf(bytes);
  return formats[format].read!(bytes, options);
};

const readImportOptions = (given: Arguments): AnyImportOptions => {
  const inputs = Object.fromEntries(given.texts("input").map(readSize));
  const units = given.text("units");
  const duration = given.text("duration");
  const dt = given.text("dt");
  const reset = given.text("reset");
  if (reset !== undefined && reset !== "value" && reset !== "subtract") {
    throw new UsageError(`--reset takes value or subtract; received "${reset}". Write --reset subtract.`);
  }
  return {
    strict: given.has("strict"),
    ...(given.texts("input").length > 0 && { inputs }),
    ...(units !== undefined && { units: units.split(",").map((text) => wholeNumber("--units", text)) }),
    ...(duration !== undefined && { duration: positiveNumber("--duration", duration) }),
    ...(dt !== undefined && { dt: positiveNumber("--dt", dt) }),
    ...(reset !== undefined && { reset }),
  };
};

const readSize = (text: string): readonly [string, number] => {
  const cut = text.indexOf("=");
  if (cut > 0) return [text.slice(0, cut), wholeNumber("--input", text.slice(cut + 1))];
  throw new UsageError(`--input takes NAME=COUNT; received "${text}". Write --input signal=4.`);
};

const wholeNumber = (option: string, text: string): number => {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number > 0) return number;
  throw new UsageError(`${option} takes whole numbers of at least 1; received "${text}". Give a number of units.`);
};

const positiveNumber = (option: string, text: string): number => {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`${option} takes a number of ms greater than 0; received "${text}". Write ${option} 1000.`);
};

/** The name of a format that can be written. @throws UsageError */
export const targetFormat = async (given: Arguments, command: string): Promise<FormatName> => {
  const { formats } = await import("@spark-snn/formats");
  const known = Object.entries(formats).flatMap(([key, { write }]) => (write ? [key] : []));
  const name = given.text("to");
  if (name === undefined) {
    throw new UsageError(`${command} needs --to FORMAT. Known formats: ${known.join(", ")}.`);
  }
  if (known.includes(name)) return name as FormatName;
  throw new UsageError(`--to names no format that can be exported: "${name}". ${suggestName(name, known)}`);
};

/** Writes files into a folder, which is made. @throws FileError if a file exists and --force is not given */
export const writeFiles = async (
  files: Readonly<Record<string, Uint8Array | string>>,
  directory: string,
  given: Arguments,
  terminal: Terminal,
): Promise<readonly string[]> => {
  const folder = resolve(terminal.folder, directory);
  const names = Object.keys(files);
  const existing = given.has("force") ? undefined : names.find((name) => existsSync(join(folder, name)));
  if (existing !== undefined) {
    const path = join(directory, existing);
    throw new FileError(`${path} exists already. Choose another --out, or replace the file with --force.`);
  }
  try {
    for (const name of ["", ...names]) await mkdir(join(folder, dirname(name)), { recursive: true });
  } catch (error) {
    throw await fileError(error, directory, "written");
  }
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeAtomic(join(folder, name), files[name]!);
  }
  return names.map((name) => join(directory, name));
};

/** Prints the reports and the files. */
export const tellConversion = async (
  reports: readonly Report[],
  files: readonly string[],
  given: Arguments,
  terminal: Terminal,
): Promise<void> => {
  if (given.has("json")) {
    terminal.out(`${JSON.stringify({ reports, files }, null, 2)}\n`);
    return;
  }
  const { reportText } = await import("@spark-snn/formats");
  const texts = reports.map((report) => reportText(report, { all: given.has("all") }));
  terminal.out(`${texts.join("\n\n")}\n\nWrote ${files.join(", ")}.\n`);
};

/** A function that reads the data of an import, for `experiment`. */
export const readerOf = async (data: Files): Promise<(path: string) => Promise<Uint8Array>> =>
  (await import("@spark-snn/formats")).dataReader(data);
