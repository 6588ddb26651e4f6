import { custom, describe, flag, isRecord, optional, options, text, whole } from "spark-snn/documents";
import { sweepOptions } from "../options.ts";
import type { Keeper } from "../processes/messages.ts";

const moduleOption = (about: string) =>
  custom<Keeper>({
    about,
    takes: "an object { url, data }",
    schema: {},
    read: (value, site) =>
      isRecord(value) && typeof value["url"] === "string"
        ? (value as unknown as Keeper)
        : site.refuse(`must be an object with the url of a module; received ${describe(value)}. Give { url, data }.`),
  });

const retry = flag(false, "Runs failed runs again.");

/** What a sweep with a folder adds to the options of a sweep. */
export const folderSweepOptions = {
  ...sweepOptions,
  /** Folder for the plan, the rows and the table. A folder with the same plan is continued. */
  folder: text("Folder for the plan, the rows and the table.", "Give the path of a folder."),
  /** Folder of the files that the document names. Default: the current folder. */
  files: optional(text("Folder of the files that the document names.", "Omit it for the current folder.")),
  /** Replaces another plan and its rows in the folder. Default false. */
  force: flag(false, "Replaces another plan and its rows in the folder."),
  /** Runs failed runs again. Default false. */
  retry,
  /** A module that keeps the records of each run: its default export makes a `KeepRun` from the data. */
  keep: optional(moduleOption("A module that keeps the records of each run.")),
  /**
   * A module that reads the files that the document names, such as recordings and those in an archive: its default export
   * makes `{ readFile, recordings }` from the data. Default: files are read from the folder `files`.
   */
  reader: optional(moduleOption("A module that reads the files that the document names.")),
};

/** The part of a plan that one task runs. */
export interface Share {
  /** Number of the task, from 0. */
  readonly task: number;
  readonly tasks: number;
}

const counts = options("The part of a plan that one task runs.", {
  task: whole("Number of the task, from 0.", 0, Infinity, "Count tasks from 0."),
  tasks: whole("Number of tasks.", 1, Infinity, "Give the number of tasks."),
});

const share = custom<Share>({
  about: counts.about,
  takes: counts.takes,
  schema: {},
  read: (value, site) => {
    const read = counts.read(value, site);
    if (!read || read.task < read.tasks) return read;
    const message = `must be a whole number from 0 to ${read.tasks - 1}; received ${read.task}. Count tasks from 0.`;
    return site.at("task").refuse(message);
  },
});

const { parallel, signal, progress, onRow, backend, threads } = sweepOptions;

/** The options of `runPlan`. Those of the sweep replace the ones of the plan. */
export const runPlanOptions = {
  parallel,
  signal,
  progress,
  onRow,
  backend: optional(backend),
  threads: optional(threads),
  /** Runs failed runs again. Default false. */
  retry,
  /** The part of the plan to run. Default: all of it. */
  share: optional(share),
};
