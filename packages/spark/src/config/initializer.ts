import type { Issue } from "../errors/errors.ts";
import { doubles } from "../math/doubles.ts";
import { exp } from "../math/elementary.ts";
import { drawNormal, drawUnit, type Key } from "../math/threefry.ts";
import { suggestName } from "./nearest-name.ts";

/** How a field's values are made, one a unit. The same object in code and in a document. */
export type Initializer =
  | { readonly constant: number }
  | { readonly uniform: UniformOptions }
  | { readonly normal: NormalOptions }
  | { readonly logNormal: LogNormalOptions }
  | { readonly sparseUniform: SparseOptions }
  | { readonly normalizedSparseUniform: SparseOptions };

export interface UniformOptions {
  readonly min: number;
  readonly max: number;
}
export interface NormalOptions {
  readonly mean: number;
  readonly std: number;
  /** Values below are drawn again. */
  readonly min?: number;
  /** Values above are drawn again. */
  readonly max?: number;
}
export interface LogNormalOptions {
  /** Half of the values are below it: exp of the mean of the logarithm. */
  readonly median: number;
  /** Standard deviation of the logarithm, a pure number. */
  readonly sigma: number;
  readonly min?: number;
  readonly max?: number;
}
export interface SparseOptions {
  readonly scale: number;
  /** Share of values that are not zero, from 0 to 1. */
  readonly density: number;
}

/** The same value for every unit. */
export const constant = (value: number): Initializer => ({ constant: value });
/** Uniform in [min, max). */
export const uniform = (options: UniformOptions): Initializer => ({ uniform: options });
/** Normal with mean and standard deviation; values outside [min, max] are drawn again. */
export const normal = (options: NormalOptions): Initializer => ({ normal: options });
/** median·exp(sigma·z) with z standard normal; values outside [min, max] are drawn again. */
export const logNormal = (options: LogNormalOptions): Initializer => ({ logNormal: options });
/** Uniform in [0, scale) where a second draw is below density, else 0. */
export const sparseUniform = (options: SparseOptions): Initializer => ({ sparseUniform: options });
/** Sparse uniform; then the values along the last axis sum to scale (rows of zeros stay zero). */
export const normalizedSparseUniform = (options: SparseOptions): Initializer => ({ normalizedSparseUniform: options });

interface Recipe {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** What is wrong with the options taken together, and where. */
  readonly problem: (options: Options) => readonly [key: string, sentence: string] | undefined;
}
type Options = Readonly<Record<string, number>>;

const bounds = (o: Options): readonly [string, string] | undefined =>
  o["min"] !== undefined && o["max"] !== undefined && o["min"] >= o["max"]
    ? ["max", `must be above min; received max ${o["max"]} and min ${o["min"]}. Swap or widen the bounds.`]
    : undefined;
const spread =
  (key: string) =>
  (o: Options): readonly [string, string] | undefined =>
    o[key]! < 0
      ? [key, `must be at least 0; received ${o[key]}. Give a non-negative spread.`]
      : key === "sigma" && o["median"]! <= 0
        ? ["median", `must be greater than 0; received ${o["median"]}. A log-normal value is positive.`]
        : bounds(o);
const density = (o: Options): readonly [string, string] | undefined =>
  o["density"]! >= 0 && o["density"]! <= 1
    ? undefined
    : ["density", `must be between 0 and 1; received ${o["density"]}. Give the share of values that are not zero.`];

/** Every initializer by name; also the source of the document's schema. */
export const recipes: Readonly<Record<string, Recipe>> = {
  uniform: { required: ["min", "max"], optional: [], problem: bounds },
  normal: { required: ["mean", "std"], optional: ["min", "max"], problem: spread("std") },
  logNormal: { required: ["median", "sigma"], optional: ["min", "max"], problem: spread("sigma") },
  sparseUniform: { required: ["scale", "density"], optional: [], problem: density },
  normalizedSparseUniform: { required: ["scale", "density"], optional: [], problem: density },
};
export const initializerNames: readonly string[] = ["constant", ...Object.keys(recipes)];

/** Everything wrong with a value that is meant to be an initializer. */
export const initializerIssues = (value: object, path: string): Issue[] => {
  const names = Object.keys(value);
  const [name] = names;
  if (name === undefined || names.length > 1 || !initializerNames.includes(name)) {
    const received = names.length === 1 ? `"${name}"` : `an object with ${names.length} keys`;
    const hint = name === undefined ? `Known: ${initializerNames.join(", ")}.` : suggestName(name, initializerNames);
    return [{ path, message: `must name one initializer; received ${received}. ${hint}` }];
  }
  const given = (value as Readonly<Record<string, unknown>>)[name];
  if (name === "constant") {
    return typeof given === "number" && Number.isFinite(given)
      ? []
      : [{ path: `${path}.constant`, message: `must be a finite number; received ${String(given)}. Give a number.` }];
  }
  return optionIssues(recipes[name]!, given, `${path}.${name}`);
};

const optionIssues = (recipe: Recipe, given: unknown, path: string): Issue[] => {
  const known = [...recipe.required, ...recipe.optional];
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return [
      { path, message: `takes an object with ${known.join(", ")}; received ${String(given)}. Give these by name.` },
    ];
  }
  const issues: Issue[] = [];
  for (const [key, v] of Object.entries(given)) {
    if (!known.includes(key))
      issues.push({ path: `${path}.${key}`, message: `is unknown. ${suggestName(key, known)}` });
    else if (typeof v !== "number" || !Number.isFinite(v))
      issues.push({
        path: `${path}.${key}`,
        message: `must be a finite number; received ${String(v)}. Give a number.`,
      });
  }
  for (const key of recipe.required)
    if (!(key in given)) issues.push({ path: `${path}.${key}`, message: "is missing. Give a number." });
  if (issues.length > 0) return issues;
  const problem = recipe.problem(given as Options);
  return problem ? [{ path: `${path}.${problem[0]}`, message: problem[1] }] : [];
};

const REDRAWS = 10_000;

const redrawn = (key: Key, index: number, draw: (z: number) => number, min: number, max: number): number => {
  for (let attempt = 0; attempt < REDRAWS; attempt++) {
    const value = draw(drawNormal(key, index, attempt));
    if (value >= min && value <= max) return value;
  }
  return Number.NaN;
};

/** Draws one value a unit, in the order of the unit's index. NaN where bounds leave no room. */
export const drawValues = (initializer: Initializer, key: Key, shape: readonly number[]): Float64Array => {
  const values = new Float64Array(shape.reduce((product, n) => product * n, 1));
  const fill = (draw: (index: number) => number): Float64Array => {
    for (let index = 0; index < values.length; index++) values[index] = draw(index);
    return values;
  };
  if ("constant" in initializer) return values.fill(initializer.constant);
  if ("uniform" in initializer) {
    const { min, max } = initializer.uniform;
    return fill((index) => min + (max - min) * drawUnit(key, index));
  }
  if ("normal" in initializer) {
    const { mean, std, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = initializer.normal;
    return fill((index) => redrawn(key, index, (z) => mean + std * z, min, max));
  }
  if ("logNormal" in initializer) {
    const { median, sigma, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = initializer.logNormal;
    return fill((index) => redrawn(key, index, (z) => median * exp(doubles, sigma * z), min, max));
  }
  const options = "sparseUniform" in initializer ? initializer.sparseUniform : initializer.normalizedSparseUniform;
  fill((index) => (drawUnit(key, index, 1) < options.density ? options.scale * drawUnit(key, index) : 0));
  return "sparseUniform" in initializer ? values : normalizeRows(values, shape.at(-1) ?? 1, options.scale);
};

const normalizeRows = (values: Float64Array, width: number, scale: number): Float64Array => {
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const sum = row.reduce((total, value) => total + value, 0);
    if (sum !== 0) for (let k = 0; k < row.length; k++) row[k] = (row[k]! / sum) * scale;
  }
  return values;
};
