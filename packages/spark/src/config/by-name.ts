import { suggestName } from "./nearest-name.ts";
import type { Site } from "./place.ts";
import { describe, isRecord } from "./shape.ts";
import { refuseUnknown } from "./unknown-keys.ts";

/** Keys that belong in the entry of a population, but are easily written one level too high. */
const BELOW = ["current", "inSpikes", "outSpikes", "rate", "activeFraction", "potential"];

/** Adds an issue for every unknown population name, with a hint if it names a read-out. */
export const refuseUnknownNames = (
  given: object,
  names: readonly string[],
  site: Site,
  readouts: readonly string[] = [],
): void => {
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const hint = readouts.includes(name)
      ? `It is a read-out: write { "readouts": { "${name}": … } }.`
      : BELOW.includes(name)
        ? `It belongs to a population: write { "${names[0]}": { "${name}": … } }.`
        : suggestName(name, names);
    site.at(name).refuse(`is unknown. ${hint}`);
  }
};

/**
 * Reads an object with one entry per population, or per `kind`. Unknown names become issues, with a hint for names of
 * read-outs.
 */
export const byName = (
  given: unknown,
  names: readonly string[],
  site: Site,
  { kind = "population", readouts }: { readonly kind?: string; readonly readouts?: readonly string[] } = {},
): Readonly<Record<string, never>> => {
  if (given === undefined) return {};
  if (!isRecord(given)) {
    site.refuse(`takes an object with one entry per ${kind}; received ${describe(given)}. Use ${kind} names as keys.`);
    return {};
  }
  if (kind === "population") refuseUnknownNames(given, names, site, readouts);
  else refuseUnknown(given, names, site);
  return given as Readonly<Record<string, never>>;
};
