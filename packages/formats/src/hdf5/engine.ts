import type * as h5wasm from "h5wasm";
import { FileError } from "spark-snn";
import type { ByteStore } from "./store.ts";

/*
 * The HDF5 library, compiled to WebAssembly (h5wasm). It is about 1 MB compressed, so it is loaded when the first file is
 * opened.
 *
 * The library reads and writes files of the file system of Emscripten. That normally copies each file into its memory.
 * Here a file is a node of that file system whose operations read and write a ByteStore directly, so the bytes of a
 * page are not copied, and a file of Node is never in memory as a whole. `unmount` removes the node. The memory of
 * WebAssembly itself never shrinks: large datasets are read and written in blocks, so that it stays small.
 */

type Library = typeof h5wasm;
type Module = Awaited<Library["ready"]>;
type Node = object;

interface Stream {
  readonly node?: Node;
  readonly position: number;
}

type Transfer = (stream: Stream, heap: Int8Array, at: number, length: number, position: number) => number;

interface FileNode {
  node_ops: Readonly<Record<string, unknown>>;
  stream_ops: Readonly<Record<string, unknown>>;
}

/** The parts of the file system of Emscripten that are used here. Its own types lack them. */
interface FileSystem {
  writeFile(path: string, bytes: Uint8Array): void;
  unlink(path: string): void;
  lookupPath(path: string): { readonly node: FileNode };
  readonly streams: readonly (Record<string, unknown> | null)[];
  readonly ErrnoError: new (errno: number) => Error;
}

export interface Engine {
  readonly library: Library;
  readonly module: Module;
  /**
   * Calls the library. It reports most errors only on its standard error, which this function catches.
   * @throws FileError with `what` ("cannot read the dataset /a"), the reason and `remedy`
   */
  call<T>(what: string, remedy: string, action: () => T): T;
  /** Makes a store available to the library as a file. */
  mount(store: ByteStore): Mounted;
}

export interface Mounted {
  /** Path of the file in the file system of the library. */
  readonly path: string;
  /** Removes the file and releases its store. */
  unmount(): void;
}

let loading: Promise<Engine> | undefined;

/** Loads the library, once. */
export const loadEngine = (): Promise<Engine> => {
  loading ??= start();
  // After a failure, such as an interrupted download, the next call tries again.
  loading.catch(() => (loading = undefined));
  return loading;
};

const start = async (): Promise<Engine> => {
  const library = await import("h5wasm");
  const module = await library.ready;
  const files = module.FS as unknown as FileSystem;
  const complaints = collectErrors(files);
  const disk: DiskState = { error: undefined };
  let mounts = 0;
  let isDoubtful = false;
  return {
    library,
    module,
    call(what, remedy, action) {
      complaints.length = 0;
      disk.error = undefined;
      let value: ReturnType<typeof action>;
      try {
        value = action();
      } catch (error) {
        if (error instanceof FileError) throw error;
        // After such an error, the structures of the library may be damaged, and there is no second instance.
        isDoubtful ||= error instanceof WebAssembly.RuntimeError;
        const advice = isDoubtful
          ? `${remedy}. If a sound file fails as well, start the program or the page again`
          : remedy;
        throw failure(what, advice, { complaints, disk: disk.error, error });
      }
      if (complaints.length > 0) throw failure(what, remedy, { complaints, disk: disk.error });
      return value;
    },
    mount(store) {
      const path = `/file-${mounts++}.h5`;
      files.writeFile(path, new Uint8Array(0));
      const release = attach(files, files.lookupPath(path).node, store, disk);
      return {
        path,
        unmount() {
          release();
          files.unlink(path);
        },
      };
    },
  };
};

/** Collects the lines of the standard error of the library, where it prints its stack of errors. */
const collectErrors = (files: FileSystem): string[] => {
  const lines: string[] = [];
  const write: Transfer = (_stream, heap, at, length) => {
    // Damaged files can cause endless complaints. The first ones tell the most.
    if (lines.length < 200) lines.push(new TextDecoder().decode(heap.slice(at, at + length)));
    return length;
  };
  const stderr = files.streams[2]!;
  stderr["stream_ops"] = { ...(stderr["stream_ops"] as object), write };
  return lines;
};

const failure = (
  what: string,
  remedy: string,
  {
    complaints,
    disk,
    error,
  }: { readonly complaints: readonly string[]; readonly disk: unknown; readonly error?: unknown },
): FileError => {
  // The stack goes from the outermost function of the library to the innermost, which tells the reason.
  const reasons = [...complaints.join("").matchAll(/#\d+:.*line \d+ in \w+\(\): (.*)/g)].map(([, text]) => text!);
  const messageOf = (one: unknown): string | undefined => (one instanceof Error ? one.message : undefined);
  const cut = /truncated file: eof = (\d+), .*stored_eof = (\d+)/.exec(reasons.at(-1) ?? "");
  if (cut) reasons.push(`the file is truncated: it ends at byte ${cut[1]} of ${cut[2]}`);
  const reason = messageOf(disk) ?? reasons.at(-1) ?? (messageOf(error) || complaints.join(" ").trim());
  return new FileError(`HDF5 ${what}: ${reason || "the library gives no reason"}. ${remedy}.`);
};

/** Codes of Emscripten (those of WASI). */
const EIO = 29;
const EINVAL = 28;

/** The first error of a store during a call. The library itself only gets a code. */
interface DiskState {
  error: unknown;
}

/** Replaces the operations of a node by those of a store. Returns a function that releases the store. */
const attach = (files: FileSystem, node: FileNode, store: ByteStore, disk: DiskState): (() => void) => {
  let open: ByteStore | undefined = store;
  // The library may keep a damaged file open. Its later accesses then fail.
  const current = (): ByteStore => {
    if (!open) throw new files.ErrnoError(EIO);
    return open;
  };
  // An exception must not pass through the library, which would leave its structures half changed.
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      disk.error ??= error;
      throw error instanceof files.ErrnoError ? error : new files.ErrnoError(EIO);
    }
  };
  const { getattr, setattr } = node.node_ops as {
    readonly getattr: (node: unknown) => object;
    readonly setattr: (node: unknown, attributes: object) => void;
  };
  const bytesAt = (heap: Int8Array, at: number, length: number): Uint8Array =>
    new Uint8Array(heap.buffer, heap.byteOffset + at, length);
  const read: Transfer = (_stream, heap, at, length, position) =>
    guarded(() => current().read(bytesAt(heap, at, length), position));
  const write: Transfer = (_stream, heap, at, length, position) => {
    guarded(() => current().write(bytesAt(heap, at, length), position));
    return length;
  };
  node.node_ops = {
    ...node.node_ops,
    getattr: (one: unknown) => {
      const { size } = guarded(current);
      return { ...getattr(one), size, blocks: Math.ceil(size / 4096) };
    },
    setattr: (one: unknown, { size, ...others }: { readonly size?: number }) => {
      setattr(one, others);
      if (size !== undefined) guarded(() => current().resize(size));
    },
  };
  node.stream_ops = {
    read,
    write,
    llseek: (stream: Stream, offset: number, whence: number) => {
      const position = offset + (whence === 1 ? stream.position : whence === 2 ? guarded(current).size : 0);
      if (position < 0) throw new files.ErrnoError(EINVAL);
      return position;
    },
  };
  return () => (open = undefined);
};
