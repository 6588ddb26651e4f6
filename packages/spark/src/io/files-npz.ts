import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { FileError } from "../errors/errors.ts";
import { systemReason } from "../errors/system.ts";
import { atomicStream, fileError, type PlacedStream, placedStream, readAt, temporaryFor, writeAt } from "./files.ts";
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

/** Bytes that disks allocate at once. */
const PAGE = 4096;
/** Most and fewest pages that are moved at once. */
const PIECES = [256, 16] as const;

/**
 * Writes an NPZ file with arrays whose lengths are known only at the end. Each array grows in a temporary file in the
 * same folder. At the end, the arrays move into the final file, piece by piece from their ends, and each temporary file
 * shrinks by every piece. Memory and disk need room for one piece more, if the disk has sparse files, as those of Linux
 * and macOS do; otherwise the disk needs room for the largest array once more. If the arrays cannot be moved, all pieces
 * move back. Arrays and files beyond 4 GiB use the zip64 extension, which NumPy reads.
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

/** Moves the arrays into the final file. */
const joinArrays = async (path: string, arrays: ReadonlyMap<string, GrowingArray>, limit: number): Promise<void> => {
  const stream = await placedStream(path);
  try {
    const zip = zipStream(stream, limit);
    for (const [name, array] of arrays) {
      const size = await array.complete();
      await zip.add(`${name}.npy`, size, await array.checksum(), (offset) => array.moveTo(stream, offset));
    }
    await zip.end();
    await stream.finish();
  } catch (error) {
    for (const array of [...arrays.values()].reverse()) await array.moveBack();
    await stream.abort();
    for (const array of arrays.values()) await array.settle();
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
  /** The archive that the array moves into, and where the array starts in it. */
  #archive: { readonly stream: PlacedStream; readonly offset: number } | undefined;
  /** Bytes that have not moved. */
  #left = 0;
  #piece = 0;
  /** Pieces that moved back into memory. */
  readonly #owed: { readonly at: number; readonly piece: Uint8Array }[] = [];

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
    this.#left = this.#size;
    const [most, least] = PIECES;
    this.#piece = PAGE * Math.min(most, Math.max(least, Math.ceil(this.#size / PAGE / 32)));
    return this.#size;
  }

  /** CRC-32 of the complete array. */
  async checksum(): Promise<number> {
    let crc = 0;
    for (let at = 0; at < this.#size; at += this.#piece) {
      crc = crc32(await this.#read(at, Math.min(this.#piece, this.#size - at)), crc);
    }
    return crc;
  }

  /** Moves the array into an archive. The last piece goes first, because files can only be cut at their ends. */
  async moveTo(stream: PlacedStream, offset: number): Promise<void> {
    this.#archive = { stream, offset };
    while (this.#left > 0) {
      const at = this.#pieceBefore(this.#left);
      await stream.patch(offset + at, await this.#read(at, this.#left - at));
      await this.#handle.truncate(at);
      this.#left = at;
    }
  }

  /** Start of the last piece before `end`. Pieces start at pages of the archive, so that cutting frees their space. */
  #pieceBefore(end: number): number {
    const first = PAGE - (this.#archive!.offset % PAGE);
    return end > first ? first + Math.floor((end - 1 - first) / this.#piece) * this.#piece : 0;
  }

  /** Moves back what has moved, the last piece first. Pieces for which there is no space stay in memory. */
  async moveBack(): Promise<void> {
    if (!this.#archive) return;
    const { stream, offset } = this.#archive;
    for (let end = this.#size; end > this.#left; ) {
      const at = Math.max(this.#left, this.#pieceBefore(end));
      const piece = await stream.read(offset + at, end - at);
      await stream.cut(offset + at);
      await this.#write(piece, at).catch(() => void this.#owed.push({ at, piece }));
      end = at;
    }
    this.#left = this.#size;
    this.#archive = undefined;
  }

  /** Writes the pieces that are in memory, after the archive is removed. */
  async settle(): Promise<void> {
    for (let next = this.#owed.at(-1); next; next = this.#owed.at(-1)) {
      await this.#write(next.piece, next.at);
      this.#owed.pop();
    }
  }

  async #read(at: number, length: number): Promise<Uint8Array> {
    return readAt(this.#handle, at, length, this.#temporary);
  }

  commit(): void {
    this.#sound = { size: this.#size, count: this.#count };
  }

  /** Gives the array until the last commit a final name. */
  async keep(path: string): Promise<string> {
    this.#removed = true;
    if (this.#archive || this.#owed.length > 0) {
      const archive = this.#archive ? ` and ${this.#archive.stream.temporary}` : "";
      throw new FileError(
        `${path} cannot be written. The data that could be saved are in ${this.#temporary}${archive}.`,
      );
    }
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
      await writeAt(this.#handle, bytes, offset);
    } catch (error) {
      throw await fileError(error, this.#path, "written");
    }
  }
}

const headerOf = ({ dtype, row = [], single }: NpzStreamMember, rows: number): Uint8Array =>
  npyHeader(dtype, single ? [] : [rows, ...row]);
