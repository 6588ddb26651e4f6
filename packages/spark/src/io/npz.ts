import { zipSync } from "fflate";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError, FileError } from "../errors/errors.ts";
import { requireArray, requireBytes, requireKeys, requireText } from "./given.ts";
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
 * the 4 GiB (minus one byte) of a zip without extensions; ConfigError unless it gets arrays by name and valid options
 */
export function encodeNpz(
  arrays: Readonly<Record<string, NpySource>>,
  options: NpzWriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const members: Record<string, Uint8Array> = Object.create(null);
  if (!isRecord(arrays)) {
    throw new ConfigError({
      path: "encodeNpz",
      message: `takes arrays by name; received ${describe(arrays)}. Give { name: { data, shape } }.`,
    });
  }
  requireKeys("encodeNpz", options, ["compress"]);
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
    if (!isRecord(array) || !array.data || !array.shape) requireArray(`encodeNpz.${name}`, array);
    total += array.data.byteLength + name.length * 6 + memberOverhead + array.shape.length * 24;
    if (total > zipLimit) {
      throw new FileError(
        `encodeNpz array "${name}" exceeds the ${zipLimit} bytes of a zip; received ${array.data.byteLength} bytes of data. Write it as a .npy file.`,
      );
    }
    requireArray(`encodeNpz.${name}`, array);
    members[name + extension] = encodeNpy(array);
  }
  return zipSync(members, { level: options.compress === true ? 6 : 0, mtime: oldest }) as Uint8Array<ArrayBuffer>;
}

/**
 * Decodes an NPZ file, and checks declared size, inflated size and CRC-32 of each array.
 *
 * @throws FileError that names the member, for a file that is truncated, damaged, encrypted, larger than `limit`, or
 * zip64 (over 4 GiB), for a name that occurs twice or looks like a path, and for a member that is not a .npy file;
 * ConfigError unless it gets bytes and valid options
 */
export function decodeNpz(bytes: Uint8Array, options: NpzReadOptions = {}): Record<string, NpyArray> {
  requireBytes("decodeNpz", bytes);
  requireKeys("decodeNpz", options, ["name", "limit"]);
  requireText("decodeNpz.name", options.name);
  const { limit } = options;
  if (limit !== undefined && !(typeof limit === "number" && limit > 0)) {
    const message = `must be a number of bytes greater than 0; received ${describe(limit)}. Omit it for 8 GiB.`;
    throw new ConfigError({ path: "decodeNpz.limit", message });
  }
  const { names, read } = openNpz(bytes, options, true);
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

/** An archive whose arrays are decoded when they are needed, so that other members do not matter. */
export interface NpzArchive {
  /** Names of the arrays, in their order. */
  readonly names: readonly string[];
  /** Decodes an array. The limit of the size counts the decoded arrays together. */
  read(name: string): NpyArray;
}

/**
 * Opens an NPZ file, and decodes nothing yet. If the archive is not `strict`, problems of members matter when they are
 * read, and members that are no arrays are ignored.
 *
 * @throws FileError for a damaged archive
 */
export function openNpz(bytes: Uint8Array, options: NpzReadOptions = {}, strict = false): NpzArchive {
  const where = options.name ?? "NPZ data";
  const limit = options.limit ?? defaultLimit;
  const entries = readZipDirectory(bytes, where);
  const arrays = new Map<string, (typeof entries)[number]>();
  const repeated = new Set<string>();
  const memberOf = (name: string): string => `${where} member ${JSON.stringify(name)}`;
  const refuseRepeat = (name: string): never => {
    throw new FileError(`${memberOf(name + extension)} occurs twice. Save each array under its own name.`);
  };
  for (const entry of entries) {
    const member = memberOf(entry.name);
    if (!entry.name.endsWith(extension)) {
      if (!strict) continue;
      throw new FileError(`${member} is not a .npy file. Save the arrays with numpy.savez.`);
    }
    const name = entry.name.slice(0, -extension.length);
    const problem = nameProblem(name);
    if (problem !== undefined) {
      if (!strict) continue;
      throw new FileError(`${member} has a name that ${problem}. Rename the array.`);
    }
    if (arrays.has(name)) {
      if (strict) refuseRepeat(name);
      repeated.add(name);
    }
    arrays.set(name, entry);
  }
  let total = 0;
  return {
    names: [...arrays.keys()],
    read: (name) => {
      const entry = arrays.get(name)!;
      const member = memberOf(entry.name);
      if (repeated.has(name)) refuseRepeat(name);
      total += entry.size;
      if (total > limit) {
        throw new FileError(
          `${member} takes the arrays to ${total} bytes, more than the limit of ${limit}. Raise the limit if you trust the file.`,
        );
      }
      return decodeNpy(readZipEntry(entry, where), { name: `${where} member "${entry.name}"` });
    },
  };
}

function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (/[/\\:]/.test(name) || name === "." || name === "..") return "looks like a path";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(name)) return "holds a control character";
  if (/\p{Surrogate}/u.test(name)) return "is not well-formed Unicode";
  return undefined;
}
