import { FileError } from "spark-snn";
import { type Engine, loadEngine } from "./engine.ts";
import { type ByteStore, memoryStore } from "./store.ts";

/** Types of written numbers: floats, signed and unsigned integers, with their number of bits. */
export type NumberType = "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64";

/** Texts become variable-length UTF-8. An empty list has numbers, unless its type is "text". */
export type WrittenValue = string | readonly string[] | number | ArrayLike<number>;

export interface DatasetOptions {
  /** Type of the values. Default: that of a typed array or of texts, otherwise f64. */
  readonly type?: NumberType | "text";
  /** Lengths of the axes. Default: one axis; none for a single value. */
  readonly shape?: readonly number[];
  /** Largest lengths of the axes, for `append`; null for no limit. They need `chunks`. */
  readonly maxShape?: readonly (number | null)[];
  /** Lengths of the chunks, which are compressed one by one. */
  readonly chunks?: readonly number[];
  /** Level of the compression (gzip), 1 to 9. It needs `chunks`. Default: none. */
  readonly compression?: number;
  /** Texts as ASCII that ends with a zero. The padded UTF-8 of other texts is not read by all programs. Default false. */
  readonly ascii?: boolean;
}

export interface WrittenObject {
  readonly path: string;
  /** Adds an attribute. @throws FileError if it exists already */
  attribute(name: string, value: WrittenValue, options?: Pick<DatasetOptions, "type" | "shape" | "ascii">): void;
  /** Adds an attribute that is a reference to an object of the file. @throws FileError if it exists already */
  reference(name: string, target: WrittenObject): void;
}

export interface WrittenDataset extends WrittenObject {
  /** Appends rows along the first axis. Their number is the length of `data` divided by the length of a row. */
  append(data: ArrayLike<number>): void;
  /** Replaces the values of a dataset with one axis, from its first one on. */
  replace(data: ArrayLike<number>): void;
}

export interface WrittenGroup extends WrittenObject {
  /** Adds a group. @throws FileError if the name exists already, or is no name */
  group(name: string): WrittenGroup;
  /** Adds a dataset. @throws FileError if the name exists already, or if the shape does not match the data */
  dataset(name: string, data: WrittenValue, options?: DatasetOptions): WrittenDataset;
}

export interface Hdf5Writer {
  readonly root: WrittenGroup;
  /** Passes everything in the memory of the library to the store, which then contains a valid file. @throws FileError */
  flush(): void;
  /** Writes what is still in memory, and releases the file. @throws FileError if the disk refuses it */
  close(): void;
}

/**
 * Starts an HDF5 file in a store. The library holds only some chunks in memory.
 * @throws FileError if the store cannot be written
 */
export const createHdf5 = async (store: ByteStore): Promise<Hdf5Writer> => {
  const engine = timeless(await loadEngine());
  const mounted = engine.mount(store);
  let file: InstanceType<Engine["library"]["File"]>;
  try {
    // Files in the form of HDF5 1.8, which the programs of all peers read.
    file = engine.call("cannot create the file", REMEDY, () => new engine.library.File(mounted.path, "w"));
  } catch (error) {
    mounted.unmount();
    throw error;
  }
  return {
    root: groupOf(engine, file),
    flush: () => engine.call("cannot write the file", REMEDY, () => file.flush()),
    close() {
      try {
        engine.call("cannot close the file", REMEDY, () => file.close());
      } finally {
        mounted.unmount();
      }
    },
  };
};

/** The bytes of a new file that `fill` writes. @throws FileError */
export const hdf5Bytes = async (fill: (root: WrittenGroup) => void | Promise<void>): Promise<Uint8Array> => {
  const store = memoryStore();
  const file = await createHdf5(store);
  let isFilled = false;
  try {
    await fill(file.root);
    isFilled = true;
  } finally {
    // An error while closing must not hide the one of `fill`.
    try {
      file.close();
    } catch (error) {
      // biome-ignore lint/correctness/noUnsafeFinally: only thrown where there is no other error
      if (isFilled) throw error;
    }
  }
  return store.bytes();
};

/**
 * The library writes the time of the clock into every object, and has no option against it. With a fixed time, equal
 * content gives equal files. The calls are synchronous, so no other code sees the changed clock.
 */
const timeless = (engine: Engine): Engine => ({
  ...engine,
  call: (what, remedy, action) =>
    engine.call(what, remedy, () => {
      const { now } = Date;
      Date.now = () => 0;
      try {
        return action();
      } finally {
        Date.now = now;
      }
    }),
});

const REMEDY = "Check the name, the shape and the space on the disk";
/** Values that pass through the memory of WebAssembly at once. */
const BLOCK = 2 ** 20;

type Group = InstanceType<Engine["library"]["Group"]>;
type Dataset = InstanceType<Engine["library"]["Dataset"]>;

const codes: Readonly<Record<NumberType, string>> = {
  f32: "<f",
  f64: "<d",
  i8: "<b",
  i16: "<h",
  i32: "<i",
  i64: "<q",
  u8: "<B",
  u16: "<H",
  u32: "<I",
  u64: "<Q",
};

const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
} as const;

const typeOf = (data: WrittenValue): NumberType | "text" => {
  if (typeof data === "string" || (typeof data === "object" && typeof data[0] === "string")) return "text";
  const found = Object.entries(arrays).find(([, array]) => data instanceof array);
  return (found?.[0] as NumberType | undefined) ?? "f64";
};

type Packed = InstanceType<(typeof arrays)[NumberType]>;

/** Numbers as the typed array of their type. @throws FileError for values that the type does not hold */
const pack = (data: ArrayLike<number>, type: NumberType, path: string): Packed => {
  const array = arrays[type];
  if (data instanceof array) return data as Packed;
  if (type === "f32" || type === "f64") return arrays[type].from(data);
  const bits = Number(type.slice(1));
  const isSigned = type.startsWith("i");
  const highest = Math.min(2 ** (isSigned ? bits - 1 : bits) - 1, Number.MAX_SAFE_INTEGER);
  const lowest = isSigned ? Math.max(-(2 ** (bits - 1)), Number.MIN_SAFE_INTEGER) : 0;
  const packed = new array(data.length);
  for (let k = 0; k < data.length; k++) {
    const value = data[k]!;
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw new FileError(`HDF5 ${path}: value ${k} is ${value}, which the type ${type} does not hold.`);
    }
    packed[k] = bits === 64 ? BigInt(value) : value;
  }
  return packed;
};

interface Prepared {
  readonly data: string[] | Packed;
  readonly shape: number[];
  readonly dtype: string;
}

const prepare = (
  value: WrittenValue,
  { type, shape, ascii = false }: Pick<DatasetOptions, "type" | "shape" | "ascii">,
  path: string,
): Prepared => {
  const own = typeof value === "object" ? [value.length] : [];
  const wanted = [...(shape ?? own)];
  const length = typeof value === "object" ? value.length : 1;
  if (wanted.reduce((product, one) => product * one, 1) !== length) {
    throw new FileError(`HDF5 ${path}: has ${length} values, which do not fill the shape [${wanted.join(", ")}].`);
  }
  const chosen = type ?? typeOf(value);
  const list = typeof value === "object" ? value : [value];
  return chosen === "text"
    ? { data: Array.from(list as readonly string[]), shape: wanted, dtype: ascii ? "A" : "S" }
    : { data: pack(list as ArrayLike<number>, chosen, path), shape: wanted, dtype: codes[chosen] };
};

const nameIn = (path: string, name: string): string => {
  const full = path === "/" ? `/${name}` : `${path}/${name}`;
  if (name === "" || name === "." || name.includes("/") || name.includes("\0")) {
    throw new FileError(`HDF5 ${full}: "${name}" is not a name of an object. Use another one.`);
  }
  return full;
};

const attributeOf = (engine: Engine, object: Group | Dataset, path: string): WrittenObject["attribute"] => {
  return (name, value, options = {}) => {
    const at = `${path}@${name}`;
    const { data, shape, dtype } = prepare(value, options, at);
    engine.call(`cannot write the attribute ${at}`, REMEDY, () => object.create_attribute(name, data, shape, dtype));
  };
};

const referenceOf = (engine: Engine, object: Group | Dataset, path: string): WrittenObject["reference"] => {
  return (name, target) =>
    engine.call(`cannot write the attribute ${path}@${name}`, REMEDY, () => {
      const found = object.root.get(target.path) as Group | Dataset;
      object.create_attribute(name, found.create_reference(), [], "Reference");
    });
};

const groupOf = (engine: Engine, group: Group): WrittenGroup => {
  const { path } = group;
  return {
    path,
    attribute: attributeOf(engine, group, path),
    reference: referenceOf(engine, group, path),
    group(name) {
      const at = nameIn(path, name);
      return groupOf(
        engine,
        engine.call(`cannot create the group ${at}`, REMEDY, () => group.create_group(name)),
      );
    },
    dataset(name, data, options = {}) {
      const at = nameIn(path, name);
      const { maxShape, chunks, compression, type = typeOf(data) } = options;
      // Long data are appended in blocks, so that the memory of the library stays small.
      const isLong = type !== "text" && maxShape !== undefined && (data as ArrayLike<number>).length > BLOCK;
      const shape = isLong ? [0, ...(options.shape?.slice(1) ?? [])] : options.shape;
      const prepared = prepare(isLong ? [] : data, { type, ...(shape && { shape }) }, at);
      const made = engine.call(`cannot write the dataset ${at}`, REMEDY, () =>
        group.create_dataset({
          name,
          data: prepared.data,
          shape: prepared.shape,
          dtype: prepared.dtype,
          ...(maxShape && { maxshape: [...maxShape] }),
          ...(chunks && { chunks: [...chunks] }),
          ...(compression !== undefined && { compression: "gzip" as const, compression_opts: compression }),
        }),
      );
      const written = datasetOf(engine, made, at, prepared.shape, type);
      if (isLong) written.append(data as ArrayLike<number>);
      return written;
    },
  };
};

const datasetOf = (
  engine: Engine,
  dataset: Dataset,
  path: string,
  [first = 0, ...others]: readonly number[],
  type: NumberType | "text",
): WrittenDataset => {
  const perRow = others.reduce((product, length) => product * length, 1);
  let rows = first;
  return {
    path,
    attribute: attributeOf(engine, dataset, path),
    reference: referenceOf(engine, dataset, path),
    append(data) {
      if (type === "text") throw new FileError(`HDF5 ${path}: contains texts, and cannot grow. Write all at once.`);
      const added = data.length / perRow;
      if (!Number.isInteger(added)) {
        throw new FileError(`HDF5 ${path}: ${data.length} values are not whole rows of ${perRow}.`);
      }
      if (added === 0) return;
      const what = `cannot append to the dataset ${path}`;
      engine.call(what, REMEDY, () => {
        if (dataset.resize([rows + added, ...others]) < 0)
          throw new FileError(`HDF5 ${what}. It needs a larger maxShape.`);
      });
      const step = Math.max(1, Math.floor(BLOCK / perRow));
      for (let at = 0; at < added; at += step) {
        const taken = Math.min(step, added - at);
        const part = pack(partOf(data, at * perRow, (at + taken) * perRow), type, path);
        const ranges = [[rows + at, rows + at + taken], ...others.map((length) => [0, length])];
        engine.call(what, REMEDY, () => dataset.write_slice(ranges as [number, number][], part));
      }
      rows += added;
    },
    replace(data) {
      if (type === "text" || others.length > 0 || data.length > rows) {
        throw new FileError(`HDF5 ${path}: ${data.length} values do not replace those of ${rows} rows.`);
      }
      const part = pack(data, type, path);
      engine.call(`cannot write the dataset ${path}`, REMEDY, () => dataset.write_slice([[0, part.length]], part));
    },
  };
};

const partOf = (data: ArrayLike<number>, from: number, to: number): ArrayLike<number> =>
  "subarray" in data ? (data as Float64Array).subarray(from, to) : Array.prototype.slice.call(data, from, to);
