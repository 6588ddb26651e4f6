import { describe } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";

/** A JSON value in a document. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One population: a soma by name, with its parameters. */
export type SomaDocument = JsonObject & { readonly soma: string };

/** A network: populations and the projections between them. */
export type BrainDocument = JsonObject & {
  /** By name: { "soma": …, parameters } with optional `synapses` and `inhibitory`, or { "source": …, parameters }. */
  readonly populations: JsonObject;
  /** By name: from, to, connect, weight, delay, synapse, layout. */
  readonly projections?: JsonObject;
  /** By name: to, synapse, poisson. */
  readonly drives?: JsonObject;
  /** By name: from, of, tau, mean, units, scale. */
  readonly readouts?: JsonObject;
};

export type Given = Readonly<Record<string, unknown>>;

/** Largest nesting depth of a document. Deeper nesting is a mistake and would exhaust the stack. */
export const MAX_DEPTH = 64;

export const isObject = (value: unknown): value is Given =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/**
 * Copies plain data, so that checked data cannot change afterwards. Undefined keys are omitted, as in JSON. A key named
 * __proto__ stays an ordinary key, which is then rejected as unknown.
 */
export const copyJson = (value: unknown, path: string, issues: Issue[], depth = 0): unknown => {
  if (depth > MAX_DEPTH) {
    issues.push({ path, message: `is nested more than ${MAX_DEPTH} levels deep. Flatten the document.` });
    return undefined;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    issues.push({
      path,
      message: `must be a finite number; received ${value}. JSON has no such number: give another.`,
    });
    return undefined;
  }
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
    return value;
  }
  const before = issues.length;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (let k = 0; k < value.length; k++) {
      copy.push(copyJson(value[k], `${path}[${k}]`, issues, depth + 1));
      // Only the first problem of an array is reported: a long array could repeat it a million times.
      if (issues.length > before) return undefined;
    }
    return copy;
  }
  if (isObject(value) && isPlain(value)) return copyObject(value, path, issues, depth);
  issues.push({
    path,
    message: `must be plain JSON; received ${describe(value)}. Give numbers, texts, true, false, null, arrays or objects.`,
  });
  return undefined;
};

/** Whether an object is a plain object, of this realm or another. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const copyObject = (value: Given, path: string, issues: Issue[], depth: number): Given => {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] === undefined) continue;
    const copied = copyJson(value[key], `${path}.${key}`, issues, depth + 1);
    Object.defineProperty(copy, key, { value: copied, enumerable: true, writable: true, configurable: true });
  }
  return copy;
};
