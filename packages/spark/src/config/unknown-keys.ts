import type { Issue } from "../errors/errors.ts";
import { suggestName } from "./nearest-name.ts";

/** Adds an issue for every unknown key. */
export const unknownKeys = (where: string, given: object, known: readonly string[], issues: Issue[]): void => {
  for (const key of Object.keys(given)) {
    if (!known.includes(key))
      issues.push({ path: `${where}.${key}`, message: `is unknown. ${suggestName(key, known)}` });
  }
};
