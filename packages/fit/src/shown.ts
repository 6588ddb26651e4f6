import { type Issue, suggestName } from "spark-snn";

/** A value as text in a message. */
export const shown = (value: unknown, unit = ""): string => {
  if (typeof value === "number") return unit === "" ? `${value}` : `${value} ${unit}`;
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `a list of ${(value as ArrayLike<unknown>).length}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? "{}" : `{ ${keys.slice(0, 4).join(", ")}${keys.length > 4 ? ", …" : ""} }`;
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Whether the value is a list that may hold numbers. */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Adds an issue for every unknown key. `more` are names that a key may have been meant for. */
export const refuseUnknown = (
  path: string,
  given: object,
  known: readonly string[],
  issues: Issue[],
  more: readonly string[] = [],
): void => {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    issues.push({ path: `${path}.${key}`, message: `is unknown. ${suggestName(key, [...known, ...more])}` });
  }
};

/** Reads a finite number in a range. Returns undefined if it is omitted or, with an issue, invalid. */
export const readNumber = (
  path: string,
  value: unknown,
  rule: {
    readonly words: string;
    readonly unit?: string;
    readonly holds: (value: number) => boolean;
    readonly remedy: string;
  },
  issues: Issue[],
): number | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value) && rule.holds(value)) return value;
  issues.push({ path, message: `must be ${rule.words}; received ${shown(value, rule.unit)}. ${rule.remedy}` });
  return undefined;
};
