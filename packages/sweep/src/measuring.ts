import { type BrainRunInfo, ConfigError, type RunInfo } from "spark-snn";
import { describe, type Site, suggestName } from "spark-snn/documents";
import { type MeasureName, measureNames } from "./named-measures.ts";
import type { PlannedRun } from "./runs.ts";

/** A finished run with its records, by the names of the document. */
export type MeasuredRun = (RunInfo | BrainRunInfo) & Readonly<Record<string, unknown>>;

/** A measure of your own: returns numbers by name. */
export type MeasureFunction = (
  run: MeasuredRun,
  planned: PlannedRun,
) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;

type One = MeasureName | MeasureFunction | URL;

/** What to measure in each run: names of measures, functions, and URLs of modules whose default export is a function. */
export type Measuring = One | readonly One[];

/** Reads a list of measures. */
export const readMeasuring = (value: unknown, site: Site): readonly One[] | undefined => {
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (listed.length === 0) return site.refuse('must name at least one measure. Give one such as ["rate"].');
  const before = site.issues.length;
  listed.forEach((one, k) => {
    const own = Array.isArray(value) ? site.at(k) : site;
    if (typeof one === "function" || one instanceof URL || measureNames.includes(one as MeasureName)) return;
    const hint = typeof one === "string" ? suggestName(one, measureNames) : `Known: ${measureNames.join(", ")}.`;
    own.refuse(`must be a measure; received ${describe(one)}. ${hint}`);
  });
  return site.issues.length > before ? undefined : ([...new Set(listed)] as readonly One[]);
};

const loadMeasure = async (url: string): Promise<MeasureFunction> => {
  const module = (await import(/* @vite-ignore */ url)) as { readonly default?: unknown };
  if (typeof module.default === "function") return module.default as MeasureFunction;
  const message = `must be a module whose default export is a function; received ${describe(module.default)} from ${url}. Export one.`;
  throw new ConfigError({ path: "sweep.measure", message });
};

/** Loads modules with measures. @throws ConfigError if the default export of one is not a function */
export const loadMeasures = (urls: readonly string[]): Promise<MeasureFunction[]> => Promise.all(urls.map(loadMeasure));
