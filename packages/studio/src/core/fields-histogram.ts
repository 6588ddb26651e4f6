import { distributionOf } from "./fields.ts";
import { isObject, type Json, objectAt } from "./json.ts";

/* The histogram of a distribution of values, from its density. Nothing is drawn, so it never flickers. */

export interface Histogram {
  readonly min: number;
  readonly max: number;
  /** Heights of bins of equal width, relative to the highest. */
  readonly heights: readonly number[];
}

const bins = 32;

type Density = (x: number) => number;

const bell: Density = (z) => Math.exp((-z * z) / 2);

const numberAt = (options: Readonly<Record<string, unknown>>, key: string): number | undefined => {
  const value = options[key];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

/** Density and range of a distribution; undefined if its options are missing or impossible. */
const densityOf = (
  name: string,
  options: Readonly<Record<string, unknown>>,
): { readonly min: number; readonly max: number; readonly density: Density } | undefined => {
  const of = (key: string): number | undefined => numberAt(options, key);
  const [low, high] = [of("min"), of("max")];
  if (name === "uniform" && low !== undefined && high !== undefined && high > low) {
    const margin = (high - low) * 0.15;
    return { min: low - margin, max: high + margin, density: (x) => (x >= low && x < high ? 1 : 0) };
  }
  const [mean, std] = [of("mean"), of("std")];
  if (name === "normal" && mean !== undefined && std !== undefined && std > 0) {
    const within: Density = (x) => (x < (low ?? -Infinity) || x > (high ?? Infinity) ? 0 : bell((x - mean) / std));
    return { min: mean - 3.2 * std, max: mean + 3.2 * std, density: within };
  }
  const [median, sigma] = [of("median"), of("sigma")];
  if (name === "logNormal" && median !== undefined && sigma !== undefined && median > 0 && sigma > 0) {
    const density: Density = (x) =>
      x <= 0 || x < (low ?? 0) || x > (high ?? Infinity) ? 0 : bell(Math.log(x / median) / sigma) / x;
    return { min: 0, max: Math.min(high ?? Infinity, median * Math.exp(2.6 * sigma)), density };
  }
  return undefined;
};

/** Values of a list in bins. */
const ofList = (values: readonly number[]): Histogram | undefined => {
  if (values.length === 0) return undefined;
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (!Number.isFinite(min) || !Number.isFinite(max)) return undefined;
  if (min === max) [min, max] = [min - Math.abs(min || 1) / 2, max + Math.abs(max || 1) / 2];
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins))]!++;
  const highest = Math.max(...counts);
  return { min, max, heights: counts.map((count) => count / highest) };
};

/** The histogram of a value that is a distribution or a list; undefined for others. */
export const histogramOf = (value: Json | undefined): Histogram | undefined => {
  if (Array.isArray(value)) {
    const flat = value.flat(8).filter((one): one is number => typeof one === "number");
    return ofList(flat);
  }
  const name = distributionOf(value);
  if (name === undefined || !isObject(value)) return undefined;
  const options = objectAt(value, name);
  if (name === "sparseUniform" || name === "normalizedSparseUniform") return sparse(options);
  const found = densityOf(name, options);
  if (!found) return undefined;
  const { min, max, density } = found;
  const width = (max - min) / bins;
  const heights = Array.from({ length: bins }, (_, k) => density(min + (k + 0.5) * width));
  const highest = Math.max(...heights);
  return highest > 0 ? { min, max, heights: heights.map((height) => height / highest) } : undefined;
};

/** Most values are 0: one bin holds them, and the others share the rest. */
const sparse = (options: Readonly<Record<string, unknown>>): Histogram | undefined => {
  const [scale, density] = [numberAt(options, "scale"), numberAt(options, "density")];
  if (scale === undefined || density === undefined || scale === 0) return undefined;
  const each = density / bins;
  const counts = Array.from({ length: bins }, (_, k) => (k === (scale > 0 ? 0 : bins - 1) ? 1 - density + each : each));
  const highest = Math.max(...counts);
  return { min: Math.min(0, scale), max: Math.max(0, scale), heights: counts.map((count) => count / highest) };
};
