import {
  BackendError,
  ConfigError,
  FileError,
  MemoryError,
  ModelError,
  NonFiniteError,
  ShapeError,
  UnitError,
} from "spark-snn";
import { UsageError } from "./arguments.ts";
import { exitCodes } from "./exit.ts";
import { commandText } from "./next-steps.ts";
import { styleText, type Terminal } from "./terminal.ts";

const documentErrors = [ConfigError, ShapeError, UnitError, ModelError, BackendError];

export const exitCodeOf = (error: unknown): number => {
  if (error instanceof UsageError) return exitCodes.usage[0];
  if (documentErrors.some((kind) => error instanceof kind)) return exitCodes.document[0];
  if (error instanceof FileError) return exitCodes.file[0];
  if (error instanceof MemoryError) return exitCodes.memory[0];
  if (error instanceof NonFiniteError) return exitCodes.nonFinite[0];
  return exitCodes.unexpected[0];
};

/** Errors of the operating system that no other code explained, as errors of files. */
export const explained = async (error: unknown): Promise<unknown> => {
  if (!(error instanceof Error && "syscall" in error)) return error;
  const { fileError } = await import("spark-snn/node");
  return fileError(error, "path" in error ? String(error.path) : "A file", "used");
};

/** Text that reports an error. */
export const errorText = (error: unknown, terminal: Terminal): string => {
  const shown = terminal.environment["SPARK_DEBUG"] === "1";
  const label = styleText(terminal, "err", "red", "error");
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const lines = commandText(terminal, message)
    .split("\n")
    .map((line) => `${label} ${line}`);
  if (shown) lines.push(error instanceof Error ? (error.stack ?? "") : "");
  else if (code === exitCodes.unexpected[0]) lines.push("Run it again with SPARK_DEBUG=1 to see where it happened.");
  else if (code === exitCodes.usage[0]) lines.push(`See ${commandText(terminal, "spark-snn --help")}.`);
  return `${lines.join("\n")}\n`;
};
