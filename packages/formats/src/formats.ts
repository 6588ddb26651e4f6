import { FileError } from "spark-snn";
import { looksLikeZip } from "./archive/zip.ts";
import { looksLikeNeuroml } from "./neuroml/looks-like.ts";
import { looksLikeNir } from "./nir/looks-like.ts";
import type { Experiment, Exported, ExportOptions, Imported, ImportOptions } from "./result.ts";
import { looksLikeScfg } from "./scfg/unpack.ts";
import { looksLikeSonata } from "./sonata/looks-like.ts";

/** Options of an import whose format is found from the file. An import uses those that its format has. */
export interface AnyImportOptions extends ImportOptions {
  readonly units?: readonly number[];
  readonly inputs?: Readonly<Record<string, number>>;
  /** Name of the file, or its path if `readFile` reads paths relative to another folder. */
  readonly file?: string;
  readonly dt?: number;
  readonly reset?: "value" | "subtract";
}

/** A file format. Its code is loaded when it is used. */
export interface Format {
  /** One sentence. */
  readonly about: string;
  /** Whether bytes look like a file of the format. Absent if the format cannot be read. */
  readonly looksLike?: (bytes: Uint8Array) => boolean;
  readonly read?: (bytes: Uint8Array, options?: AnyImportOptions) => Promise<Imported>;
  readonly write?: (experiment: Experiment, options?: ExportOptions) => Promise<Exported>;
}

export type FormatName = "scfg" | "nir" | "brian2" | "pynn" | "sonata" | "archive" | "drawn" | "neuroml";

/** All formats by name, for command lines and forms. */
export const formats: Readonly<Record<FormatName, Format>> = {
  scfg: {
    about: "Models of Python Spark 0.1 and 1.2 (.scfg).",
    looksLike: looksLikeScfg,
    read: async (bytes, options) => (await import("./scfg/import.ts")).importScfg(bytes, options),
    write: async (experiment, options) => (await import("./scfg/export.ts")).exportScfg(experiment, options),
  },
  sonata: {
    about: "Networks of SONATA: a configuration, and the files of nodes, edges and inputs that it names.",
    looksLike: looksLikeSonata,
    read: async (bytes, options) => (await import("./sonata/import.ts")).importSonata(bytes, options),
    write: async (experiment, options) => (await import("./sonata/export.ts")).exportSonata(experiment, options),
  },
  nir: {
    about: "Graphs of the Neuromorphic Intermediate Representation (.nir).",
    looksLike: looksLikeNir,
    read: async (bytes, options) => (await import("./nir/import.ts")).importNir(bytes, options),
    write: async (experiment, options) => (await import("./nir/export.ts")).exportNir(experiment, options),
  },
  brian2: {
    about: "Scripts for Brian2, with their data in an NPZ file.",
    write: async (experiment, options) => (await import("./brian2/export.ts")).exportBrian2(experiment, options),
  },
  pynn: {
    about: "Scripts for PyNN, which run on NEST and other simulators, with their data in an NPZ file.",
    write: async (experiment, options) => (await import("./pynn/export.ts")).exportPynn(experiment, options),
  },
  archive: {
    about: "Projects in one file (.spark.zip): the experiment, its data and results.",
    looksLike: looksLikeZip,
    read: async (bytes, options) => (await import("./archive/export.ts")).importArchive(bytes, options),
    write: async (experiment, options) => (await import("./archive/export.ts")).exportArchive(experiment, options),
  },
  drawn: {
    about: "Experiments with drawn synapses: the document, with the lists of all synapses in an NPZ file.",
    write: async (experiment, options) => (await import("./archive/drawn.ts")).exportDrawn(experiment, options),
  },
  neuroml: {
    about: "Networks of NeuroML 2, with a simulation of LEMS that runs them.",
    looksLike: looksLikeNeuroml,
    read: async (bytes, options) => (await import("./neuroml/import.ts")).importNeuroml(bytes, options),
    write: async (experiment, options) => (await import("./neuroml/export.ts")).exportNeuroml(experiment, options),
  },
};

/**
 * The name of the format of a file, from its first bytes.
 * @throws FileError if it is none of the formats that can be read
 */
export const formatOf = (bytes: Uint8Array): FormatName => {
  const known = Object.entries(formats);
  const found = known.find(([, { looksLike }]) => looksLike?.(bytes));
  if (found) return found[0] as FormatName;
  const readable = known.flatMap(([name, { read }]) => (read ? [name] : []));
  throw new FileError(`The file has no format that can be read. Known: ${readable.join(", ")}. Name its format.`);
};
