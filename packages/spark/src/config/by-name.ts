import type { Issue } from "../errors/errors.ts";
import { suggestName } from "./nearest-name.ts";
import { describe, isRecord } from "./shape.ts";
import { unknownKeys } from "./unknown-keys.ts";

/** Keys that belong in the entry of a population, but are easily written one level too high. */
const BELOW = ["current", "inSpikes", "outSpikes", "rate", "potential"];

/** Adds an issue for every unknown population name, with a hint if it names a read-out. */
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
        ? `It belongs to a population: write { "${names[0]}": { "${name}": … } }.`
        : suggestName(name, names);
    issues.push({ path: `${path}.${name}`, message: `is unknown. ${hint}` });
  }
};

/**
 * Reads an object with one entry per population, or per `kind`. Unknown names become issues, with a hint for names of
 * read-outs.
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
    const message = `takes an object with one entry per ${kind}; received ${describe(given)}. Use ${kind} names as keys.`;
    issues.push({ path, message });
    return {};
  }
  if (kind === "population") unknownNames(path, given, names, issues, readouts);
  else unknownKeys(path, given, names, issues);
  return given as Readonly<Record<string, never>>;
};
