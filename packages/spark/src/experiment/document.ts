import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";

/** A JSON value in a document. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One population: a soma or a source of spikes by name, with its parameters; or a soma by its equations. */
export type SomaDocument = JsonObject &
  ({ readonly soma: string } | { readonly source: string } | { readonly equations: string | readonly string[] });

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
  /** By name: from, of, to, tau, mean, units, scale, offset. */
  readonly signals?: JsonObject;
};

export type Given = Readonly<Record<string, unknown>>;

/** Largest nesting depth of a document. Deeper nesting is a mistake and would exhaust the stack. */
export const MAX_DEPTH = 64;

/**
 * Copies plain data, so that checked data cannot change afterwards. Undefined keys are omitted, as in JSON. A key named
 * __proto__ stays an ordinary key, which is then rejected as unknown.
 */
export const copyJson = (value: unknown, site: Site, depth = 0): unknown => {
  if (depth > MAX_DEPTH) return site.refuse(`is nested more than ${MAX_DEPTH} levels deep. Flatten the document.`);
  if (typeof value === "number" && !Number.isFinite(value)) {
    return site.refuse(`must be a finite number; received ${value}. JSON has no such number: give another.`);
  }
  if (isScalar(value)) return value;
  const before = site.issues.length;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (let k = 0; k < value.length; k++) {
      copy.push(isScalar(value[k]) ? value[k] : copyJson(value[k], site.at(k), depth + 1));
      // Only the first problem of an array is reported: a long array could repeat it a million times.
      if (site.issues.length > before) return undefined;
    }
    return copy;
  }
  if (isRecord(value) && isPlain(value)) return copyObject(value, site, depth);
  return site.refuse(
    `must be plain JSON; received ${describe(value)}. Give numbers, texts, true, false, null, arrays or objects.`,
  );
};

const isScalar = (value: unknown): boolean =>
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value));

/** Whether an object is a plain object, of this realm or another. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const copyObject = (value: Given, site: Site, depth: number): Given => {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] === undefined) continue;
    const copied = copyJson(value[key], site.at(key), depth + 1);
    Object.defineProperty(copy, key, { value: copied, enumerable: true, writable: true, configurable: true });
  }
  return copy;
};
