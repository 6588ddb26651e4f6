import type { Metadata } from "h5wasm";
import { FileError } from "spark-snn";
import type { Hdf5Dataset, Slice } from "./objects.ts";
import { COPY, type Context, readRaw, refuseSize, refuseStrings } from "./reading.ts";
import { decodeNumbers, H5T, isNumeric, numbersFor, typeName, unpad } from "./values.ts";

/** Bytes that pass through the memory of WebAssembly at once. That memory never shrinks. */
const BLOCK = 8 * 2 ** 20;

/** A part of a dataset; undefined for a dataset without axes. */
interface Part {
  readonly offset: readonly number[];
  readonly count: readonly number[];
  /** Number of values. */
  readonly length: number;
}

const product = (lengths: readonly number[]): number => lengths.reduce((all, one) => all * one, 1);

export const datasetAt = (
  context: Context,
  path: string,
  attributes: Pick<Hdf5Dataset, "attributeNames" | "attribute">,
): Hdf5Dataset => {
  const { engine, id } = context;
  const { module } = engine;
  const metadata = engine.call(`cannot read the dataset ${path}`, COPY, () => module.get_dataset_metadata(id, path));
  const { shape, size } = metadata;
  if (metadata.virtual_sources) {
    throw new FileError(`HDF5 ${path}: is a virtual dataset, whose values are in other files. Copy it with h5repack.`);
  }
  const isText = metadata.type === H5T.string;
  const what = `cannot read the dataset ${path}`;
  const dataset: Hdf5Dataset = {
    kind: "dataset",
    path,
    shape: shape ?? [0],
    length: product(shape ?? [0]),
    values: isText ? "strings" : isNumeric(metadata) ? "numbers" : "other",
    ...attributes,
    numbers(slice) {
      if (isText) throw new FileError(`HDF5 ${path}: contains strings; expected numbers.`);
      const part = partOf(path, shape ?? [0], slice);
      refuseSize(context, path, part.length * size, part.count);
      refuseChunks(context, path, metadata);
      const values = numbersFor(metadata, part.length, path);
      let at = 0;
      for (const block of blocksOf(part, size, blockBytes(metadata))) {
        const raw = readRaw(context, block.length * size, what, (pointer) => read(context, path, block, pointer));
        decodeNumbers(raw, metadata, values, at, path);
        at += block.length;
      }
      return values;
    },
    strings() {
      if (!isText) throw new FileError(`HDF5 ${path}: contains ${typeName(metadata)}; expected strings.`);
      const part = partOf(path, shape ?? [0], undefined);
      refuseStrings(context, path, metadata, part.count);
      refuseChunks(context, path, metadata);
      return metadata.vlen ? variableStrings(context, path, part) : fixedStrings(context, path, part, metadata);
    },
    number: () => only(dataset.numbers(), path),
    text: () => only(dataset.strings(), path),
  };
  return dataset;
};

const only = <T extends string | number>(values: ArrayLike<T>, path: string): T => {
  if (values.length === 1) return values[0]!;
  throw new FileError(`HDF5 ${path}: has ${values.length} values; expected one.`);
};

/** A chunk is decompressed as a whole, however few of its values are read. */
const refuseChunks = (context: Context, path: string, { chunks, size }: Metadata): void => {
  if (chunks) refuseSize(context, path, product(chunks) * size, chunks, "chunks");
};

const blockBytes = ({ chunks, size }: Metadata): number => Math.max(BLOCK, product(chunks ?? [0]) * size);

const partOf = (path: string, shape: readonly number[], slice: Slice | undefined): Part => {
  if (slice && slice.length > shape.length) {
    throw new FileError(`HDF5 ${path}: has the shape [${shape.join(", ")}]; received a slice of ${slice.length} axes.`);
  }
  const ranges = shape.map((length, axis) => slice?.[axis] ?? ([0, length] as const));
  ranges.forEach(([start, stop], axis) => {
    const length = shape[axis]!;
    if (!Number.isInteger(start) || !Number.isInteger(stop) || start < 0 || stop < start || stop > length) {
      throw new FileError(
        `HDF5 ${path}: axis ${axis} has ${length} values; received the range from ${start} to ${stop}.`,
      );
    }
  });
  const count = ranges.map(([start, stop]) => stop - start);
  return { offset: ranges.map(([start]) => start), count, length: product(count) };
};

/** A part in blocks of at most `limit` bytes, in row-major order. */
function* blocksOf(part: Part, size: number, limit: number): Generator<Part> {
  const { offset, count, length } = part;
  if (length === 0) return;
  if (length * size <= limit || count.length === 0) {
    yield part;
    return;
  }
  // The outermost axis of more than one value is divided, into single values if these are too large themselves.
  const axis = count.findIndex((one) => one > 1);
  if (axis === -1) {
    yield part;
    return;
  }
  const perValue = length / count[axis]!;
  const step = Math.max(1, Math.floor(limit / (perValue * size)));
  for (let at = 0; at < count[axis]!; at += step) {
    const taken = Math.min(step, count[axis]! - at);
    const block = {
      offset: offset.with(axis, offset[axis]! + at),
      count: count.with(axis, taken),
      length: perValue * taken,
    };
    yield* blocksOf(block, size, limit);
  }
}

/** Calls the library to read a part to its memory. Returns its status. */
const read = ({ engine, id }: Context, path: string, { offset, count }: Part, pointer: bigint): number => {
  const { module } = engine;
  if (count.length === 0) return module.get_dataset_data(id, path, null, null, null, pointer);
  const steps = count.map(() => 1n);
  return module.get_dataset_data(id, path, count.map(BigInt), offset.map(BigInt), steps, pointer);
};

const fixedStrings = (context: Context, path: string, part: Part, metadata: Metadata): string[] => {
  const { size } = metadata;
  const decoder = new TextDecoder();
  const texts: string[] = [];
  const what = `cannot read the dataset ${path}`;
  for (const block of blocksOf(part, size, BLOCK)) {
    const raw = readRaw(context, block.length * size, what, (pointer) => read(context, path, block, pointer));
    for (let at = 0; at < raw.length; at += size) {
      const bytes = raw.subarray(at, at + size);
      const end = bytes.indexOf(0);
      texts.push(unpad(decoder.decode(end === -1 ? bytes : bytes.subarray(0, end)), metadata));
    }
  }
  return texts;
};

/** Strings of variable length. The library allocates each, so only some thousands are in its memory at once. */
const variableStrings = (context: Context, path: string, part: Part): string[] => {
  const { engine, id, limit } = context;
  const { module } = engine;
  const texts: string[] = [];
  const what = `cannot read the dataset ${path}`;
  let bytes = 0;
  for (const block of blocksOf(part, 4, 16_384)) {
    let pointers: Uint32Array = new Uint32Array(0);
    readRaw(context, block.length * 4, what, (pointer) => {
      const status = read(context, path, block, pointer);
      if (status < 0) return status;
      pointers = new Uint32Array(module.HEAPU8.slice(Number(pointer), Number(pointer) + block.length * 4).buffer);
      for (const one of pointers) {
        const text = one === 0 ? "" : module.UTF8ToString(one);
        bytes += 2 * text.length;
        texts.push(text);
      }
      return block.count.length === 0
        ? module.reclaim_vlen_memory(id, path, "", pointer)
        : module.reclaim_vlen_memory_count(id, path, "", pointer, block.count.map(BigInt));
    });
    // Many strings of a file may be the same bytes, so their sum is bounded as well.
    if (bytes > limit) {
      throw new FileError(`HDF5 ${path}: its strings take more than ${limit} bytes. The file is damaged.`);
    }
  }
  return texts;
};
