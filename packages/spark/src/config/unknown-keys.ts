import { ConfigError } from "../errors/errors.ts";
import { suggestName } from "./nearest-name.ts";
import { type Place, Site } from "./place.ts";
import { describe, isRecord } from "./shape.ts";

/** Adds an issue for every unknown key. @throws ConfigError if the options are not an object */
export const refuseUnknown = (given: unknown, known: readonly string[], site: Site): void => {
  requireOptions(site.place.path, given);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) site.at(key).refuse(`is unknown. ${suggestName(key, known)}`);
  }
};

/** @throws ConfigError for unknown options, and if they are not an object */
export const requireKnown = (place: Place, given: unknown, known: readonly string[]): void => {
  const site = new Site(place, [], undefined);
  refuseUnknown(given, known, site);
  if (site.issues.length > 0) throw new ConfigError(site.issues);
};

/** @throws ConfigError if the options are not an object */
function requireOptions(path: string, given: unknown): asserts given is object {
  if (isRecord(given)) return;
  throw new ConfigError({ path, message: `takes an object of options; received ${describe(given)}. Give one.` });
}
