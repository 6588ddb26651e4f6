import type { Issue } from "../errors/errors.ts";
import { doubles } from "../math/doubles.ts";
import { exp } from "../math/elementary.ts";
import { drawNormal, drawUnit, type Key } from "../math/threefry.ts";
import { between, type Check, nonNegative, positive, requirementText } from "./field.ts";
import { suggestName } from "./nearest-name.ts";
import { describe } from "./shape.ts";

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

/** One option of an initializer. What the options mean is told in recipe-text.ts, which no page has to load. */
export interface RecipeOption {
  readonly required: boolean;
  /** A rule beyond being finite, and what to do when it is broken. */
  readonly check?: Check;
  readonly remedy?: string;
}
export interface Recipe {
  readonly options: Readonly<Record<string, RecipeOption>>;
  /** What is wrong with the options taken together, and where. */
  readonly problem?: (options: Options) => readonly [key: string, sentence: string] | undefined;
}
type Options = Readonly<Record<string, number>>;

const bounds = (o: Options): readonly [string, string] | undefined =>
  o["min"] !== undefined && o["max"] !== undefined && o["min"] >= o["max"]
    ? ["max", `must be above min; received max ${o["max"]} and min ${o["min"]}. Swap or widen the bounds.`]
    : undefined;
const range = (o: Options): readonly [string, string] | undefined =>
  bounds(o) ??
  (Number.isFinite(o["max"]! - o["min"]!)
    ? undefined
    : [
        "max",
        `must be within the range of a number above min; received max ${o["max"]} and min ${o["min"]}. Narrow the bounds.`,
      ]);

const needed = (check?: Check, remedy?: string): RecipeOption => ({
  required: true,
  ...(check && { check }),
  ...(remedy !== undefined && { remedy }),
});
const limits: Recipe["options"] = {
  min: { required: false },
  max: { required: false },
};
const sparse: Recipe["options"] = {
  scale: needed(),
  density: needed(between(0, 1), "Give the share of values that are not zero."),
};

/** The initializers that take options. */
export type RecipeName = "uniform" | "normal" | "logNormal" | "sparseUniform" | "normalizedSparseUniform";

/** Every initializer with options, by name; also the source of the document's schema. */
export const recipes: Readonly<Record<RecipeName, Recipe>> = {
  uniform: {
    options: { min: needed(), max: needed() },
    problem: range,
  },
  normal: {
    options: {
      mean: needed(),
      std: needed(nonNegative, "Give a non-negative spread."),
      ...limits,
    },
    problem: bounds,
  },
  logNormal: {
    options: {
      median: needed(positive, "A log-normal value is positive."),
      sigma: needed(nonNegative, "Give a non-negative spread."),
      ...limits,
    },
    problem: bounds,
  },
  sparseUniform: { options: sparse },
  normalizedSparseUniform: { options: sparse },
};
export const initializerNames: readonly string[] = ["constant", ...Object.keys(recipes)];

/** Everything wrong with a value that is meant to be an initializer. */
export const initializerIssues = (value: object, path: string): Issue[] => {
  const names = Object.keys(value);
  const [name] = names;
  if (name === undefined || names.length > 1 || !initializerNames.includes(name)) {
    const received = names.length === 1 ? `"${name}"` : `an object with ${names.length} keys`;
    const hint = names.length === 1 ? suggestName(name!, initializerNames) : `Known: ${initializerNames.join(", ")}.`;
    return [{ path, message: `must name one initializer; received ${received}. ${hint}` }];
  }
  const given = (value as Readonly<Record<string, unknown>>)[name];
  if (name !== "constant") return optionIssues(recipes[name as RecipeName], given, `${path}.${name}`);
  return Number.isFinite(given)
    ? []
    : [{ path: `${path}.constant`, message: `must be a finite number; received ${describe(given)}. Give a number.` }];
};

const optionIssues = (recipe: Recipe, given: unknown, path: string): Issue[] => {
  const known = Object.keys(recipe.options);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return [
      { path, message: `takes an object with ${known.join(", ")}; received ${describe(given)}. Give these by name.` },
    ];
  }
  const issues: Issue[] = [];
  const add = (key: string, message: string): void => void issues.push({ path: `${path}.${key}`, message });
  for (const [key, value] of Object.entries(given)) {
    const option = known.includes(key) ? recipe.options[key] : undefined;
    if (!option) add(key, `is unknown. ${suggestName(key, known)}`);
    else if (!Number.isFinite(value)) {
      add(key, `must be a finite number; received ${describe(value)}. Give a number.`);
    } else if (option.check && !option.check.holds(value as number)) {
      add(key, `${requirementText(option.check, "1")}; received ${value}. ${option.remedy ?? "Give such a number."}`);
    }
  }
  for (const [key, option] of Object.entries(recipe.options)) {
    if (option.required && !Object.hasOwn(given, key)) add(key, "is missing. Give a number.");
  }
  if (issues.length > 0) return issues;
  const problem = recipe.problem?.(given as Options);
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

/**
 * Draws one value a unit; each depends on the key and the unit's index alone. Where the bounds leave no room for a
 * unit, its value and all that follow are NaN.
 */
export const drawValues = (initializer: Initializer, key: Key, shape: readonly number[]): Float64Array => {
  const values = new Float64Array(shape.reduce((product, n) => product * n, 1));
  const fill = (draw: (index: number) => number): Float64Array => {
    for (let index = 0; index < values.length; index++) {
      const value = draw(index);
      // Bounds that leave no room for one unit leave none for the next: 10 000 draws for each would take minutes.
      if (Number.isNaN(value)) return values.fill(Number.NaN, index);
      values[index] = value;
    }
    return values;
  };
  if ("constant" in initializer) return values.fill(initializer.constant);
  if ("uniform" in initializer) {
    const { min, max } = initializer.uniform;
    // Rounding can reach max itself, which is not part of the range.
    return fill((index) => {
      const value = min + (max - min) * drawUnit(key, index);
      return value < max ? value : min;
    });
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
