import { pathText } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { FileError, type Key } from "../errors/errors.ts";
import type { FilePosition } from "../io/named-files.ts";
import type { NpyArray } from "../io/npy.ts";
import type { NpzArchive } from "../io/npz.ts";

/* Arrays of NumPy files in documents. */

/** Largest number of axes of an array in NumPy. */
const MAX_RANK = 64;

export interface NumberArray {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The numbers of an array that is not empty, as `doublesOf`. @throws FileError if it is empty, too */
export const numbersOf = ({ data, shape }: NpyArray, name: string): NumberArray => {
  if (shape.length === 0 || data.length === 0) {
    throw new FileError(
      `${name} must contain at least one row; received shape [${shape.join(", ")}]. Save an array of steps × units.`,
    );
  }
  if (shape.length > MAX_RANK) {
    throw new FileError(`${name} must have at most ${MAX_RANK} axes; received ${shape.length}. Reshape the array.`);
  }
  return { data: doublesOf(data, name), shape };
};

/** The same numbers, with integers of 64 bits as doubles. @throws FileError if an integer is too large for a double */
export const doublesOf = (data: NpyArray["data"], name: string): ArrayLike<number> => {
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data;
  const numbers = Float64Array.from(data, Number);
  const bad = numbers.findIndex((value) => !Number.isSafeInteger(value));
  if (bad < 0) return numbers;
  throw new FileError(
    `${name} element ${bad} exceeds the integers that a double can represent; received ${data[bad]}. Save it as float64.`,
  );
};

/** An array of an archive, which may be omitted if there is only one. @throws FileError if it is not there */
export const arrayIn = (archive: NpzArchive, name: unknown, file: string): NpyArray => {
  const { names } = archive;
  if (name === undefined && names.length === 1) return archive.read(names[0]!);
  if (typeof name === "string" && names.includes(name)) return archive.read(name);
  const wanted = name === undefined ? "one array, or array must name one of them" : `an array ${describe(name)}`;
  throw new FileError(`${file} must contain ${wanted}; received ${names.join(", ") || "none"}. Choose one of these.`);
};

type Nested = number | Nested[];

/** Nested arrays, so that the shape of a file is checked like that of values in the document. */
export const nested = ({ data, shape }: NumberArray): Nested => {
  let at = 0;
  const build = (axis: number): Nested =>
    axis === shape.length ? data[at++]! : Array.from({ length: shape[axis]! }, () => build(axis + 1));
  return build(0);
};

/** The position of an element: '"spikes.npz" units[3]'. */
export const inArray = (file: string, at: readonly Key[]): FilePosition => {
  if (at.length === 0) return {};
  const text = pathText(at);
  return { where: `"${file}"${text.startsWith("[") ? "" : " "}${text}` };
};
