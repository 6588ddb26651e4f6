/** Sizes of the axes of a population: [1000], [28, 28]. */
export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, k) => n === b[k]);
export const shapeText = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Arrays of numbers, nested to the rank of a shape. */
export type NestedArray = readonly (number | NestedArray)[];

type NumericArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

export type { NumericArray };

export const isTypedArray = (value: unknown): value is NumericArray =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView) &&
  !(value instanceof BigInt64Array || value instanceof BigUint64Array);

/** Whether a value is a plain object, in code or in a document. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Numbers in row-major order, with their shape. A typed array is flat: its shape is its length. */
export interface ShapedArray {
  readonly data: Float64Array;
  readonly shape: Shape;
  /** True for a typed array, which fits any shape of its length. */
  readonly flat: boolean;
}

/** A problem of one part of nested arrays, with the indices of that part. */
export interface Misfit {
  readonly at: readonly number[];
  readonly message: string;
}

/** The indices of a flat index in a shape. */
export const indicesOf = (flat: number, shape: Shape): number[] => {
  const parts: number[] = [];
  let rest = flat;
  for (let k = shape.length - 1; k >= 0; k--) {
    parts.unshift(rest % shape[k]!);
    rest = Math.floor(rest / shape[k]!);
  }
  return parts;
};

/** Flattens nested arrays. Returns a misfit if they are ragged or empty, or contain a value that is not a finite number. */
export const readArray = (value: NestedArray | NumericArray): ShapedArray | Misfit => {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  if (value.length === 0 || shape.includes(0)) {
    return { at: [], message: "must contain at least one value; received an empty array. Give one value per unit." };
  }
  if (isTypedArray(value)) {
    const data = Float64Array.from(value);
    const bad = data.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) return { at: [bad], message: notFinite(data[bad]) };
    return { data, shape: [data.length], flat: true };
  }
  const data = (value as readonly unknown[]).flat(shape.length - 1) as number[];
  return misplaced(value, shape) ?? { data: Float64Array.from(data), shape, flat: false };
};

/** A misfit for the first part of nested arrays that does not fit the shape or is not a finite number. */
const misplaced = (part: unknown, shape: Shape): Misfit | undefined => {
  const [length, ...inner] = shape;
  if (length === undefined) {
    return typeof part === "number" && Number.isFinite(part) ? undefined : { at: [], message: notFinite(part) };
  }
  if (!Array.isArray(part) || part.length !== length) {
    const received = Array.isArray(part) ? `${part.length}` : describe(part);
    return {
      at: [],
      message: `must contain ${length} values like its neighbours; received ${received}. Make all rows equally long.`,
    };
  }
  for (let k = 0; k < length; k++) {
    const misfit = misplaced(part[k], inner);
    if (misfit) return { at: [k, ...misfit.at], message: misfit.message };
  }
  return undefined;
};

const notFinite = (value: unknown): string =>
  `must be a finite number; received ${describe(value)}. Give a number here.`;

/** The problem of a value given as a shape, if any. */
export const shapeMisfit = (value: unknown): Misfit | undefined => {
  const wrong = (message: string, at: readonly number[] = []): Misfit => ({ at, message });
  if (!Array.isArray(value) || value.length === 0) {
    return wrong(
      `must be a list of sizes such as [1000] or [28, 28]; received ${describe(value)}. Give one whole number per axis.`,
    );
  }
  const bad = value.findIndex((n) => !Number.isInteger(n) || n < 1);
  if (bad >= 0) {
    return wrong(`must be a whole number of at least 1; received ${describe(value[bad])}. Give the size of the axis.`, [
      bad,
    ]);
  }
  const size = sizeOf(value as number[]);
  return size > 2 ** 31 - 1
    ? wrong(`must not exceed 2147483647 units; received ${size}. Split the population.`)
    : undefined;
};

/** Formats a value for a message: text in quotes, long arrays and objects shortened. */
export const describe = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value))
    return value.length > 4
      ? `[${value.slice(0, 4).map(describe).join(", ")}, …]`
      : `[${value.map(describe).join(", ")}]`;
  if (ArrayBuffer.isView(value))
    return `${/^[AIEOU]/.test(value.constructor.name) ? "an" : "a"} ${value.constructor.name}`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    const shown = keys.length > 4 ? [...keys.slice(0, 4), "…"] : keys;
    return shown.length > 0 ? `{ ${shown.join(", ")} }` : "{}";
  }
  return String(value);
};
