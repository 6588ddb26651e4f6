import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readlink, realpath, rename, rm, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { counted } from "../config/counted.ts";
import { nearestName } from "../config/nearest-name.ts";
import { FileError, StateError } from "../errors/errors.ts";
import { type FileAction, systemCode, systemReason } from "../errors/system.ts";
import { requireKeys } from "./given.ts";

/**
 * A file that is being written. It gets its final name only when `finish()` has succeeded. Calls reject with a FileError
 * if something cannot be written, and with a StateError after `finish()` or `abort()`.
 */
export interface AtomicStream {
  /** Appends. Calls need not wait for each other. Do not change a chunk before its promise resolves. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Replaces earlier bytes from `offset`, such as a header whose counts are known only at the end. */
  patch(offset: number, bytes: Uint8Array): Promise<void>;
  /** Flushes the file to the disk and gives it its final name; an old file of this name is replaced. */
  finish(): Promise<void>;
  /** Removes the written data and keeps an old file of the same name. May be called twice, and after a failure. */
  abort(): Promise<void>;
  /**
   * After a failure: gives the file its final name, with the data of all complete writes before.
   * @throws FileError that names the temporary file, which then stays
   */
  keep(): Promise<void>;
}

export interface FileReadOptions {
  /** Maximum size of the file, bytes. Default 4 GiB. */
  readonly limit?: number;
}

const defaultLimit = 4 * 2 ** 30;
const pieceLength = 2 ** 26;
const nearbyListed = 5;

/**
 * Writes a file atomically: into a temporary file in the same folder, which is flushed to the disk and then renamed. A
 * reader of `path` gets either the old or the new bytes. On failure the temporary file is removed.
 *
 * @throws FileError if the folder is missing, permission or space is lacking, or `path` is not a regular file.
 */
export async function writeAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const stream = await atomicStream(path);
  try {
    await stream.write(data);
    await stream.finish();
  } catch (error) {
    await stream.abort();
    throw error;
  }
}

/**
 * Like {@link writeAtomic}, in pieces. Text is written as UTF-8. A stream that is neither finished nor aborted leaves
 * its temporary file (`.NAME.RANDOM.tmp`) behind. A symbolic link is followed, and the permissions of an old file are
 * kept.
 *
 * @throws FileError like {@link writeAtomic}
 */
export async function atomicStream(path: string): Promise<AtomicStream> {
  return placedStream(path);
}

/** A stream whose bytes may be written in any order, and taken back. */
export interface PlacedStream extends AtomicStream {
  /** Path of the file until it has its final name. */
  readonly temporary: string;
  /** Leaves out bytes, which `patch` writes later. Until then, they need no space on disks with sparse files. */
  skip(bytes: number): void;
  /** Reads bytes, also after a failure. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Frees the bytes from `offset` on, also after a failure. Nothing can be written afterwards. */
  cut(offset: number): Promise<void>;
}

/** Like {@link atomicStream}, for a file whose parts are moved. @throws FileError like {@link writeAtomic} */
export async function placedStream(path: string): Promise<PlacedStream> {
  const { target, mode } = await resolveTarget(path);
  const temporary = temporaryFor(target);
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, "wx+");
    if (mode !== undefined) await handle.chmod(mode);
  } catch (error) {
    if (handle !== undefined) await new TemporaryFile(path, target, temporary, handle).abort();
    throw await fileError(error, path, "written");
  }
  return new TemporaryFile(path, target, temporary, handle);
}

/** The path of a temporary file next to a file. File systems limit names to 255 bytes; a character takes up to four. */
export function temporaryFor(path: string, part = ""): string {
  const name = [...basename(path)].slice(0, 50).join("");
  return join(dirname(path), `.${name}${part}.${randomBytes(6).toString("hex")}.tmp`);
}

class TemporaryFile implements PlacedStream {
  private readonly path: string;
  private readonly target: string;
  readonly temporary: string;
  private readonly handle: FileHandle;
  private length = 0;
  /** Bytes of all complete writes. */
  private sound = 0;
  private state: "open" | "finishing" | "finished" | "aborted" = "open";
  // Each operation waits for the earlier ones, and fails if they failed.
  private queue: Promise<void> = Promise.resolve();

  constructor(path: string, target: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.target = target;
    this.temporary = temporary;
    this.handle = handle;
  }

  write(chunk: string | Uint8Array): Promise<void> {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    const offset = this.length;
    this.length += bytes.length;
    return this.enqueue("write", async () => {
      await writeAt(this.handle, bytes, offset);
      this.sound = offset + bytes.length;
    });
  }

  patch(offset: number, bytes: Uint8Array): Promise<void> {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes.length > this.length)
      return Promise.reject(
        new FileError(
          `AtomicStream.patch must stay within the ${this.length} bytes written to ${this.path}; received ${bytes.length} bytes at ${offset}. Write them first.`,
        ),
      );
    return this.enqueue("patch", () => writeAt(this.handle, bytes, offset));
  }

  skip(bytes: number): void {
    this.length += bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.queue.catch(() => undefined);
    return readAt(this.handle, offset, length, this.temporary);
  }

  async cut(offset: number): Promise<void> {
    await this.queue.catch(() => undefined);
    await this.handle.truncate(offset);
  }

  async finish(): Promise<void> {
    const done = this.enqueue("finish", async () => {
      await this.handle.sync();
      await this.handle.close();
      await rename(this.temporary, this.target);
    });
    this.state = "finishing";
    await done;
    this.state = "finished";
  }

  async abort(): Promise<void> {
    if (this.state === "finished" || this.state === "aborted") return;
    this.state = "aborted";
    // The failure was already reported to the caller; here the file only has to be removed.
    await this.queue.catch(() => undefined);
    await this.handle.close().catch(() => undefined);
    await unlink(this.temporary).catch(() => undefined);
  }

  async keep(): Promise<void> {
    if (this.state === "finished" || this.state === "aborted") return;
    this.state = "aborted";
    await this.queue.catch(() => undefined);
    // A file that failed may refuse each of these, and the data are there nevertheless.
    await this.handle.truncate(this.sound).catch(() => undefined);
    await this.handle.sync().catch(() => undefined);
    await this.handle.close().catch(() => undefined);
    await rename(this.temporary, this.target).catch((error: unknown) => {
      throw new FileError(
        `${this.path} cannot be written: ${systemReason(error, "written")} Its data are in ${this.temporary}.`,
        { cause: error },
      );
    });
    this.state = "finished";
  }

  private enqueue(call: string, work: () => Promise<void>): Promise<void> {
    if (this.state !== "open")
      return Promise.reject(
        new StateError(`AtomicStream.${call} of ${this.path} was called after finish() or abort(). Open a new stream.`),
      );
    const done = this.queue.then(work).catch(async (error: unknown) => {
      throw await fileError(error, this.path, "written");
    });
    // A caller that does not wait for single calls gets the failure from finish().
    done.catch(() => undefined);
    this.queue = done;
    return done;
  }
}

/**
 * Reads a whole file.
 *
 * @throws FileError if the file is missing (with the nearest name in its folder), not a regular file, not readable,
 * empty, larger than `limit`, or changes during the read.
 */
export async function readFileStrict(path: string, options: FileReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  requireKeys("readFileStrict", options, ["limit"]);
  const limit = options.limit ?? defaultLimit;
  let handle: FileHandle | undefined;
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new FileError(`${path} is a folder, not a file. Name a file in it.`);
    // Opening a pipe would wait forever.
    if (!about.isFile())
      throw new FileError(`${path} is a device or pipe, not a regular file. Save it as a file first.`);
    if (about.size === 0) throw new FileError(`${path} is empty, 0 bytes. Save it again.`);
    if (about.size > limit)
      throw new FileError(
        `${path} has ${counted(about.size, "byte")}, more than the limit of ${limit}. Raise the limit or split it.`,
      );
    handle = await open(path, "r");
    const bytes = new Uint8Array(about.size);
    let filled = 0;
    let count = 1;
    while (count > 0 && filled < bytes.length) {
      count = (await handle.read(bytes, filled, Math.min(pieceLength, bytes.length - filled), filled)).bytesRead;
      filled += count;
    }
    const beyond = (await handle.read(new Uint8Array(1), 0, 1, bytes.length)).bytesRead;
    if (filled !== bytes.length || beyond > 0)
      throw new FileError(
        `${path} changed from ${counted(bytes.length, "byte")} while it was read. Read it when it is complete.`,
      );
    return bytes;
  } catch (error) {
    throw await fileError(error, path, "read");
  } finally {
    // The bytes are read; a failure now says nothing about them.
    await handle?.close().catch(() => undefined);
  }
}

/**
 * Creates a folder and the missing folders above it. Returns the first one that it created. Messages name it as `shown`.
 * @throws FileError if it cannot be created
 */
export async function makeFolder(path: string, shown: string = path): Promise<string | undefined> {
  try {
    return await makeFolders(path);
  } catch (error) {
    throw await fileError(error, shown, "created");
  }
}

/**
 * Creates a folder for results, as `makeFolder`. Results of different runs are not mixed: without `force`, the folder
 * must be empty.
 *
 * @param options `shown` is the path for messages, and `permit` says how to permit files, such as "pass force: true"
 * @throws FileError if the folder cannot be created or read, or is not empty
 */
export async function makeResultsFolder(
  path: string,
  options: { readonly force: boolean; readonly permit: string; readonly shown?: string },
): Promise<string | undefined> {
  const { force, permit, shown = path } = options;
  const made = await makeFolder(path, shown);
  if (force) return made;
  const present = await readdir(path).catch(async (error: unknown) => {
    throw await fileError(error, shown, "read");
  });
  if (present.length === 0) return made;
  const some = `${present.slice(0, 3).join(", ")}${present.length > 3 ? " and more" : ""}`;
  throw new FileError(`${shown} is not empty; it contains ${some}. Name another folder, or ${permit}.`);
}

/** The recursive `mkdir` of Node never ends in file systems without new folders, such as /proc. */
async function makeFolders(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return undefined;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path) throw error;
    const first = await makeFolders(above);
    // If the folder above existed already, nothing is missing any more.
    if (first === undefined) throw error;
    await mkdir(path);
    return first;
  }
}

/** Reads bytes of a temporary file. @throws FileError if they cannot be read */
export async function readAt(handle: FileHandle, offset: number, length: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  try {
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0)
        throw new FileError(`${path} was truncated while it was joined. Do not change temporary files.`);
      done += bytesRead;
    }
  } catch (error) {
    throw await fileError(error, path, "read");
  }
  return bytes;
}

/** Writes bytes at an offset. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(pieceLength, bytes.length - done);
    done += (await handle.write(bytes, done, length, offset + done)).bytesWritten;
  }
}

/**
 * The real path of a file, and the permissions of an existing one. Refuses a path whose rename would destroy something.
 */
async function resolveTarget(path: string): Promise<{ target: string; mode?: number }> {
  if (path === "") throw new FileError("The path of the file to write is empty. Name a file.");
  try {
    const about = await stat(path);
    if (about.isDirectory())
      throw new FileError(`${path} is a folder and cannot be replaced by a file. Name a file in it.`);
    if (!about.isFile())
      throw new FileError(`${path} is a device or pipe and cannot be replaced. Name a regular file.`);
    return { target: await realpath(path), mode: about.mode & 0o777 };
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { target: await linkTarget(path) };
    throw await fileError(error, path, "written");
  }
}

/**
 * Removes a file, if it exists. Messages name it as `shown`.
 * @throws FileError if it cannot be removed
 */
export async function removeFile(path: string, shown: string = path): Promise<void> {
  await rm(path, { force: true }).catch(async (error: unknown) => {
    throw await fileError(error, shown, "removed");
  });
}

/** The file that a symbolic link names, which need not exist; the path itself if it is no link. */
const linkTarget = async (path: string): Promise<string> => {
  const target = await readlink(path).catch(() => undefined);
  return target === undefined ? path : resolve(dirname(path), target);
};

/** Explains an error of the operating system in plain English. Returns a FileError unchanged. */
export const fileError = async (error: unknown, path: string, action: FileAction): Promise<FileError> => {
  if (error instanceof FileError) return error;
  const reason = (await specificReason(systemCode(error), path, action)) ?? systemReason(error, action);
  return new FileError(`${path} cannot be ${action}: ${reason}`, { cause: error });
};

/** A reason that the code of an error alone does not tell. */
const specificReason = async (
  code: string | undefined,
  path: string,
  action: FileAction,
): Promise<string | undefined> => {
  if (action === "created") {
    if (code === "EEXIST") return "it is a file. Name another folder.";
    return code === "ENOENT" ? "the file system does not accept it. Choose another place." : undefined;
  }
  return code === "ENOENT" ? explainMissing(path, action) : undefined;
};

const explainMissing = async (path: string, action: FileAction): Promise<string> => {
  if (path === "") return "its path is empty. Name a file.";
  const link = await readlink(path).catch(() => undefined);
  if (link !== undefined) return `it is a symbolic link to ${link}, which does not exist. Correct the link.`;
  const folder = dirname(path);
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") return "it does not exist. Correct the path.";
    const above = await readdir(dirname(folder)).catch((): string[] => []);
    const near = nearestName(basename(folder), above);
    const remedy = action === "read" ? "Correct the path." : "Create it or correct the path.";
    return `its folder ${folder} does not exist. ${near === undefined ? remedy : `Did you mean ${join(dirname(folder), near)}?`}`;
  }
  if (action !== "read") return "the file system does not accept it. Choose another place.";
  const near = nearestName(basename(path), names);
  if (near !== undefined) return `it does not exist. Did you mean ${join(folder, near)}?`;
  const some = names.filter((name) => !name.startsWith(".")).sort();
  if (some.length === 0) return `it does not exist and its folder ${folder} is empty. Correct the path.`;
  const more = some.length > nearbyListed ? ` and ${some.length - nearbyListed} more` : "";
  return `it does not exist; ${folder} contains ${some.slice(0, nearbyListed).join(", ")}${more}. Correct the path.`;
};
