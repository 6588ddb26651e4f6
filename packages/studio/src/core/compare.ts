import { equalJson, isObject, type Json, type JsonObject } from "./json.ts";

export interface Difference {
  /** Path of the value, such as "model.populations.excitatory.threshold". */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The values in which two documents differ, except those that belong to the page. */
export const differences = (before: JsonObject, after: JsonObject): readonly Difference[] => {
  const found: Difference[] = [];
  const compare = (a: Json | undefined, b: Json | undefined, path: string): void => {
    if (equalJson(a, b)) return;
    if (!isObject(a) || !isObject(b)) {
      found.push({ path, before: a, after: b });
      return;
    }
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (path === "" && key === "studio") continue;
      compare(a[key], b[key], path === "" ? key : `${path}.${key}`);
    }
  };
  compare(before, after, "");
  return found;
};
