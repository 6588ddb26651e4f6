import { nearestName, suggestName } from "./nearest-name.ts";

/* Suggestions for misspelled paths such as "excitatory.threshold". */

/** The known path whose keys are similar to those of the given one, each to its own. */
const nearestPath = (given: string, known: readonly string[]): string | undefined => {
  let left = known.map((path) => ({ path, keys: path.split(".") }));
  const keys = given.split(".");
  left = left.filter((one) => one.keys.length === keys.length);
  for (const [k, key] of keys.entries()) {
    const nearest = nearestName(key, new Set(left.map((one) => one.keys[k]!)));
    left = left.filter((one) => one.keys[k] === nearest);
  }
  return left[0]?.path;
};

/**
 * The hint for an unknown path: the path with similar keys, otherwise those that end like it, otherwise those that begin
 * like it, otherwise all.
 */
export const suggestPath = (given: string, known: readonly string[]): string => {
  const nearest = nearestPath(given, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  const ending = known.filter((path) => path.endsWith(`.${given}`));
  if (ending.length > 0)
    return `Did you mean ${ending
      .slice(0, 3)
      .map((path) => `"${path}"`)
      .join(" or ")}?`;
  const begun = known.filter((path) => given.startsWith(`${path.split(".").slice(0, -1).join(".")}.`));
  return suggestName("", begun.length > 0 ? begun : known);
};
