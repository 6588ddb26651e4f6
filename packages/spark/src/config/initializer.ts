import { doubles } from "../math/doubles.ts";
import { exp } from "../math/elementary.ts";
import { drawNormal, drawUnit, type Key } from "../math/threefry.ts";
import { between, type Check, nonNegative, positive, requirementText } from "./field.ts";
import { suggestName } from "./nearest-name.ts";
import type { Site } from "./place.ts";
import { describe, isRecord } from "./shape.ts";
import { refuseUnknown } from "./unknown-keys.ts";

/** A distribution that gives a parameter one value per unit. Code and documents use the same object. */
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
  /** Values below it are drawn again. */
  readonly min?: number;
  /** Values above it are drawn again. */
  readonly max?: number;
}
export interface LogNormalOptions {
  /** Median: exp of the mean of the logarithm. */
  readonly median: number;
  /** Standard deviation of the logarithm, a pure number. */
  readonly sigma: number;
  readonly min?: number;
  readonly max?: number;
}
export interface SparseOptions {
  readonly scale: number;
  /** Fraction of nonzero values, from 0 to 1. */
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
/** Uniform in [0, scale) with probability `density`, otherwise 0. */
export const sparseUniform = (options: SparseOptions): Initializer => ({ sparseUniform: options });
/** Sparse uniform, normalized so that the values along the last axis sum to scale. Rows of zeros stay zero. */
export const normalizedSparseUniform = (options: SparseOptions): Initializer => ({ normalizedSparseUniform: options });

/** One option of an initializer. The descriptions are in recipe-text.ts, so that web pages do not load them. */
export interface RecipeOption {
  readonly required: boolean;
  /** A check in addition to finiteness, and the remedy if it fails. */
  readonly check?: Check;
  readonly remedy?: string;
}
export interface Recipe {
  readonly options: Readonly<Record<string, RecipeOption>>;
  /** A problem of the combined options, and the key where it is reported. */
  readonly problem?: (options: Options) => readonly [key: string, sentence: string] | undefined;
}
type Options = Readonly<Record<string, number>>;

const bounds = (o: Options): readonly [string, string] | undefined =>
  o["min"] !== undefined && o["max"] !== undefined && o["min"] >= o["max"]
    ? ["max", `must be greater than min; received max ${o["max"]} and min ${o["min"]}. Swap or widen the bounds.`]
    : undefined;
const range = (o: Options): readonly [string, string] | undefined =>
  bounds(o) ??
  (Number.isFinite(o["max"]! - o["min"]!)
    ? undefined
    : [
        "max",
        `must not be so far above min that the difference is infinite; received max ${o["max"]} and min ${o["min"]}. Narrow the bounds.`,
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
  density: needed(between(0, 1), "Give the fraction of nonzero values."),
};

/** Initializers that have options. */
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
      std: needed(nonNegative, "Give a standard deviation of at least 0."),
      ...limits,
    },
    problem: bounds,
  },
  logNormal: {
    options: {
      median: needed(positive, "Log-normal values are positive."),
      sigma: needed(nonNegative, "Give a standard deviation of at least 0."),
      ...limits,
    },
    problem: bounds,
  },
  sparseUniform: { options: sparse },
  normalizedSparseUniform: { options: sparse },
};
export const initializerNames: readonly string[] = ["constant", ...Object.keys(recipes)];

/** Whether an object is a valid initializer. Adds an issue for each problem. */
export const checkInitializer = (value: object, site: Site): boolean => {
  const before = site.issues.length;
  const names = Object.keys(value);
  const [name] = names;
  if (name === undefined || names.length > 1 || !initializerNames.includes(name)) {
    const received = names.length === 1 ? `"${name}"` : `an object with ${names.length} keys`;
    const hint = names.length === 1 ? suggestName(name!, initializerNames) : `Known: ${initializerNames.join(", ")}.`;
    site.refuse(`must name one initializer; received ${received}. ${hint}`);
    return false;
  }
  const given = (value as Readonly<Record<string, unknown>>)[name];
  const own = site.at(name);
  if (name !== "constant") checkOptions(recipes[name as RecipeName], given, own);
  else if (!Number.isFinite(given)) own.refuse(`must be a finite number; received ${describe(given)}. Give a number.`);
  return site.issues.length === before;
};

const checkOptions = (recipe: Recipe, given: unknown, site: Site): void => {
  const known = Object.keys(recipe.options);
  if (!isRecord(given)) {
    site.refuse(`takes an object with ${known.join(", ")}; received ${describe(given)}. Give them by name.`);
    return;
  }
  const before = site.issues.length;
  refuseUnknown(given, known, site);
  for (const [key, option] of Object.entries(recipe.options)) {
    const value = given[key];
    const own = site.at(key);
    if (!Object.hasOwn(given, key)) {
      if (option.required) own.refuse("is missing. Give a number.");
    } else if (!Number.isFinite(value)) {
      own.refuse(`must be a finite number; received ${describe(value)}. Give a number.`);
    } else if (option.check && !option.check.holds(value as number)) {
      own.refuse(
        `${requirementText(option.check, "1")}; received ${value}. ${option.remedy ?? "Give a number in this range."}`,
      );
    }
  }
  if (site.issues.length > before) return;
  const problem = recipe.problem?.(given as Options);
  if (problem) site.at(problem[0]).refuse(problem[1]);
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
 * Draws one value per unit. Each depends only on the key and the index of the unit. If all draws of a unit fall outside
 * the bounds, its value and all later values are NaN.
 */
export const drawValues = (initializer: Initializer, key: Key, shape: readonly number[]): Float64Array => {
  const values = new Float64Array(shape.reduce((product, n) => product * n, 1));
  const fill = (draw: (index: number) => number): Float64Array => {
    for (let index = 0; index < values.length; index++) {
      const value = draw(index);
      // Bounds that reject all draws of one unit reject those of the next too: 10 000 draws for each would take minutes.
      if (Number.isNaN(value)) return values.fill(Number.NaN, index);
      values[index] = value;
    }
    return values;
  };
  if ("constant" in initializer) return values.fill(initializer.constant);
  if ("uniform" in initializer) {
    const { min, max } = initializer.uniform;
    // Rounding can give max itself, which is outside the range.
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
