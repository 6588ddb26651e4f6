import type { ReadCrossValidationDocument, ReadFitDocument } from "@spark-snn/fit";
import { isRecord } from "spark-snn/documents";
import { assignedKeys, type DocumentFile, fileReader, placeProblems, setValue } from "./document.ts";
import { lazyRecordings } from "./recordings.ts";
import type { Terminal } from "./terminal.ts";

/** Whether a document describes a fit. */
export const isFit = (document: unknown): boolean => isRecord(document) && Object.hasOwn(document, "recordings");

/** Whether a document describes the comparison of several somas. */
export const isCrossValidation = (document: unknown): boolean =>
  isFit(document) && Object.hasOwn(document as object, "models");

/** Reads a fit document with several somas, like `readFit`. */
export const readCrossValidation = async (
  file: DocumentFile,
  assignments: readonly string[],
  terminal: Pick<Terminal, "folder">,
): Promise<ReadCrossValidationDocument> => {
  for (const assignment of assignments) await setValue(file.value, assignment);
  const { readCrossValidationDocument } = await import("@spark-snn/fit");
  const readFile = fileReader(file, terminal.folder);
  return placed(file, assignments, () =>
    readCrossValidationDocument(file.value, { readFile, recordings: lazyRecordings }),
  );
};

/** Reads a fit document with the changes from the command line. Problems name file, line and column. */
export const readFit = async (
  file: DocumentFile,
  assignments: readonly string[],
  terminal: Pick<Terminal, "folder">,
): Promise<ReadFitDocument> => {
  for (const assignment of assignments) await setValue(file.value, assignment);
  const { readFitDocument } = await import("@spark-snn/fit");
  const readFile = fileReader(file, terminal.folder);
  return placed(file, assignments, () => readFitDocument(file.value, { readFile, recordings: lazyRecordings }));
};

/** Adds file, line and column to problems. */
export const placed = async <T>(
  file: DocumentFile,
  assignments: readonly string[],
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const changed = assignments.map((assignment) => ["fit", ...assignedKeys(assignment)]);
    throw await placeProblems(error, file, changed);
  }
};
