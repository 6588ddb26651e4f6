import type { ExperimentOptions } from "spark-snn";
import { fileReader, readDocument } from "./document.ts";
import { lazyRecordings } from "./recordings.ts";

/* Reads the files of the document of a sweep. The processes of the sweep load this file. */

/** The document of a sweep. */
export interface SweptDocument {
  /** Path of the document or of its project archive, relative to the folder. */
  readonly path: string;
  /** Absolute path. */
  readonly folder: string;
}

/** Reads the files that a document names, each once, relative to it or from its archive. Recordings are read too. */
export default async ({ path, folder }: SweptDocument): Promise<Pick<ExperimentOptions, "readFile" | "recordings">> => {
  const read = fileReader(path.toLowerCase().endsWith(".zip") ? await readDocument(path, folder) : { path }, folder);
  const known = new Map<string, Promise<Uint8Array>>();
  return {
    readFile: (name) => {
      const bytes = known.get(name) ?? read(name);
      known.set(name, bytes);
      return bytes;
    },
    recordings: lazyRecordings,
  };
};
