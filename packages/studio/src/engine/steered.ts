import { isObject, type Json, type JsonObject } from "../core/json.ts";

const plain = (value: unknown): Json => {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value as Json;
};

/** Changes of a session as `changes` of a document, without typed arrays. */
export const plainChanges = (changes: readonly object[]): readonly JsonObject[] =>
  changes.map((change) => plain(change) as JsonObject);
