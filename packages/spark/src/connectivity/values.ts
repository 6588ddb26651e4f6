import { type Initializer, initializerIssues } from "../config/initializer.ts";
import { suggestName } from "../config/nearest-name.ts";
import { describe, isTypedArray, readArray } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { NumberList } from "./rule.ts";

/** A value that grows with the distance of source and target: offset + slope · distance, kept within the bounds. */
export interface DistanceValue {
  readonly offset: number;
  /** Per unit of length of the positions; of a delay, one over the velocity. */
  readonly slope: number;
  readonly min?: number;
  readonly max?: number;
}

/**
 * Weights or delays of a projection: one for all; a list with one a synapse, in the rule's order, where the rule tells
 * their number; one a source or target unit; drawn; or by distance.
 */
export type SynapseValues =
  | number
  | NumberList
  | Initializer
  | { readonly bySource: NumberList }
  | { readonly byTarget: NumberList }
  | { readonly byDistance: DistanceValue };

/** The value of a synapse is that of its source unit. */
export const bySource = (values: NumberList): SynapseValues => ({ bySource: values });
/** The value of a synapse is that of its target unit. */
export const byTarget = (values: NumberList): SynapseValues => ({ byTarget: values });
/** offset + slope · distance between the positions of source and target. */
export const byDistance = (value: DistanceValue): SynapseValues => ({ byDistance: value });

const DRAWN = ["constant", "uniform", "normal", "logNormal"];
const KNOWN = [...DRAWN, "bySource", "byTarget", "byDistance"];

export const isList = (value: unknown): value is NumberList => Array.isArray(value) || isTypedArray(value);

/** Everything wrong with a value that is meant to be weights or delays, but for what depends on the populations. */
export const valuesIssues = (value: unknown, path: string): Issue[] => {
  if (typeof value === "number") {
    return Number.isFinite(value)
      ? []
      : [{ path, message: `must be a finite number; received ${value}. Give a number.` }];
  }
  if (isList(value)) return listIssues(value, path);
  if (value === undefined) return [{ path, message: "is missing. Give a number for one value for all." }];
  if (typeof value !== "object" || value === null) {
    const number = typeof value === "string" ? Number.parseFloat(value) : Number.NaN;
    const remedy = Number.isFinite(number)
      ? `Write ${number}, a number without a unit.`
      : "Give a number for one value for all.";
    const message = `must be a number, a list or one of ${KNOWN.join(", ")}; received ${describe(value)}. ${remedy}`;
    return [{ path, message }];
  }
  const names = Object.keys(value);
  const [name = ""] = names;
  if (names.length !== 1 || !KNOWN.includes(name)) {
    const received = names.length === 1 ? `"${name}"` : `an object with ${names.length} keys`;
    const hint = names.length === 1 ? suggestName(name, KNOWN) : `Known: ${KNOWN.join(", ")}.`;
    return [{ path, message: `must name one way to make values; received ${received}. ${hint}` }];
  }
  if (DRAWN.includes(name)) return initializerIssues(value, path);
  const given: unknown = (value as Readonly<Record<string, unknown>>)[name];
  if (name === "byDistance") return distanceIssues(given, `${path}.${name}`);
  return isList(given)
    ? listIssues(given, `${path}.${name}`)
    : [
        {
          path: `${path}.${name}`,
          message: `must be a list of numbers; received ${describe(given)}. Give one number a unit.`,
        },
      ];
};

export const listIssues = (list: NumberList, path: string): Issue[] => {
  if (list.length === 0) return [];
  const read = readArray(list as readonly number[], path);
  if ("message" in read) return [read];
  return read.shape.length === 1
    ? []
    : [{ path, message: `must be a flat list of numbers; received nested lists. Give one number a synapse or unit.` }];
};

const DISTANCE_OPTIONS = ["offset", "slope", "min", "max"];

const distanceIssues = (given: unknown, path: string): Issue[] => {
  if (typeof given !== "object" || given === null || isList(given)) {
    return [
      { path, message: `takes an object with offset and slope; received ${describe(given)}. Give these by name.` },
    ];
  }
  const issues: Issue[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (!DISTANCE_OPTIONS.includes(key)) {
      issues.push({ path: `${path}.${key}`, message: `is unknown. ${suggestName(key, DISTANCE_OPTIONS)}` });
    } else if (typeof value !== "number" || !Number.isFinite(value)) {
      issues.push({
        path: `${path}.${key}`,
        message: `must be a finite number; received ${describe(value)}. Give a number.`,
      });
    }
  }
  for (const key of ["offset", "slope"]) {
    if (!Object.hasOwn(given, key)) issues.push({ path: `${path}.${key}`, message: "is missing. Give a number." });
  }
  return issues;
};
