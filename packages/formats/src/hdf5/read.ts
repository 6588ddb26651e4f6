import type { Metadata } from "h5wasm";
import { FileError } from "spark-snn";
import { datasetAt } from "./dataset.ts";
import { loadEngine } from "./engine.ts";
import { checkedStore } from "./heaps.ts";
import type { Hdf5File, Hdf5Group, Hdf5Object, Hdf5ReadOptions } from "./objects.ts";
import { COPY, type Context, readRaw, refuseSize, refuseStrings } from "./reading.ts";
import { looksLikeHdf5 } from "./signature.ts";
import { type ByteStore, memoryStore } from "./store.ts";
import { decodeNumbers, H5T, numbersFor, unpad } from "./values.ts";

const LIMIT = 512 * 2 ** 20;
/** Position of the superblock. It may follow a block of the user, whose length is 512 times a power of two. */
const superblockIn = (store: ByteStore): number => {
  const start = new Uint8Array(8);
  for (let at = 0; at + 8 <= store.size; at = at === 0 ? 512 : 2 * at) {
    if (store.read(start, at) === 8 && looksLikeHdf5(start)) return at;
  }
  throw new FileError("The file is not an HDF5 file: it does not begin with the bytes of one. Give another file.");
};

/**
 * Opens an HDF5 file to read it.
 * @throws FileError if it is not an HDF5 file, or damaged
 */
export const openHdf5 = async (source: Uint8Array | ByteStore, options: Hdf5ReadOptions = {}): Promise<Hdf5File> => {
  const { limit = LIMIT } = options;
  const store = source instanceof Uint8Array ? memoryStore(source) : source;
  const checked = checkedStore(store, superblockIn(store));
  const engine = await loadEngine();
  const mounted = engine.mount(checked);
  let id: bigint;
  try {
    id = engine.call("cannot open the file", COPY, () =>
      engine.module.open(mounted.path, engine.module.H5F_ACC_RDONLY, false, -1, -1),
    );
  } catch (error) {
    mounted.unmount();
    throw error;
  }
  return {
    root: groupAt({ engine, id, limit, size: store.size }, "/"),
    close() {
      try {
        engine.call("cannot close the file", COPY, () => engine.module.close_file(id));
      } finally {
        mounted.unmount();
      }
    },
  };
};

/** Opens a file, and closes it when `use` has ended. */
export const withHdf5 = async <T>(
  source: Uint8Array | ByteStore,
  use: (root: Hdf5Group) => T | Promise<T>,
  options?: Hdf5ReadOptions,
): Promise<T> => {
  const file = await openHdf5(source, options);
  let value: T;
  try {
    value = await use(file.root);
  } catch (error) {
    // An error while closing would hide the first one.
    try {
      file.close();
    } catch {}
    throw error;
  }
  file.close();
  return value;
};

const below = (path: string, name: string): string => (path === "/" ? `/${name}` : `${path}/${name}`);

const groupAt = (context: Context, path: string): Hdf5Group => {
  const { engine, id } = context;
  const { module } = engine;
  const wanted = (name: string, kind: "group" | "dataset"): FileError => {
    const found = group.get(name);
    const state = found ? `is a ${found.kind}` : "is missing";
    return new FileError(
      `HDF5 ${below(path, name)}: ${state}; expected a ${kind}. Check that the file has this format.`,
    );
  };
  const group: Hdf5Group = {
    kind: "group",
    path,
    ...attributesOf(context, path),
    names: () => engine.call(`cannot list the group ${path}`, COPY, () => module.get_names(id, path, false)),
    get(name) {
      const at = below(path, name);
      const type = engine.call(`cannot find ${at}`, COPY, () => module.get_type(id, at));
      if (type === module.H5G_GROUP) return groupAt(context, at);
      if (type === module.H5G_DATASET) return datasetAt(context, at, attributesOf(context, at));
      if (type === module.H5G_LINK || type === module.H5G_UDLINK) {
        throw new FileError(
          `HDF5 ${at}: is a link to an object that is not in this file. Save the file without links.`,
        );
      }
      return undefined;
    },
    group(name) {
      const found = group.get(name);
      if (found?.kind === "group") return found;
      throw wanted(name, "group");
    },
    dataset(name) {
      const found = group.get(name);
      if (found?.kind === "dataset") return found;
      throw wanted(name, "dataset");
    },
  };
  return group;
};

const bytesOf = ({ size, shape }: Metadata): number => (shape ?? [0]).reduce((product, n) => product * n, size);

const attributesOf = (context: Context, path: string): Pick<Hdf5Object, "attributeNames" | "attribute"> => {
  const { engine, id } = context;
  const { module, library } = engine;
  const names = (): readonly string[] =>
    engine.call(`cannot list the attributes of ${path}`, COPY, () => module.get_attribute_names(id, path));
  return {
    attributeNames: names,
    attribute(name) {
      if (!names().includes(name)) return undefined;
      const at = `${path}@${name}`;
      const what = `cannot read the attribute ${at}`;
      const metadata = engine.call(what, COPY, () => module.get_attribute_metadata(id, path, name));
      if (!metadata.shape) throw new FileError(`HDF5 ${at}: is empty. Give it a value.`);
      refuseSize(context, at, bytesOf(metadata), metadata.shape);
      if (metadata.type === H5T.string) {
        refuseStrings(context, at, metadata, metadata.shape);
        const value = engine.call(what, COPY, () => new library.Attribute(id, path, name).value);
        return typeof value === "string"
          ? unpad(value, metadata)
          : (value as string[]).map((one) => unpad(one, metadata));
      }
      const values = numbersFor(metadata, metadata.total_size, at);
      const raw = readRaw(context, metadata.size * metadata.total_size, what, (pointer) =>
        module.get_attribute_data(id, path, name, pointer),
      );
      decodeNumbers(raw, metadata, values, 0, at);
      return metadata.shape.length === 0 ? values[0]! : values;
    },
  };
};
