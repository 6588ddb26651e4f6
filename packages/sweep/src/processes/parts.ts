import { isAbsolute, join } from "node:path";
import { ConfigError, type ExperimentOptions } from "spark-snn";
import { describe } from "spark-snn/documents";
import { readFileStrict } from "spark-snn/node";
import { loadMeasures } from "../measuring.ts";
import type { KeepRun, RunnerParts } from "../runner.ts";
import type { Beginning, Keeper } from "./messages.ts";

/** Reads the files that a document names, relative to a folder. Runs read the same files, so they are read once. */
const readingFrom = (folder: string): Pick<ExperimentOptions, "readFile"> => {
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

/** Calls the default export of a module with its data. */
const callModule = async <T>({ url, data }: Keeper, path: string): Promise<T> => {
  const module = (await import(url)) as { readonly default?: unknown };
  if (typeof module.default === "function") return module.default(data) as T;
  const message = `must be a module with a function as default export; received ${describe(module.default)} from ${url}. Export one.`;
  throw new ConfigError({ path, message });
};

/** Loads the function that keeps runs. */
export const loadKeeper = (keep: Keeper): Promise<KeepRun> => callModule(keep, "sweep.keep");

/** How the files of a document are read: by a module, or from a folder. */
export const loadReading = async (
  files: string,
  reader: Keeper | undefined,
): Promise<Pick<ExperimentOptions, "readFile" | "recordings">> =>
  reader ? callModule(reader, "sweep.reader") : readingFrom(files);

/** What a runner needs in addition to its setup. */
export const partsOf = async ({ modules, files, keep, reader }: Omit<Beginning, "setup">): Promise<RunnerParts> => ({
  reading: files === undefined ? {} : await loadReading(files, reader),
  functions: await loadMeasures(modules),
  keep: keep && (await loadKeeper(keep)),
});
