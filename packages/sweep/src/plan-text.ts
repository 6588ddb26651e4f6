import { ConfigError, type ExperimentOptions } from "spark-snn";
import { Place, Site } from "spark-snn/documents";
import type { SweepOptions } from "./options.ts";
import type { Keeper } from "./processes/messages.ts";
import { type PreparedSweep, prepareSweep } from "./sweep.ts";

/* The plan of a sweep as a file of JSON lines: one that describes all runs, then one for each run. */

export const KIND = "spark-snn sweep plan";
export const VERSION = 1;

/** The first line of a plan. */
export interface Head {
  readonly kind: typeof KIND;
  readonly version: typeof VERSION;
  readonly runs: number;
  readonly paths: readonly string[];
  readonly document: object;
  /** Folder of the files that the document names. */
  readonly files: string;
  /** Names of measures, and URLs of modules. */
  readonly measure: readonly string[];
  readonly from: number;
  readonly to?: number;
  readonly bin: number;
  readonly nonFinite: "error" | "ignore";
  readonly memory?: number;
  readonly backend: string;
  readonly threads: number | "all";
  readonly keep?: Keeper;
  readonly reader?: Keeper;
}

const headOf = ({ document, plan, options, files, keep, reader }: PreparedSweep): Head => {
  const { measure, from, to, bin, nonFinite, memory, backend, threads } = options;
  return {
    kind: KIND,
    version: VERSION,
    runs: plan.runs.length,
    paths: plan.paths,
    document,
    files: files!,
    measure: measure.map((one) => (one instanceof URL ? one.href : (one as string))),
    from,
    ...(to !== undefined && { to }),
    bin,
    nonFinite,
    ...(memory !== undefined && { memory }),
    backend: backend as string,
    threads,
    ...(keep && { keep }),
    ...(reader && { reader }),
  };
};

/** The plan of a sweep as text. */
export const planText = (prepared: PreparedSweep): string =>
  `${[headOf(prepared), ...prepared.plan.runs].map((line) => JSON.stringify(line)).join("\n")}\n`;

/**
 * The plan of a sweep as the text of a file, which `spark-snn sweep --plan` and `runPlan` of `@spark-snn/sweep/node` run, in
 * one process or in many tasks. Files that the document names are read from the folder in which the plan is run. The
 * options that say how to run a sweep (`parallel`, `signal`, `progress`, `onRow`) do not belong to a plan.
 *
 * @throws ConfigError with all problems of the options, and of the document with the values of the first run
 */
export const sweepPlanText = async (
  document: object,
  options: SweepOptions,
  reading: ExperimentOptions = {},
): Promise<string> => {
  const prepared = await prepareSweep(document, options, reading);
  const site = new Site(new Place(["sweep"]), [], undefined);
  prepared.options.measure.forEach((one, k) => {
    if (typeof one !== "function") return;
    site
      .at("measure", k)
      .refuse("is a function, which a plan cannot contain. Export it from a module and give its URL.");
  });
  if (typeof prepared.options.backend !== "string") {
    site.at("backend").refuse("is a value, which a plan cannot contain. Give its name.");
  }
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return planText({ ...prepared, files: "." });
};
