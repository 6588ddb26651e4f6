/* Plain data, and copies of it with one part changed. Unchanged parts are shared with the original. */

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A key of an object or an index of a list. */
export type Key = string | number;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object at a key, or an empty one. */
export const objectAt = (value: Json | undefined, ...keys: readonly Key[]): JsonObject => {
  const found = valueAt(value, keys);
  return isObject(found) ? found : {};
};

/** The value at a path, or undefined. */
export const valueAt = (value: Json | undefined, keys: readonly Key[]): Json | undefined => {
  let at: Json | undefined = value;
  for (const key of keys) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<Key, Json>>)[key];
  }
  return at;
};

/**
 * A copy with another value at a path; undefined removes the key, and objects on the way that become empty stay. Missing
 * objects on the way are added. A key that exists keeps its place among the others.
 */
export const withAt = <T extends Json>(value: T, keys: readonly Key[], next: Json | undefined): T =>
  changed(value, keys, 0, next) as T;

const changed = (value: Json | undefined, keys: readonly Key[], depth: number, next: Json | undefined): Json => {
  if (depth === keys.length) return next as Json;
  const key = keys[depth]!;
  if (Array.isArray(value)) {
    const copy: Json[] = [...value];
    if (next === undefined && depth === keys.length - 1) copy.splice(Number(key), 1);
    else copy[Number(key)] = changed(copy[Number(key)], keys, depth + 1, next);
    return copy;
  }
  const object = isObject(value) ? value : {};
  if (next === undefined && depth === keys.length - 1) {
    const { [key]: _, ...others } = object as Readonly<Record<Key, Json>>;
    return others as JsonObject;
  }
  return { ...object, [key]: changed(object[key], keys, depth + 1, next) };
};

/** A copy of an object with one key renamed in place. */
export const renamed = (object: JsonObject, from: string, to: string): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));

/** Whether two values are equal as JSON, whatever the order of keys. */
export const equalJson = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson((a as JsonObject)[key], (b as JsonObject)[key]))
  );
};
