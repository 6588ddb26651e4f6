import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError, FileError } from "spark-snn";
import { Place, type Read, readOptions, Site, type Written } from "spark-snn/documents";
import { makeResultsFolder, readFileStrict, removeFile, writeAtomic } from "spark-snn/node";
import { requireOptions, requireText } from "../checks.ts";
import { planText } from "../plan-text.ts";
import type { Keeper } from "../processes/messages.ts";
import { loadKeeper, loadReading } from "../processes/parts.ts";
import type { PlannedRun, SweepRow } from "../runs.ts";
import { columnsOf, type PreparedSweep, prepared, readSweep, runPrepared, type SweepResult } from "../sweep.ts";
import { sweepCsv } from "../table.ts";
import { folderSweepOptions, runPlanOptions, type Share } from "./options.ts";
import { planDifference, readPlan } from "./plan-file.ts";
import { RowsFile, readRows, rowsName } from "./rows-file.ts";

/* Sweeps whose plan, rows and table are files, so that they survive interruptions and may be shared by many tasks. */

/** Name of the plan in the folder of a sweep. */
export const PLAN = "plan.jsonl";
/** Name of the table. */
export const TABLE = "table.csv";

/** Options of a sweep with a folder: those of `sweep`, and its files. */
export interface SweepFolderOptions extends Written<typeof folderSweepOptions> {}

/** Options of `runPlan`. Those of `sweep` replace the ones of the plan. */
export interface RunPlanOptions extends Written<typeof runPlanOptions> {}

type ReadFolderSweep = Read<typeof folderSweepOptions>;

const prepareFolder = async ({ folder, force }: ReadFolderSweep, text: string): Promise<void> => {
  const file = join(folder, PLAN);
  const before = await readFileStrict(file, { limit: 2 ** 29 }).catch((error: unknown) => {
    if ((error as { readonly cause?: NodeJS.ErrnoException }).cause?.code === "ENOENT") return undefined;
    throw error;
  });
  const present = before && new TextDecoder().decode(before);
  const difference = present === undefined ? undefined : differenceOf(present, text);
  if (present !== undefined && difference === undefined) return;
  if (difference !== undefined && !force) {
    const message = `${folder} contains a sweep with another plan: ${difference} differs.`;
    throw new FileError(`${message} Name another folder, or replace it with force.`);
  }
  if (present === undefined) await makeResultsFolder(folder, { force, permit: "use force" });
  for (const name of await readdir(folder)) {
    if (/^rows.*\.jsonl$/.test(name) || name === TABLE) await removeFile(join(folder, name));
  }
  await writeAtomic(file, text);
};

const differenceOf = (before: string, now: string): string | undefined => {
  try {
    return planDifference(before, now);
  } catch {
    return "its file is damaged, so everything";
  }
};

/** The runs of a share, in an order in which one simulation can serve runs that follow each other. */
const runsOf = ({ plan, groups }: PreparedSweep, share: Share | undefined): readonly PlannedRun[] => {
  if (!share) return plan.runs;
  const { task, tasks } = share;
  const { length } = plan.runs;
  const at = (part: number): number => Math.floor((part * length) / tasks);
  return groups(plan.runs)
    .flat()
    .slice(at(task), at(task + 1));
};

/** Runs what is missing of a plan in a folder, and writes the rows as they come. */
const runInFolder = async (
  ready: PreparedSweep,
  folder: string,
  share: Share | undefined,
  retry: boolean,
): Promise<SweepResult> => {
  const chosen = runsOf(ready, share);
  const indices = new Set(chosen.map(({ index }) => index));
  const isDone = ({ index, error }: SweepRow): boolean => indices.has(index) && !(retry && error !== undefined);
  const done = (await readRows(folder, ready.plan)).filter(isDone);
  const file = await RowsFile.open(folder, rowsName(share));
  const { onRow } = ready.options;
  const options = {
    ...ready.options,
    onRow: (row: SweepRow): void => {
      file.add(row);
      onRow?.(row);
    },
  };
  let result: SweepResult;
  try {
    result = await runPrepared({ ...ready, options }, done, chosen);
  } finally {
    await file.close();
  }
  await writeTable(ready, folder, share !== undefined);
  return result;
};

/** Writes the table of all rows in a folder. With `whole`, only if no run is missing. */
const writeTable = async ({ plan }: Pick<PreparedSweep, "plan">, folder: string, whole: boolean): Promise<void> => {
  const rows = await readRows(folder, plan);
  if (whole && rows.length < plan.runs.length) return;
  await writeAtomic(join(folder, TABLE), sweepCsv({ plan, rows, columns: columnsOf(rows) }));
};

const sharedOf = async (files: string, keep: Keeper | undefined, reader: Keeper | undefined) => ({
  files,
  keep,
  reader,
  keeper: keep && (await loadKeeper(keep)),
});

/** Checks a sweep and its folder, without writing anything. @throws ConfigError with all problems */
const prepareInFolder = async (document: object, given: SweepFolderOptions) => {
  const { options, plan, site } = readSweep(folderSweepOptions, document, given);
  if (options?.measure.some((one) => typeof one === "function")) {
    site.at("measure").refuse("is a function, which a plan cannot contain. Export it from a module and give its URL.");
  }
  if (options && typeof options.backend !== "string") {
    site.at("backend").refuse("is a value, which a plan cannot contain. Give its name.");
  }
  if (!options || !plan || site.issues.length > 0) throw new ConfigError(site.issues);
  const { files = process.cwd(), keep, reader } = options;
  const reading = await loadReading(files, reader);
  const ready = await prepared(document, plan, options, reading, await sharedOf(files, keep, reader));
  return { ready, options };
};

/**
 * Runs a sweep and writes its plan, its rows and its table to a folder: `plan.jsonl` first, then a line of `rows.jsonl`
 * for each run that ends, then `table.csv`. The same call continues a sweep that was interrupted.
 *
 * @throws the errors of `sweep`; ConfigError for functions and backends that are values, which a plan cannot contain;
 * FileError if the folder contains something else and `force` is false, or if a file cannot be written
 */
export const sweepToFolder = async (document: object, options: SweepFolderOptions): Promise<SweepResult> => {
  const { ready, options: read } = await prepareInFolder(document, options);
  await prepareFolder(read, planText(ready));
  return runInFolder(ready, read.folder, undefined, read.retry);
};

/**
 * Writes only the plan of a sweep, for tasks that run it with `runPlan`. Returns the number of runs.
 *
 * @throws ConfigError, FileError: the errors of `sweepToFolder`
 */
export const writePlan = async (document: object, options: SweepFolderOptions): Promise<number> => {
  const { ready, options: read } = await prepareInFolder(document, options);
  await prepareFolder(read, planText(ready));
  return ready.plan.runs.length;
};

/**
 * Runs a plan, or the share of one of several tasks. Runs that have ended are skipped, so a task may be started again.
 * Each task appends to its own file next to the plan. The table is written when no run is missing.
 *
 * @throws ConfigError for invalid options or an invalid document; FileError if the plan cannot be read, or a file cannot
 * be written
 */
export const runPlan = async (path: string, options: RunPlanOptions = {}): Promise<SweepResult> => {
  requireText("runPlan.path", path, "the path of a plan");
  requireOptions("runPlan", options, "an object of options such as { share: { task: 0, tasks: 4 } }");
  const site = new Site(new Place(["runPlan"]), [], undefined);
  const read = readOptions(runPlanOptions, options as Readonly<Record<string, unknown>>, site);
  if (!read) throw new ConfigError(site.issues);
  const { share, retry, ...own } = read;
  const { document, plan, files, keep, reader, options: planned } = await readPlan(path, path);
  const shared = await sharedOf(files, keep, reader);
  const ready = await prepared(document, plan, { ...planned, ...own }, await loadReading(files, reader), shared);
  return runInFolder(ready, dirname(path), share, retry);
};

/**
 * The rows of a sweep in a folder, from all its tasks, and writes their table.
 * @throws ConfigError unless the folder is text; FileError if there is no plan
 */
export const gatherRows = async (folder: string): Promise<Pick<SweepResult, "plan" | "rows" | "columns">> => {
  requireText("gatherRows.folder", folder, "the path of a folder");
  const { plan } = await readPlan(join(folder, PLAN), join(folder, PLAN));
  const rows = await readRows(folder, plan);
  await writeTable({ plan }, folder, false);
  return { plan, rows, columns: columnsOf(rows) };
};
