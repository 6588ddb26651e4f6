import type { Metadata } from "h5wasm";
import { FileError } from "spark-snn";

/** Numbers of a dataset. 64-bit integers are doubles, which hold them exactly up to 2^53. */
export type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Classes of HDF5 types (H5T_class_t). */
export const H5T = { integer: 0, float: 1, string: 3, compound: 6, reference: 7, enum: 8, vlen: 9, array: 10 } as const;

const names: Readonly<Record<number, string>> = {
  [H5T.integer]: "integers",
  [H5T.float]: "floats",
  [H5T.string]: "strings",
  2: "times",
  4: "bit fields",
  5: "opaque bytes",
  [H5T.compound]: "compounds",
  [H5T.reference]: "references",
  [H5T.enum]: "enumerations",
  [H5T.vlen]: "lists of variable length",
  [H5T.array]: "arrays",
};

/** The type of values in words, such as "8-byte floats". */
export const typeName = ({ type, size, vlen }: Metadata): string => {
  const name = names[type] ?? `class ${type}`;
  return type === H5T.string && vlen ? name : `${size}-byte ${name}`;
};

const integers = {
  1: [Uint8Array, Int8Array],
  2: [Uint16Array, Int16Array],
  4: [Uint32Array, Int32Array],
} as const;

export const isNumeric = ({ type }: Metadata): boolean =>
  type === H5T.integer || type === H5T.float || type === H5T.enum;

/** An array for `length` values of a numeric type. @throws FileError for a type without an array */
export const numbersFor = (metadata: Metadata, length: number, path: string): Numbers => {
  const { type, size, signed } = metadata;
  if (type === H5T.float) {
    if (size === 2 || size === 4) return new Float32Array(length);
    if (size === 8) return new Float64Array(length);
  } else if (isNumeric(metadata)) {
    if (size === 8) return new Float64Array(length);
    const arrays = integers[size as 1 | 2 | 4] as (typeof integers)[1] | undefined;
    if (arrays) return new arrays[signed ? 1 : 0](length);
  }
  throw new FileError(
    `HDF5 ${path}: contains ${typeName(metadata)}, which are not numbers that can be read. Save it as 32-bit or 64-bit values.`,
  );
};

/** Copies raw little-endian values to `into`, from its element `at` on. */
export const decodeNumbers = (raw: Uint8Array, metadata: Metadata, into: Numbers, at: number, path: string): void => {
  const { type, size, signed } = metadata;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (type === H5T.float && size === 2) {
    for (let k = 0; k < raw.length / 2; k++) into[at + k] = halfToNumber(view.getUint16(2 * k, true));
  } else if (size === 8 && type !== H5T.float) decodeWide(view, signed, into, at, path);
  else new Uint8Array(into.buffer, into.byteOffset + at * size, raw.length).set(raw);
};

const decodeWide = (view: DataView, signed: boolean, into: Numbers, at: number, path: string): void => {
  for (let k = 0; k < view.byteLength / 8; k++) {
    // Two halves are much faster than a BigInt.
    const low = view.getUint32(8 * k, true);
    const high = signed ? view.getInt32(8 * k + 4, true) : view.getUint32(8 * k + 4, true);
    const value = high * 2 ** 32 + low;
    if (!Number.isSafeInteger(value)) {
      const exact = signed ? view.getBigInt64(8 * k, true) : view.getBigUint64(8 * k, true);
      throw new FileError(
        `HDF5 ${path}: value ${at + k} is ${exact}, which is beyond 2^53 and would lose digits. Save it with smaller numbers.`,
      );
    }
    into[at + k] = value;
  }
};

const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
};

/** Strings of fixed length may end in spaces (H5T_STR_SPACEPAD). */
export const unpad = (text: string, { vlen, strpad }: Metadata): string =>
  !vlen && strpad === 2 ? text.replace(/ +$/, "") : text;
