import type { Experiment, ExperimentDocument } from "spark-snn";
import type { ByteStore } from "./hdf5/store.ts";
import type { Report } from "./report.ts";

/** Files by name, relative to one folder. */
export type Files = Readonly<Record<string, Uint8Array>>;

/**
 * Reads another file of a model, by its path relative to the folder of the file that is imported. It may give random access
 * to a large file instead of its bytes. It rejects if the file cannot be read.
 */
export type ReadNeighbour = (path: string) => Promise<Uint8Array | ByteStore>;

/** Options of every import. */
export interface ImportOptions {
  /** Refuse the file if a part is not faithful. Default false. */
  readonly strict?: boolean;
  /** Name of the experiment. Default: none. */
  readonly name?: string;
  /** Duration of the run in the document, ms. Default 1000. */
  readonly duration?: number;
  /** Reads the other files of a model of several files. */
  readonly readFile?: ReadNeighbour;
}

/** Result of an import. */
export interface Imported {
  /** The experiment document. `experiment` reads it, with `data` as the files that it names. */
  readonly document: ExperimentDocument;
  /** Files that the document names. */
  readonly data: Files;
  readonly report: Report;
}

/** Options of every export. */
export interface ExportOptions {
  /** Refuse the experiment if a part is not faithful. Default false. */
  readonly strict?: boolean;
  /** Files that the document of the experiment names, for archives. */
  readonly data?: Files;
  /** Files of the results of a run, for archives. */
  readonly results?: Files;
  /** Versions of programs by name, for archives. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Result of an export. */
export interface Exported {
  readonly files: Files;
  readonly report: Report;
}

/** An experiment as `experiment` reads it from a document. */
export type { Experiment };

/** A function for the option `readFile` of `experiment` that reads the data of an import. */
export const dataReader =
  (data: Files) =>
  async (path: string): Promise<Uint8Array> => {
    const bytes = Object.hasOwn(data, path) ? data[path] : undefined;
    if (bytes) return bytes;
    throw new Error(`There is no file ${path} among the data of the import.`);
  };

/**
 * A function for the option `readFile` of an import that reads files of an archive, or files that were chosen in a page. Files
 * without folders, as a page gives them, are found by their names.
 */
export const neighbourReader =
  (files: Files): ReadNeighbour =>
  async (path) => {
    const wanted = path.replace(/^(\.\.?\/)+/, "");
    const exact = Object.hasOwn(files, path) ? path : Object.hasOwn(files, wanted) ? wanted : undefined;
    if (exact !== undefined) return files[exact]!;
    const last = wanted.slice(wanted.lastIndexOf("/") + 1);
    const same = Object.keys(files).filter((name) => `/${name}`.endsWith(`/${wanted}`));
    const flat = Object.hasOwn(files, last) ? [last] : [];
    const found = same.length > 0 ? same : flat;
    if (found.length === 1) return files[found[0]!]!;
    const state = found.length === 0 ? "is not among them" : `is ambiguous: ${found.join(", ")}`;
    throw new Error(`it ${state}. The files are ${Object.keys(files).slice(0, 20).join(", ")}.`);
  };
