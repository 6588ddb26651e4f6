import { zipSync } from "fflate";
import { FileError } from "../errors/errors.ts";
import { decodeNpy, encodeNpy, type NpyArray, type NpySource } from "./npy.ts";
import { readZipDirectory, readZipEntry } from "./zip.ts";

export interface NpzWriteOptions {
  /** Compresses the members, like `numpy.savez_compressed`. Default false: faster, larger. */
  readonly compress?: boolean;
}

export interface NpzReadOptions {
  /** Name of the file in messages. */
  readonly name?: string;
  /** Limit of the inflated size of all arrays together, bytes; checked before inflating. Default 8 GiB. */
  readonly limit?: number;
}

const extension = ".npy";
const defaultLimit = 8 * 2 ** 30;
const zipLimit = 0xffffffff;
const memberLimit = 0xffff;
const endRecordSize = 22;
// Records of the zip and the header of the .npy file, rounded up.
const memberOverhead = 512;
// A zip stores local time without a zone; local parts give the same bytes everywhere.
const oldest = new Date(1980, 0, 1);

/**
 * Encodes an NPZ file, the zip of .npy files that `numpy.load` opens, with the arrays in the order of the record. Equal
 * input gives equal bytes at any time and place.
 *
 * @throws FileError if a name is empty or looks like a path, a shape does not fit its data, or the file would exceed
 * the 4 GiB (minus one byte) of a zip without extensions.
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
        `encodeNpz array "${name}" exceeds the ${zipLimit} bytes of a zip; received ${array.data.byteLength} bytes of data. Write it as a .npy file.`,
      );
    }
    members[name + extension] = encodeNpy(array);
  }
  return zipSync(members, { level: options.compress === true ? 6 : 0, mtime: oldest }) as Uint8Array<ArrayBuffer>;
}

/**
 * Decodes an NPZ file, and checks declared size, inflated size and CRC-32 of each array.
 *
 * @throws FileError that names the member, for a file that is truncated, damaged, encrypted, larger than `limit`, or
 * zip64 (over 4 GiB), for a name that occurs twice or looks like a path, and for a member that is not a .npy file.
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
    if (names.has(entry.name)) throw new FileError(`${member} occurs twice. Save each array under its own name.`);
    names.add(entry.name);
    total += entry.size;
    if (total > limit) {
      throw new FileError(
        `${member} takes the arrays to ${total} bytes, more than the limit of ${limit}. Raise the limit if you trust the file.`,
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
