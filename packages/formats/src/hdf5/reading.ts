import type { Metadata } from "h5wasm";
import { FileError } from "spark-snn";
import type { Engine } from "./engine.ts";

/** An open file. */
export interface Context {
  readonly engine: Engine;
  readonly id: bigint;
  readonly limit: number;
  /** Bytes of the file. */
  readonly size: number;
}

/** The remedy of most errors. */
export const COPY = "The file is damaged or truncated. Copy or save it again";

/** @throws FileError if `bytes` are more than the limit of the file */
export const refuseSize = (
  { limit }: Context,
  path: string,
  bytes: number,
  shape: readonly number[],
  what = "values",
): void => {
  if (bytes > limit) {
    throw new FileError(
      `HDF5 ${path}: the ${what} of shape [${shape.join(", ")}] take ${bytes} bytes; the limit is ${limit}. The file is damaged, or it needs a higher limit.`,
    );
  }
};

/** Bytes of a string in memory, at least. */
const STRING = 64;
/** Bytes in the file for each string of variable length: its length, and its place in a heap. */
const REFERENCE = 16;

/** @throws FileError if strings are more than the limit, or than the file can contain */
export const refuseStrings = (
  context: Context,
  path: string,
  { vlen, size, chunks }: Metadata,
  shape: readonly number[],
): void => {
  const length = shape.reduce((product, one) => product * one, 1);
  refuseSize(context, path, length * Math.max(size, STRING), shape);
  // The library walks through all of them before it finds that they are not there.
  const needed = length * (vlen ? REFERENCE : size);
  if (!chunks && needed > context.size) {
    throw new FileError(
      `HDF5 ${path}: its ${length} strings need ${needed} bytes, and the file has ${context.size}. ${COPY}.`,
    );
  }
};

/** Bytes that the library writes into its memory, copied from there. */
export const readRaw = (
  { engine }: Context,
  length: number,
  what: string,
  fill: (pointer: bigint) => number,
): Uint8Array => {
  if (length === 0) return new Uint8Array(0);
  const { module } = engine;
  const pointer = module._malloc(length);
  if (pointer === 0) throw new FileError(`HDF5 ${what}: there is no memory for ${length} bytes. Read it in slices.`);
  try {
    const status = engine.call(what, COPY, () => fill(BigInt(pointer)));
    if (status < 0) throw new FileError(`HDF5 ${what}. ${COPY}.`);
    return module.HEAPU8.slice(pointer, pointer + length);
  } finally {
    module._free(pointer);
  }
};
