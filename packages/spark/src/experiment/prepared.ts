import { ConfigError, type Issue, issuesOf } from "../errors/errors.ts";
import type { Settings } from "../run/options.ts";

/** Backend settings of a document before the caller chooses others. */
export const localMachines: Pick<Settings, "backend" | "threads" | "worker"> = {
  backend: "wasm",
  threads: 1,
  worker: false,
};

/** Runs a build, and reports its problems with the paths of the document. */
export const inWords = <T>(build: () => T, place: (issue: Issue) => Issue): T => {
  try {
    return build();
  } catch (error) {
    throw new ConfigError(issuesOf(error).map(place));
  }
};
