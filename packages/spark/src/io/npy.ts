import { FileError } from "../errors/errors.ts";
import { requireArray, requireBytes, requireKeys, requireText } from "./given.ts";
import { dtypeSize, type NpyDtype, npyHeader, parseNpyHeader, type TypedArray } from "./npyheader.ts";

export { type NpyDtype, npyHeader, type TypedArray } from "./npyheader.ts";

/** An array as in NumPy: elements in row-major order (the last index varies fastest), and a shape. */
export interface NpyArray {
  readonly data: TypedArray;
  /** Length of each axis; `[]` for a single number. */
  readonly shape: readonly number[];
  /** The dtype in the file. A bool array (`b1`) is a Uint8Array of 0 and 1. */
  readonly dtype: NpyDtype;
}

/** An array to write. Default `dtype`: that of the typed array. */
export type NpySource = Omit<NpyArray, "dtype"> & { readonly dtype?: NpyDtype };

export interface NpyReadOptions {
  readonly name?: string;
}

const make = {
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  i8: (bytes) => new BigInt64Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  u8: (bytes) => new BigUint64Array(bytes),
  b1: (bytes) => new Uint8Array(bytes),
} satisfies Record<NpyDtype, (bytes: ArrayBuffer) => TypedArray>;

/** The dtype of a typed array in a file. A Uint8Array is `u1`, never `b1`. */
export function dtypeOf(data: TypedArray): NpyDtype {
  if (data instanceof Float32Array) return "f4";
  if (data instanceof Float64Array) return "f8";
  if (data instanceof Int8Array) return "i1";
  if (data instanceof Int16Array) return "i2";
  if (data instanceof Int32Array) return "i4";
  if (data instanceof BigInt64Array) return "i8";
  if (data instanceof Uint8Array) return "u1";
  if (data instanceof Uint16Array) return "u2";
  if (data instanceof Uint32Array) return "u4";
  return "u8";
}

/** The bytes of a typed array, shared with it: the body of a .npy file, which is little endian like every engine. */
export function npyBody(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Encodes a .npy file of format 1.0, which `numpy.load` opens. Equal input gives equal bytes.
 *
 * @throws FileError if the shape does not fit the number of elements, or a bool is neither 0 nor 1; ConfigError unless
 * it gets an array with its data and shape
 */
export function encodeNpy(array: NpySource): Uint8Array<ArrayBuffer> {
  requireArray("encodeNpy", array);
  requireKeys("encodeNpy", array, ["data", "shape", "dtype"]);
  const { data, shape } = array;
  const natural = dtypeOf(data);
  const dtype = array.dtype ?? natural;
  if (dtype !== natural && !(dtype === "b1" && natural === "u1")) {
    throw new FileError(
      `encodeNpy.dtype must be "${natural}" for ${data.constructor.name}; received "${dtype}". Convert the array first.`,
    );
  }
  const header = npyHeader(dtype, shape);
  const count = elementCount(shape);
  if (count !== data.length) {
    throw new FileError(
      `encodeNpy.shape [${shape.join(", ")}] holds ${count} elements; received ${data.length}. Give the shape of the data.`,
    );
  }
  if (dtype === "b1") checkBools(data as Uint8Array, 0, "encodeNpy.data");
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header, 0);
  bytes.set(npyBody(data), header.length);
  return bytes;
}

/**
 * Decodes a .npy file (format 1.0, 2.0 or 3.0; either byte order; either index order) into a new array.
 *
 * @throws FileError that names the byte, for data that is not a .npy file, is truncated, has extra bytes or an
 * unsupported dtype; ConfigError unless it gets bytes and valid options
 */
export function decodeNpy(bytes: Uint8Array, options: NpyReadOptions = {}): NpyArray {
  requireBytes("decodeNpy", bytes);
  requireKeys("decodeNpy", options, ["name"]);
  requireText("decodeNpy.name", options.name);
  const where = options.name ?? "NPY data";
  const { dtype, bigEndian, fortranOrder, shape, dataOffset } = parseNpyHeader(bytes, where);
  const size = dtypeSize(dtype);
  const expected = elementCount(shape) * size;
  const present = bytes.length - dataOffset;
  if (expected !== present) {
    const remedy = present < expected ? "The file is incomplete; copy or save it again" : "Save one array per file";
    throw new FileError(
      `${where} must contain ${expected} bytes from byte ${dataOffset} for shape [${shape.join(", ")}] of ${dtype}; received ${present}. ${remedy}.`,
    );
  }
  if (dtype === "b1") checkBools(bytes.subarray(dataOffset), dataOffset, where);
  // Not bytes.slice: for a Node Buffer, slice shares its memory, which may not be aligned.
  const body = new Uint8Array(expected);
  body.set(bytes.subarray(dataOffset));
  if (bigEndian) swapBytes(body, size);
  const data: TypedArray = make[dtype](body.buffer);
  return { data: fortranOrder ? rowMajor(data, shape) : data, shape, dtype };
}

/** Number of elements of an array of this shape: 1 for rank 0, and 0 if any axis is empty. */
export function elementCount(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((count, length) => count * length, 1);
}

function checkBools(bytes: Uint8Array, offset: number, where: string): void {
  const at = bytes.findIndex((byte) => byte > 1);
  if (at < 0) return;
  throw new FileError(
    `${where} byte ${offset + at} must be 0 or 1 in a bool array; received ${bytes[at]}. Save it as whole numbers (u1).`,
  );
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

/** The same array with its last index varying fastest. */
function rowMajor(source: TypedArray, shape: readonly number[]): TypedArray {
  if (shape.length < 2 || source.length === 0) return source;
  const target = source.slice();
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < source.length; to++) {
    target[to] = source[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return target;
}
