import { BackendError, ConfigError, FileError, MemoryError, ModelError, ShapeError, UnitError } from "spark-snn";
import { UsageError } from "./arguments.ts";

/** What the exit code says; also the table in the help. */
export const exitCodes = {
  done: [0, "done"],
  unexpected: [1, "something unexpected: a mistake in the program"],
  usage: [2, "the command cannot be understood"],
  document: [3, "the experiment has a problem"],
  file: [4, "a file cannot be read or written"],
  memory: [5, "the run needs more memory than it may take"],
  interrupted: [130, "interrupted; what was recorded is there, marked as incomplete"],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;

const documentErrors = [ConfigError, ShapeError, UnitError, ModelError, BackendError];

/** The exit code of an error. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof UsageError) return exitCodes.usage[0];
  if (documentErrors.some((kind) => error instanceof kind)) return exitCodes.document[0];
  if (error instanceof FileError) return exitCodes.file[0];
  if (error instanceof MemoryError) return exitCodes.memory[0];
  return exitCodes.unexpected[0];
};
