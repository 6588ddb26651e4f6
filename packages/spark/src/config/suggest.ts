import { ConfigError } from "../errors/errors.ts";
import { suggestName as suggestKnown } from "./nearest-name.ts";
import { describe } from "./shape.ts";

/**
 * The hint for an unknown name: the most similar known name, otherwise the known names.
 * @throws ConfigError unless it gets a name and a list of names
 */
export const suggestName = (given: string, known: readonly string[]): string => {
  if (typeof given !== "string") {
    throw new ConfigError({
      path: "suggestName",
      message: `takes a name; received ${describe(given)}. Give a string.`,
    });
  }
  if (!Array.isArray(known) || known.some((name) => typeof name !== "string")) {
    const message = `takes a list of known names; received ${describe(known)}. Give an array of strings.`;
    throw new ConfigError({ path: "suggestName", message });
  }
  return suggestKnown(given, known);
};
