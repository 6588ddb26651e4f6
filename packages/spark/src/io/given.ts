import { Place } from "../config/place.ts";
import { describe, isRecord, isTypedArray } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError } from "../errors/errors.ts";

/* Checks of the arguments of readers and writers of files. */

/** @throws ConfigError for unknown options, and if they are not an object */
export const requireKeys = (where: string, options: unknown, known: readonly string[]): void =>
  requireKnown(new Place([where]), options, known);

/** @throws ConfigError unless the options are an object */
export const requireObject = (where: string, options: unknown): void => {
  if (isRecord(options)) return;
  throw new ConfigError({
    path: where,
    message: `takes an object of options; received ${describe(options)}. Give one.`,
  });
};

/** @throws ConfigError unless the value is a string or absent */
export const requireText = (path: string, value: unknown): void => {
  if (value === undefined || typeof value === "string") return;
  throw new ConfigError({ path, message: `must be a string; received ${describe(value)}. Omit it, or give a name.` });
};

/** @throws ConfigError unless the value holds bytes */
export const requireBytes = (where: string, bytes: unknown): void => {
  if (bytes instanceof Uint8Array) return;
  const message = `takes the bytes of a file; received ${describe(bytes)}. Give a Uint8Array.`;
  throw new ConfigError({ path: where, message });
};

/** @throws ConfigError unless the value is text, bytes or chunks of bytes; `many` is the symbol of their iterator */
export const requireSource = (where: string, source: unknown, many: symbol): void => {
  if (many === Symbol.iterator && (typeof source === "string" || source instanceof Uint8Array)) return;
  const isObject = typeof source === "object" && source !== null && !ArrayBuffer.isView(source);
  if (isObject && typeof (source as { readonly [key: symbol]: unknown })[many] === "function") return;
  const takes = many === Symbol.iterator ? "text, bytes or chunks of bytes" : "a stream of bytes";
  throw new ConfigError({ path: where, message: `takes ${takes}; received ${describe(source)}. Read the file first.` });
};

/** @throws ConfigError unless the value is an array to write, with its data and shape */
export const requireArray = (where: string, array: unknown): void => {
  const isArray = isRecord(array) && isNumeric(array["data"]) && Array.isArray(array["shape"]);
  if (isArray) return;
  const message = `takes { data, shape }, a typed array and its axes; received ${describe(array)}. Give both.`;
  throw new ConfigError({ path: where, message });
};

/** @throws ConfigError unless the value is an object of lists with these names, such as `{ steps, units }` */
export const requireLists = (where: string, given: unknown, names: readonly string[]): void => {
  if (isRecord(given) && names.every((name) => isList(given[name]))) return;
  const message = `takes { ${names.join(", ")} }, lists of numbers; received ${describe(given)}. Give all of them.`;
  throw new ConfigError({ path: where, message });
};

const isList = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Number.isSafeInteger((value as ArrayLike<unknown>).length);

/** @throws ConfigError unless the values are a list of names, and a list of typed arrays */
export const requireColumns = (where: string, names: unknown, columns: unknown): void => {
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    const message = `must be a list of names; received ${describe(names)}. Name each column.`;
    throw new ConfigError({ path: `${where}.header`, message });
  }
  if (Array.isArray(columns) && columns.every(isNumeric)) return;
  const message = `must be a list of typed arrays; received ${describe(columns)}. Give one for each name.`;
  throw new ConfigError({ path: `${where}.columns`, message });
};

const isNumeric = (data: unknown): boolean =>
  (isTypedArray(data) || data instanceof BigInt64Array || data instanceof BigUint64Array) &&
  !(data instanceof Uint8ClampedArray);
