import type { Issue } from "../errors/errors.ts";
import { suggestName } from "./nearest-name.ts";
import { describe, isRecord } from "./shape.ts";
import { unknownKeys } from "./unknown-keys.ts";

/** What stands below a population, though one might write it beside. */
const BELOW = ["current", "inSpikes", "outSpikes", "rate", "potential"];

/** Adds an issue for every name of a population that is not known; some are those of read-outs. */
export const unknownNames = (
  path: string,
  given: object,
  names: readonly string[],
  issues: Issue[],
  readouts: readonly string[] = [],
): void => {
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const hint = readouts.includes(name)
      ? `It is a read-out: write { "readouts": { "${name}": … } }.`
      : BELOW.includes(name)
        ? `It stands below a population: write { "${names[0]}": { "${name}": … } }.`
        : suggestName(name, names);
    issues.push({ path: `${path}.${name}`, message: `is unknown. ${hint}` });
  }
};

/**
 * An object with entries by such names, those of populations or of what `kind` says; unknown ones become issues, which
 * know the names of read-outs.
 */
export const byName = (
  path: string,
  given: unknown,
  names: readonly string[],
  issues: Issue[],
  { kind = "population", readouts }: { readonly kind?: string; readonly readouts?: readonly string[] } = {},
): Readonly<Record<string, never>> => {
  if (given === undefined) return {};
  if (!isRecord(given)) {
    const message = `takes an object with one entry a ${kind}; received ${describe(given)}. Name the ${kind}s.`;
    issues.push({ path, message });
    return {};
  }
  if (kind === "population") unknownNames(path, given, names, issues, readouts);
  else unknownKeys(path, given, names, issues);
  return given as Readonly<Record<string, never>>;
};
