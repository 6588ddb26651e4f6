import { ConfigError, type Experiment, type ExperimentOptions, experiment } from "spark-snn";
import { currentDocument, Place, type Read, readOptions, Site } from "spark-snn/documents";
import { requireOptions } from "./checks.ts";
import { executorFor, type Work } from "./executor.ts";
import { loadMeasures, type MeasureFunction } from "./measuring.ts";
import type { MeasureName } from "./named-measures.ts";
import { type SweepOptions, sweepOptions } from "./options.ts";
import { makePlan } from "./plan.ts";
import { SweepClock } from "./progress.ts";
import { documentOf } from "./recorded.ts";
import { groupsOf, type Outcome, type RunnerParts } from "./runner.ts";
import type { PlannedRun, SweepPlan, SweepRow } from "./runs.ts";
import { SharedRuns } from "./together.ts";

/** The result of a sweep. */
export interface SweepResult {
  readonly plan: SweepPlan;
  /** One row for each run that has ended, in the order of the plan. */
  readonly rows: readonly SweepRow[];
  /** Names of the measures of all rows. */
  readonly columns: readonly string[];
  /** False if the sweep was aborted. */
  readonly complete: boolean;
  /** Number of runs that ended with an error. */
  readonly failed: number;
  /** Seconds. */
  readonly wallTime: number;
}

export type ReadSweep = Read<typeof sweepOptions>;

/** What a sweep with a folder adds. */
export interface Shared extends Pick<Work, "files" | "keep" | "reader"> {
  /** The function of the module in `keep`. */
  readonly keeper?: RunnerParts["keep"];
}

/** A checked sweep, ready to run. */
export interface PreparedSweep
  extends Pick<Work, "setup" | "parts" | "modules" | "files" | "keep" | "reader" | "cost"> {
  readonly document: object;
  readonly plan: SweepPlan;
  readonly options: ReadSweep;
  /** The runs in groups that one simulation can serve. */
  groups(runs: readonly PlannedRun[]): PlannedRun[][];
  /** Makes runs that can share one run of more units. Returns the runs that are left. */
  share(
    runs: readonly PlannedRun[],
    ended: (planned: PlannedRun, outcome: Outcome) => void,
  ): Promise<readonly PlannedRun[]>;
}

/** Reads the options of a sweep and makes its plan. Both are absent, with issues, if they are invalid. */
export const readSweep = <D extends typeof sweepOptions>(declared: D, document: object, given: object) => {
  requireOptions("sweep", document, "an experiment document");
  requireOptions("sweep", given, "an object of options such as { vary: { … } }");
  const site = new Site(new Place(["sweep"]), [], undefined);
  const options = readOptions(declared, given as Readonly<Record<string, unknown>>, site);
  return { options, plan: options && makePlan(document, options as ReadSweep, site), site };
};

/** Checks a sweep without running it: its options, its paths, and the document of its first run. */
export const prepareSweep = async (
  document: object,
  given: SweepOptions,
  reading: ExperimentOptions,
): Promise<PreparedSweep> => {
  const { options, plan, site } = readSweep(sweepOptions, document, given);
  if (!options || !plan || site.issues.length > 0) throw new ConfigError(site.issues);
  return prepared(document, plan, options, reading);
};

/** A checked plan with read options, ready to run. @throws ConfigError */
export const prepared = async (
  given: object,
  plan: SweepPlan,
  options: ReadSweep,
  reading: ExperimentOptions,
  { files, keep, reader, keeper }: Shared = {},
): Promise<PreparedSweep> => {
  const site = new Site(new Place(["sweep"]), [], undefined);
  const document = currentDocument(given);
  const { measure, from, to, bin, backend, threads, memory, nonFinite, parallel } = options;
  const names = measure.filter((one): one is MeasureName => typeof one === "string");
  const modules = measure.flatMap((one) => (one instanceof URL ? [one.href] : []));
  const own = measure.filter((one): one is MeasureFunction => typeof one === "function");
  if (parallel > 1) checkParallel(own, options, files === undefined ? reading : {}, site);
  // The document of the first run, so that a mistake ends the sweep before it begins.
  const first = await experiment(documentOf(document, plan.runs[0]!), reading);
  const { dt = 1, duration } = first.options;
  const end = Math.min(to ?? duration, duration);
  if (from >= end) {
    const message = `must be before the end of the window, ${end} ms; received ${from} ms. Give less.`;
    site.at("from").refuse(message);
  }
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  const parts = { reading, functions: [...own, ...(await loadMeasures(modules))], keep: keeper };
  const setup = {
    document,
    names,
    from,
    ...(to !== undefined && { to }),
    bin,
    choices: { backend, threads, ...(memory !== undefined && { memory }), nonFinite },
  };
  return {
    document,
    plan,
    options,
    parts,
    modules,
    files,
    keep,
    reader,
    cost: costOf(first, duration / dt),
    setup,
    groups: (runs) => groupsOf(first, document, runs),
    share: (runs, ended) => new SharedRuns(setup, parts, options.signal).make(first, runs, parallel, ended),
  };
};

/** A rough estimate of the time of a run, s: units and synapses are advanced in some nanoseconds. */
const costOf = (read: Experiment, steps: number): number => {
  const count = (units: readonly number[]): number => units.reduce((product, n) => product * n, 1);
  if (read.kind === "soma") return 0.002 + steps * count(read.units) * 2e-9;
  const units = Object.values(read.units).reduce((sum, own) => sum + count(own), 0);
  const synapses = Object.values(read.synapses).reduce((sum, own) => sum + own, 0);
  return 0.005 + steps * units * 2e-8 + synapses * 1e-7;
};

/** Refuses what cannot be sent to other processes. */
const checkParallel = (
  own: readonly MeasureFunction[],
  { backend }: ReadSweep,
  { models, synapses, rules, readFile }: ExperimentOptions,
  site: Site,
): void => {
  const remedy = "or omit parallel.";
  if (own.length > 0) {
    const message = "is a function, which cannot be sent to other processes. Export it from a module and give its URL,";
    site.at("measure").refuse(`${message} ${remedy}`);
  }
  if (typeof backend !== "string") {
    site.at("backend").refuse(`is a value, which cannot be sent to other processes. Give its name, ${remedy}`);
  }
  const parts = Object.entries({ models, synapses, rules, readFile }).filter(([, value]) => value !== undefined);
  for (const [name] of parts) {
    site
      .at("parallel")
      .refuse(`cannot be combined with ${name}, which cannot be sent to other processes. Omit parallel.`);
  }
};

/** The row of a run. */
export const rowOf = ({ index, overrides, seed }: PlannedRun, outcome: Outcome): SweepRow => ({
  index,
  overrides,
  ...(seed !== undefined && { seed }),
  ...("error" in outcome ? { measures: {}, error: outcome.error } : outcome),
});

/** The names of all measures, in the order in which the rows have them. */
export const columnsOf = (rows: readonly SweepRow[]): string[] => [
  ...new Set(rows.flatMap(({ measures }) => Object.keys(measures))),
];

/** Runs some runs of a plan except those that are done, and returns all rows in the order of the plan. */
export const runPrepared = async (
  { plan, options, groups, share, ...work }: PreparedSweep,
  done: readonly SweepRow[] = [],
  chosen: readonly PlannedRun[] = plan.runs,
): Promise<SweepResult> => {
  const { parallel, signal, progress, onRow } = options;
  const execute = executorFor(parallel);
  const rows = [...done];
  const has = new Set(done.map(({ index }) => index));
  const missing = chosen.filter(({ index }) => !has.has(index));
  const clock = new SweepClock(chosen.length, rows);
  progress?.(clock.progress);
  const ended = (planned: PlannedRun, outcome: Outcome): void => {
    const row = rowOf(planned, outcome);
    rows.push(row);
    clock.add(row);
    onRow?.(row);
    progress?.(clock.progress);
  };
  const single = await share(missing, ended);
  const complete = await execute({ ...work, groups: groups(single), parallel, signal, ended });
  rows.sort((a, b) => a.index - b.index);
  const { failed, elapsed } = clock.progress;
  return { plan, rows, columns: columnsOf(rows), complete, failed, wallTime: elapsed };
};

/**
 * Runs an experiment document many times with other values and seeds, and measures each run. Every run has the bits of
 * the same run alone, whatever the order and the number of processes. A run that fails is a row with its error.
 *
 * @throws ConfigError with all problems of the options, and of the document with the values of the first run; StateError
 * if processes are not available; an error of a measure function
 */
export const sweep = async (
  document: object,
  options: SweepOptions,
  reading: ExperimentOptions = {},
): Promise<SweepResult> => runPrepared(await prepareSweep(document, options, reading));

/**
 * The runs that a sweep would make.
 * @throws ConfigError with all problems of the options, and of the document with the values of the first run
 */
export const planSweep = async (
  document: object,
  options: SweepOptions,
  reading: ExperimentOptions = {},
): Promise<SweepPlan> => (await prepareSweep(document, options, reading)).plan;
