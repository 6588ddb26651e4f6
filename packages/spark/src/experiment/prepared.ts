import { Place } from "../config/place.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Checked, Frontend, RunRequest } from "../run/frontend.ts";
import type { GivenRun, Settings } from "../run/options.ts";
import type { Prepared } from "../run/prepare.ts";
import { issuesOf } from "./collect.ts";

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

/** A document for `simulatePrepared`. The first run uses the request that was read with the document. */
export const preparedOf = <M>(
  checked: Checked,
  first: RunRequest,
  build: () => Frontend,
  options: GivenRun,
): Prepared<M> => {
  let read: RunRequest | undefined = first;
  return {
    settings: checked.settings,
    request: async () => {
      const request = read ?? (await checked.readRun(new Place(["simulate"]), options, 0, []));
      read = undefined;
      return request;
    },
    choose: checked.choose,
    build,
  };
};
