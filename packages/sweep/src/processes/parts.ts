import { isAbsolute, join } from "node:path";
import { ConfigError, type ExperimentOptions } from "spark-snn";
import { describe } from "spark-snn/documents";
import { readFileStrict } from "spark-snn/node";
import { loadMeasures } from "../measuring.ts";
import type { KeepRun, RunnerParts } from "../runner.ts";
import type { Beginning, Keeper } from "./messages.ts";

/** Reads the files that a document names, relative to a folder. Runs read the same files, so they are read once. */
export const readingFrom = (folder: string): Pick<ExperimentOptions, "readFile"> => {
  const known = new Map<string, Promise<Uint8Array>>();
  return {
    readFile: (path) => {
      const file = isAbsolute(path) ? path : join(folder, path);
      const read = known.get(file) ?? readFileStrict(file);
      known.set(file, read);
      return read;
    },
  };
};

/** Loads the function that keeps runs. */
export const loadKeeper = async ({ url, data }: Keeper): Promise<KeepRun> => {
  const module = (await import(url)) as { readonly default?: unknown };
  if (typeof module.default === "function") return module.default(data) as KeepRun;
  const message = `must be a module with a function as default export; received ${describe(module.default)} from ${url}. Export one.`;
  throw new ConfigError({ path: "sweep.keep", message });
};

/** What a runner needs in addition to its setup. */
export const partsOf = async ({ modules, files, keep }: Omit<Beginning, "setup">): Promise<RunnerParts> => ({
  reading: files === undefined ? {} : readingFrom(files),
  functions: await loadMeasures(modules),
  keep: keep && (await loadKeeper(keep)),
});
