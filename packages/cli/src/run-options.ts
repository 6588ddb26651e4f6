import { type BackendChoice, runOptions } from "spark-snn";
import { byDefault, choice, number } from "spark-snn/documents";
import { type Arguments, readDeclared } from "./arguments.ts";
import { commandText } from "./next-steps.ts";
import { styleText, type Terminal } from "./terminal.ts";

const formats = ["csv", "npz", "sonata"] as const;

/** Format of records on the command line. */
export type Format = (typeof formats)[number];

export const formatOption = byDefault(
  "csv",
  choice(
    "Format of the records: text (csv), arrays for NumPy (npz), or HDF5 of SONATA (sonata).",
    formats,
    "Omit it for csv.",
  ),
);

/** Run options that the command line sets. */
export interface RunChoices {
  readonly backend?: BackendChoice;
  readonly threads?: number | "all";
  readonly memory?: number;
  readonly nonFinite?: "error" | "ignore";
}

export const readChoices = (given: Arguments): RunChoices => {
  const memory = memoryOf(given);
  const nonFinite = readDeclared(given, "non-finite", runOptions.nonFinite);
  return { ...readMachine(given), ...(memory !== undefined && { memory }), ...(nonFinite && { nonFinite }) };
};

/** The backend and its threads. */
export const readMachine = (given: Arguments): Pick<RunChoices, "backend" | "threads"> => {
  const backend = readDeclared(given, "backend", runOptions.backend);
  const threads = readDeclared(given, "threads", runOptions.threads);
  return { ...(backend && { backend }), ...(threads && { threads }) };
};

/** Memory limit of a run, bytes. */
export const memoryOf = (given: Arguments): number | undefined => {
  const megabytes = readDeclared(given, "memory", megabyteOption);
  return megabytes === undefined ? undefined : megabytes * 1e6;
};

const megabyteOption = number(runOptions.memory.about, {
  holds: (megabytes) => megabytes > 0,
  takes: "a number of megabytes greater than 0",
  remedy: "Write --memory 4000.",
});

/** Prints warnings to standard error. */
export const warn = (warnings: readonly string[], terminal: Terminal): void => {
  const label = styleText(terminal, "err", "yellow", "warning");
  for (const warning of warnings) terminal.err(`${label} ${commandText(terminal, warning)}\n`);
};
