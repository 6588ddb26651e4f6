import type { BackendChoice } from "spark-snn";
import { type Arguments, UsageError } from "./arguments.ts";
import { commandText } from "./next-steps.ts";
import { styleText, type Terminal } from "./terminal.ts";

/** Run options that the command line sets. */
export interface RunChoices {
  readonly backend?: BackendChoice;
  readonly threads?: number | "all";
  readonly memory?: number;
  readonly nonFinite?: "error" | "ignore";
}

export const readChoices = (given: Arguments): RunChoices => {
  const backend = given.text("backend");
  const threads = threadsOf(given);
  const memory = memoryOf(given);
  const nonFinite = nonFiniteOf(given);
  return {
    ...(backend !== undefined && { backend: backend as BackendChoice }),
    ...(threads !== undefined && { threads }),
    ...(memory !== undefined && { memory }),
    ...(nonFinite !== undefined && { nonFinite }),
  };
};

const threadsOf = (given: Arguments): number | "all" | undefined => {
  const text = given.text("threads");
  if (text === undefined || text === "all") return text;
  const threads = Number(text);
  // The simulation refuses numbers outside its range.
  if (text.trim() !== "" && Number.isFinite(threads)) return threads;
  throw new UsageError(`--threads must be a whole number or all; received "${text}". Write --threads 2.`);
};

const nonFiniteOf = (given: Arguments): "error" | "ignore" | undefined => {
  const text = given.text("non-finite");
  if (text === undefined || text === "error" || text === "ignore") return text;
  throw new UsageError(`--non-finite must be error or ignore; received "${text}". Omit it for error.`);
};

/** Memory limit of a run, bytes. */
export const memoryOf = (given: Arguments): number | undefined => {
  const text = given.text("memory");
  if (text === undefined) return undefined;
  const megabytes = Number(text);
  if (text.trim() !== "" && Number.isFinite(megabytes) && megabytes > 0) return megabytes * 1e6;
  throw new UsageError(
    `--memory must be a number of megabytes greater than 0; received "${text}". Write --memory 4000.`,
  );
};

/** Prints warnings to standard error. */
export const warn = (warnings: readonly string[], terminal: Terminal): void => {
  const label = styleText(terminal, "err", "yellow", "warning");
  for (const warning of warnings) terminal.err(`${label} ${commandText(terminal, warning)}\n`);
};
