import { ConfigError, FileError } from "spark-snn";
import { isRecord, Place, readOptions, Site } from "spark-snn/documents";
import { readFileStrict } from "spark-snn/node";
import { sweepOptions } from "../options.ts";
import { type Head, KIND, VERSION } from "../plan-text.ts";
import type { Keeper } from "../processes/messages.ts";
import type { PlannedRun, SweepPlan } from "../runs.ts";
import type { ReadSweep } from "../sweep.ts";

/* Plans that were read from files. */

/** A plan that was read from a file. */
export interface ReadPlan {
  readonly document: object;
  readonly plan: SweepPlan;
  readonly files: string;
  readonly keep: Keeper | undefined;
  readonly reader: Keeper | undefined;
  readonly options: ReadSweep;
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Options that change neither the runs nor their results. */
const free: readonly string[] = ["backend", "threads", "memory"];

/** What differs between two plans, in words; undefined if the second continues the first. */
export const planDifference = (before: string, now: string): string | undefined => {
  const [[headBefore, ...runsBefore], [headNow, ...runsNow]] = [linesOf(before), linesOf(now)];
  const [a, b] = [JSON.parse(headBefore!), JSON.parse(headNow!)] as Readonly<Record<string, unknown>>[];
  const keys = new Set([...Object.keys(a!), ...Object.keys(b!)]);
  for (const key of ["document", "paths", "runs", ...keys]) {
    if (!free.includes(key) && JSON.stringify(a![key]) !== JSON.stringify(b![key])) return key;
  }
  return runsBefore.some((line, k) => line !== runsNow[k]) ? "runs" : undefined;
};

const damaged = (file: string, line: number, what: string): never => {
  throw new FileError(`${file} line ${line} ${what}. Make the plan again.`);
};

/** Reads a plan. `shown` names it in messages. @throws FileError, ConfigError */
export const readPlan = async (path: string, shown: string): Promise<ReadPlan> => {
  const text = new TextDecoder().decode(await readFileStrict(path, { limit: 2 ** 29 }));
  const lines = linesOf(text).map((line, k): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      return damaged(shown, k + 1, "is not JSON");
    }
  });
  const [head, ...runs] = lines as [Head, ...PlannedRun[]];
  if (!isRecord(head) || head.kind !== KIND) damaged(shown, 1, `must be the head of a plan, with "kind": "${KIND}"`);
  if (head.version !== VERSION) {
    throw new FileError(`${shown} has version ${head.version}; this program reads version ${VERSION}. Update it.`);
  }
  if (runs.length !== head.runs) damaged(shown, runs.length + 1, `ends a plan of ${head.runs} runs`);
  runs.forEach((run, k) => {
    if (!isRecord(run) || run.index !== k || !isRecord(run.overrides)) damaged(shown, k + 2, `must be run ${k}`);
  });
  const { document, paths, files, keep, reader, measure, from, to, bin, nonFinite, memory, backend, threads } = head;
  const site = new Site(new Place(["plan"]), [], undefined);
  const modules = measure.map((one) => (one.includes(":") ? new URL(one) : one));
  const given = { measure: modules, from, to, bin, nonFinite, memory, backend, threads };
  const options = readOptions(sweepOptions, given, site);
  if (!options) throw new ConfigError(site.issues);
  return { document, plan: { paths, runs }, files, keep, reader, options };
};
