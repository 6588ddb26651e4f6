import { describe, isRecord } from "../../config/shape.ts";
import { unknownKeys } from "../../config/unknown-keys.ts";
import type { Issue } from "../../errors/errors.ts";

/** An object with entries by such names, those of populations or of what `kind` says; unknown ones become issues. */
export const byName = (
  path: string,
  given: unknown,
  names: readonly string[],
  issues: Issue[],
  kind = "population",
): Readonly<Record<string, never>> => {
  if (given === undefined) return {};
  if (!isRecord(given)) {
    const message = `takes an object with one entry a ${kind}; received ${describe(given)}. Name the ${kind}s.`;
    issues.push({ path, message });
    return {};
  }
  unknownKeys(path, given, names, issues);
  return given as Readonly<Record<string, never>>;
};
