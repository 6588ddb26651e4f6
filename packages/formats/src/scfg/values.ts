import { type Draws, exactExp } from "spark-snn";
import type { Config, NumberArray, Value } from "./tree.ts";

/* Values of configurations: numbers, arrays and initializers. */

export const isConfig = (value: Value | undefined): value is Config =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "config";
export const isArray = (value: Value | undefined): value is NumberArray =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "array";
export const isInitializer = (value: Value | undefined): value is Config =>
  isConfig(value) && value.type.endsWith("_initializer");

/** The number that a value stands for: a number, a text of one, or an array with one element. */
export const scalarOf = (value: Value | undefined): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (isArray(value) && value.data.length === 1) return value.data[0];
  if (isInitializer(value) && value.type === "constant_initializer") return scalarOf(value.fields["scale"]);
  return undefined;
};

/** A list of numbers, such as the shape of a population. */
export const numbersOf = (value: Value | undefined): readonly number[] | undefined => {
  if (typeof value === "number") return [value];
  if (isArray(value)) return Array.from(value.data);
  if (Array.isArray(value) && value.every((one) => typeof one === "number")) return value as readonly number[];
  return undefined;
};

/** An initializer with its fields as numbers. */
export interface Distribution {
  readonly type: string;
  readonly scale: number;
  readonly mu: number;
  readonly sigma: number;
  readonly density: number;
  readonly least: number;
  readonly most: number;
}

export const distributionOf = ({ type, fields }: Config): Distribution => ({
  type: type.replace(/_initializer$/, ""),
  scale: scalarOf(fields["scale"]) ?? 1,
  mu: scalarOf(fields["mu"]) ?? 0,
  sigma: scalarOf(fields["sigma"]) ?? 1,
  density: scalarOf(fields["density"]) ?? 0.2,
  least: scalarOf(fields["min_value"]) ?? Number.NEGATIVE_INFINITY,
  most: scalarOf(fields["max_value"]) ?? Number.POSITIVE_INFINITY,
});

export const distributionNames: readonly string[] = [
  "constant",
  "uniform",
  "normal",
  "log_normal",
  "sparse_uniform",
  "sparse_normal",
  "sparse_log_normal",
  "normalized_sparse_uniform",
];

/** The range of a distribution before its bounds. */
const rangeOf = ({ type, scale }: Distribution): readonly [number, number] =>
  type.endsWith("uniform")
    ? [Math.min(0, scale), Math.max(0, scale)]
    : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Whether the bounds change values. */
export const isClipped = (given: Distribution): boolean => {
  const [low, high] = rangeOf(given);
  return given.least > low || given.most < high;
};

/** The initializer of a document with the same distribution; undefined if there is none. */
export const initializerOf = (given: Distribution): Readonly<Record<string, object>> | undefined => {
  const { type, scale, mu, sigma, density } = given;
  if (isClipped(given)) return undefined;
  if (type === "uniform") return { uniform: { min: Math.min(0, scale), max: Math.max(0, scale) } };
  if (type === "sparse_uniform") return { sparseUniform: { scale, density } };
  if (type === "normal") return { normal: { mean: mu, std: sigma } };
  if (type === "log_normal" && mu === 0) return { logNormal: { median: 1, sigma } };
  return undefined;
};

/** Draws values, with rows of `columns` values for a distribution that is normalized by row. */
export const drawDistribution = (given: Distribution, count: number, columns: number, draws: Draws): Float64Array => {
  const { type, scale, mu, sigma, density, least, most } = given;
  const clip = (value: number): number => Math.min(Math.max(value, least), most);
  // The step of a draw separates the values from the mask of a sparse distribution.
  const isKept = (k: number): boolean => !type.includes("sparse") || draws.uniform(k, 1) < density;
  const plain = (k: number): number => {
    if (type.endsWith("uniform")) return scale * draws.uniform(k);
    if (type.endsWith("log_normal")) return mu + exactExp(sigma * draws.normal(k));
    if (type.endsWith("normal")) return mu + sigma * draws.normal(k);
    return scale;
  };
  const values = Float64Array.from({ length: count }, (_, k) => (isKept(k) ? plain(k) : 0));
  if (type === "normalized_sparse_uniform") normalize(values, columns, scale);
  return type === "constant" ? values : values.map(clip);
};

const normalize = (values: Float64Array, columns: number, total: number): void => {
  for (let start = 0; start < values.length; start += columns) {
    const row = values.subarray(start, start + columns);
    const sum = row.reduce((all, value) => all + value, 0);
    if (sum !== 0) row.set(row.map((value) => (value / sum) * total));
  }
};

/** A list in the shape of an array. */
export const nestedOf = (data: Float64Array, shape: readonly number[]): unknown => {
  if (shape.length <= 1) return Array.from(data);
  const [length, ...rest] = shape as [number, ...number[]];
  const size = data.length / Math.max(length, 1);
  return Array.from({ length }, (_, k) => nestedOf(data.subarray(k * size, (k + 1) * size), rest));
};

export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
