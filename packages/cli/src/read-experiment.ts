import { ConfigError, type Experiment, experiment } from "spark-snn";
import type { Arguments } from "./arguments.ts";
import { assignedKeys, type DocumentFile, fileReader, placeIssues, setValue } from "./document.ts";
import { memoryOf } from "./run-options.ts";
import type { Terminal } from "./terminal.ts";

/** Reads the document with the changes from the command line. Problems name file, line and column. */
export const readExperiment = async (
  file: DocumentFile,
  given: Arguments,
  terminal: Pick<Terminal, "folder">,
): Promise<Experiment> => {
  const assignments = [...given.texts("set")];
  for (const name of ["duration", "seed", "dtype"]) {
    const value = given.text(name);
    if (value !== undefined) assignments.push(`${name}=${value}`);
  }
  for (const assignment of assignments) await setValue(file.value, assignment);
  const memory = memoryOf(given);
  try {
    return await experiment(file.value, {
      readFile: fileReader(file.path, terminal.folder),
      ...(memory !== undefined && { memory }),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Values set on the command line have no place in the file.
    const changed = assignments.map((assignment) => ["experiment", ...assignedKeys(assignment)]);
    throw await placeIssues(error, file, changed);
  }
};
