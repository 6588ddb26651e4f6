import { zipSync } from "fflate";
import { FileError } from "../errors/errors.ts";
import { decodeNpy, encodeNpy, type NpyArray, type NpySource } from "./npy.ts";
import { readZipDirectory, readZipEntry } from "./zip.ts";

/** How an NPZ file is written. */
export interface NpzWriteOptions {
  /** Deflate the members, as `numpy.savez_compressed` does. Default false: faster, larger. */
  readonly compress?: boolean;
}

/** How an NPZ file is read. */
export interface NpzReadOptions {
  /** What messages call the file. */
  readonly name?: string;
  /** Bytes that all arrays together may take when inflated; checked before anything is. Default 8 GiB. */
  readonly limit?: number;
}

const extension = ".npy";
const defaultLimit = 8 * 2 ** 30;
const zipLimit = 0xffffffff;
const memberLimit = 0xffff;
const endRecordSize = 22;
// Records of the zip and the header of the .npy, rounded up.
const memberOverhead = 512;
// A zip stores local time without a zone: built from local parts it is the same bytes everywhere.
const oldest = new Date(1980, 0, 1);

/**
 * An NPZ file, the zip of .npy files that `numpy.load` opens, with the arrays in the order of the record. Equal input
 * gives equal bytes, whenever and wherever it is written.
 *
 * @throws FileError when a name is empty or path-like, a shape does not fit its data, or the file would pass the
 * 4 GiB (less one byte) that a zip without extensions can hold.
 */
export function encodeNpz(
  arrays: Readonly<Record<string, NpySource>>,
  options: NpzWriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const members: Record<string, Uint8Array> = Object.create(null);
  const names = Object.keys(arrays);
  if (names.length >= memberLimit) {
    throw new FileError(
      `encodeNpz writes fewer than ${memberLimit} arrays; received ${names.length}. Write several files.`,
    );
  }
  let total = endRecordSize;
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem !== undefined)
      throw new FileError(`encodeNpz name ${JSON.stringify(name)} ${problem}. Use letters, digits and underscores.`);
    const array = arrays[name]!;
    total += array.data.byteLength + name.length * 6 + memberOverhead + array.shape.length * 24;
    if (total > zipLimit) {
      throw new FileError(
        `encodeNpz array "${name}" takes the file past the ${zipLimit} bytes of a zip; received ${array.data.byteLength} bytes of data. Write it as a .npy file.`,
      );
    }
    members[name + extension] = encodeNpy(array);
  }
  return zipSync(members, { level: options.compress === true ? 6 : 0, mtime: oldest }) as Uint8Array<ArrayBuffer>;
}

/**
 * Reads an NPZ file. Each array's declared size, inflated size and CRC-32 are checked.
 *
 * @throws FileError naming the member: cut short, damaged, encrypted, more than `limit` bytes, zip64 (over 4 GiB),
 * a name twice or path-like, or a member that is not a .npy file.
 */
export function decodeNpz(bytes: Uint8Array, options: NpzReadOptions = {}): Record<string, NpyArray> {
  const where = options.name ?? "NPZ data";
  const limit = options.limit ?? defaultLimit;
  const entries = readZipDirectory(bytes, where);
  const names = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    const member = `${where} member ${JSON.stringify(entry.name)}`;
    if (!entry.name.endsWith(extension))
      throw new FileError(`${member} is not a .npy file. Save the arrays with numpy.savez.`);
    const problem = nameProblem(entry.name.slice(0, -extension.length));
    if (problem !== undefined) throw new FileError(`${member} has a name that ${problem}. Rename the array.`);
    if (names.has(entry.name)) throw new FileError(`${member} is there twice. Save each array under its own name.`);
    names.add(entry.name);
    total += entry.size;
    if (total > limit) {
      throw new FileError(
        `${member} takes the arrays to ${total} bytes, more than the limit of ${limit}. Raise the limit if the file is trusted.`,
      );
    }
  }
  return Object.fromEntries(
    entries.map((entry) => {
      const array = decodeNpy(readZipEntry(entry, where), { name: `${where} member "${entry.name}"` });
      return [entry.name.slice(0, -extension.length), array];
    }),
  );
}

function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (/[/\\:]/.test(name) || name === "." || name === "..") return "looks like a path";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(name)) return "holds a control character";
  if (/\p{Surrogate}/u.test(name)) return "is not well-formed Unicode";
  return undefined;
}
