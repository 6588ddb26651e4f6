import { ConfigError, type Issue } from "../errors/errors.ts";
import { suggestName } from "./nearest-name.ts";
import { describe, isRecord } from "./shape.ts";

/** Adds an issue for every unknown key. @throws ConfigError if the options are not an object */
export const unknownKeys = (where: string, given: unknown, known: readonly string[], issues: Issue[]): void => {
  if (!isRecord(given)) {
    const message = `takes an object of options; received ${describe(given)}. Give one.`;
    throw new ConfigError({ path: where, message });
  }
  for (const key of Object.keys(given)) {
    if (!known.includes(key))
      issues.push({ path: `${where}.${key}`, message: `is unknown. ${suggestName(key, known)}` });
  }
};
