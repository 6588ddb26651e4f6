import { ConfigError } from "spark-snn";
import { describe, isRecord } from "spark-snn/documents";

/* Checks of arguments that are not options of a sweep. */

/** @throws ConfigError unless the value is text that is not empty */
export const requireText = (where: string, value: unknown, about: string): void => {
  if (typeof value === "string" && value !== "") return;
  throw new ConfigError({ path: where, message: `must be ${about}; received ${describe(value)}. Give one.` });
};

/** @throws ConfigError unless the value is an object */
export const requireOptions = (where: string, value: unknown, takes: string): void => {
  if (isRecord(value)) return;
  throw new ConfigError({ path: where, message: `takes ${takes}; received ${describe(value)}. Give an object.` });
};

const isRun = (value: unknown): boolean => isRecord(value) && isRecord(value["overrides"]);
const isRow = (value: unknown): boolean => isRun(value) && isRecord((value as { measures?: unknown }).measures);
const isText = (value: unknown): boolean => typeof value === "string";
const isList = (value: unknown, holds: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds);

/** @throws ConfigError unless the value is the result of a sweep, as far as its table needs it */
export const requireResult = (where: string, given: unknown): void => {
  if (
    isRecord(given) &&
    isRecord(given["plan"]) &&
    isList(given["plan"]["paths"], isText) &&
    isList(given["plan"]["runs"], isRun) &&
    isList(given["rows"], isRow) &&
    isList(given["columns"], isText)
  ) {
    return;
  }
  const message = `takes the result of a sweep; received ${describe(given)}. Give that of sweep or gatherRows.`;
  throw new ConfigError({ path: where, message });
};
