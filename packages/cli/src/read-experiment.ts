import { type Experiment, experiment, type Key } from "spark-snn";
import type { Arguments } from "./arguments.ts";
import { type DocumentFile, fileReader, placeProblems, setInExperiment } from "./document.ts";
import { lazyRecordings } from "./recordings.ts";
import { memoryOf } from "./run-options.ts";
import type { Terminal } from "./terminal.ts";

/** A document with the changes from the command line. */
export interface ChangedDocument {
  readonly document: unknown;
  /** The keys that were changed, which have no place in the file. */
  readonly changed: readonly (readonly Key[])[];
}

/** Applies --set, --duration, --seed and --dtype to a document. */
export const changeDocument = async (file: DocumentFile, given: Arguments): Promise<ChangedDocument> => {
  const assignments = [...given.texts("set")];
  for (const name of ["duration", "seed", "dtype"]) {
    const value = given.text(name);
    if (value !== undefined) assignments.push(`${name}=${value}`);
  }
  const changed: (readonly Key[])[] = [];
  let document = file.value;
  // The reader explains a document that is not an object.
  for (const assignment of typeof document === "object" && document !== null ? assignments : []) {
    const set = await setInExperiment(document as object, assignment);
    document = set.document;
    changed.push(["experiment", ...set.keys]);
  }
  return { document, changed };
};

/**
 * Reads the document with the changes from the command line. Problems name file, line and column.
 *
 * @param named gets each file that the document names
 */
export const readExperiment = async (
  file: DocumentFile,
  given: Arguments,
  terminal: Pick<Terminal, "folder">,
  named?: (path: string, bytes: Uint8Array) => void,
): Promise<Experiment> => {
  const readFile = fileReader(file, terminal.folder);
  const { document, changed } = await changeDocument(file, given);
  const memory = memoryOf(given);
  try {
    return await experiment(document, {
      readFile: async (path) => {
        const bytes = await readFile(path);
        named?.(path, bytes);
        return bytes;
      },
      recordings: lazyRecordings,
      ...(memory !== undefined && { memory }),
    });
  } catch (error) {
    throw await placeProblems(error, file, changed);
  }
};
