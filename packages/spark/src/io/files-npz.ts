import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { basename } from "node:path";
import { FileError } from "../errors/errors.ts";
import { systemReason } from "../errors/system.ts";
import { atomicStream, fileError, temporaryFor } from "./files.ts";
import { ZIP_LIMIT, zipStream } from "./files-zip.ts";
import { type NpyDtype, npyBody, npyHeader, type TypedArray } from "./npy.ts";

/** An array of an NPZ file that grows by rows. */
export interface NpzStreamMember {
  readonly dtype: NpyDtype;
  /** Shape of a row. Default []: single numbers. */
  readonly row?: readonly number[];
  /** A single number of rank 0, appended once. */
  readonly single?: boolean;
}

/** An NPZ file that is being written. It gets its final name only when `finish()` has succeeded. */
export interface NpzStream {
  /** Appends complete rows to an array. */
  append(name: string, data: TypedArray): Promise<void>;
  /** Joins the arrays and gives the file its final name. If it fails, call `keep` or `abort`. */
  finish(): Promise<void>;
  /** Removes the written data. May be called twice, and after a failure. */
  abort(): Promise<void>;
  /** Marks all data so far as complete, for `keep`. */
  commit(): void;
  /**
   * After a failure: keeps the data until the last `commit`, each array as a .npy file next to the path, which needs no
   * further space. Returns the names of these files.
   */
  keep(): Promise<readonly string[]>;
}

const PIECE = 2 ** 20;

/**
 * Writes an NPZ file with arrays whose lengths are known only at the end. Each array grows in a temporary file in the
 * same folder. At the end, the temporary files are joined piece by piece, so that the memory use is limited to the data
 * of one `append`. The disk needs twice the size of the file for that. Arrays and files beyond 4 GiB use the zip64 extension, which NumPy reads.
 *
 * @throws FileError like `atomicStream`.
 */
export const npzStream = async (
  path: string,
  members: Readonly<Record<string, NpzStreamMember>>,
  limit: number = ZIP_LIMIT,
): Promise<NpzStream> => {
  const growing = new Map<string, GrowingArray>();
  const abort = async (): Promise<void> => {
    await Promise.all([...growing.values()].map((array) => array.remove()));
  };
  // Opened and removed only to check the folder and the permissions.
  await (await atomicStream(path)).abort();
  try {
    for (const [name, member] of Object.entries(members))
      growing.set(name, await GrowingArray.create(path, name, member));
  } catch (error) {
    await abort();
    throw error;
  }
  let failed: { readonly error: unknown } | undefined;
  return {
    append: async (name, data) => {
      try {
        await growing.get(name)!.append(data);
      } catch (error) {
        failed ??= { error };
        throw error;
      }
    },
    finish: async () => {
      if (failed) throw failed.error;
      await joinArrays(path, growing, limit);
      await abort();
    },
    abort,
    commit: () => {
      for (const array of growing.values()) array.commit();
    },
    keep: async () => {
      const stem = path.replace(/\.npz$/, "");
      return Promise.all([...growing].map(([name, array]) => array.keep(`${stem}.${name}.npy`)));
    },
  };
};

/** Joins the arrays into the final file. */
const joinArrays = async (path: string, arrays: ReadonlyMap<string, GrowingArray>, limit: number): Promise<void> => {
  const stream = await atomicStream(path);
  try {
    const zip = zipStream(stream, limit);
    for (const [name, array] of arrays) await zip.add(`${name}.npy`, await array.complete(), array.pieces());
    await zip.end();
    await stream.finish();
  } catch (error) {
    await stream.abort();
    throw error;
  }
};

/** A .npy file under a temporary name. */
class GrowingArray {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #member: NpzStreamMember;
  #size: number;
  #count = 0;
  #removed = false;
  #sound = { size: 0, count: 0 };

  constructor(path: string, temporary: string, handle: FileHandle, member: NpzStreamMember, size: number) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#member = member;
    this.#size = size;
    this.commit();
  }

  static async create(path: string, name: string, member: NpzStreamMember): Promise<GrowingArray> {
    const temporary = temporaryFor(path, `.${name}`);
    const handle = await open(temporary, "wx+").catch(async (error: unknown) => {
      throw await fileError(error, path, "written");
    });
    const size = headerOf(member, 0).length;
    return new GrowingArray(path, temporary, handle, member, size);
  }

  async append(data: TypedArray): Promise<void> {
    await this.#write(npyBody(data), this.#size);
    this.#size += data.byteLength;
    this.#count += data.length;
  }

  /** Writes the header, and returns the total size. */
  async complete(): Promise<number> {
    const width = (this.#member.row ?? []).reduce((product, n) => product * n, 1);
    await this.#write(headerOf(this.#member, width === 0 ? 0 : this.#count / width), 0);
    return this.#size;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.min(PIECE, this.#size));
    for (let at = 0; at < this.#size; ) {
      const length = Math.min(buffer.length, this.#size - at);
      const { bytesRead } = await this.#handle.read(buffer, 0, length, at).catch(async (error: unknown) => {
        throw await fileError(error, this.#temporary, "read");
      });
      if (bytesRead === 0) {
        throw new FileError(`${this.#temporary} was truncated while it was joined. Do not change temporary files.`);
      }
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  commit(): void {
    this.#sound = { size: this.#size, count: this.#count };
  }

  /** Gives the array until the last commit a final name. */
  async keep(path: string): Promise<string> {
    this.#removed = true;
    this.#size = this.#sound.size;
    this.#count = this.#sound.count;
    try {
      await this.complete();
      await this.#handle.truncate(this.#size);
      await this.#handle.close();
      await rename(this.#temporary, path);
    } catch (error) {
      const reason =
        error instanceof FileError ? error.message : `${path} cannot be written: ${systemReason(error, "written")}`;
      throw new FileError(`${reason} Its data are in ${this.#temporary}.`, { cause: error });
    }
    return basename(path);
  }

  async remove(): Promise<void> {
    if (this.#removed) return;
    this.#removed = true;
    await this.#handle.close().catch(() => undefined);
    await unlink(this.#temporary).catch(() => undefined);
  }

  async #write(bytes: Uint8Array, offset: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
      }
    } catch (error) {
      throw await fileError(error, this.#path, "written");
    }
  }
}

const headerOf = ({ dtype, row = [], single }: NpzStreamMember, rows: number): Uint8Array =>
  npyHeader(dtype, single ? [] : [rows, ...row]);
