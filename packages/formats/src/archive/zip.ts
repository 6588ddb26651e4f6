import { zipSync } from "fflate";
import { FileError } from "spark-snn";
import { readZipDirectory, readZipEntry } from "spark-snn/documents";
import type { Files } from "../result.ts";

/* Zip files in memory. Nothing of a file is trusted: sizes are checked before anything is unpacked. */

/** Largest content of an archive, bytes. A small archive can otherwise fill the memory. */
const LARGEST = 2 ** 30;
const MOST_FILES = 10_000;

export const looksLikeZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** Why a name cannot be one of a file below a folder; undefined if it can. */
export const nameProblem = (name: string): string | undefined => {
  if (name === "") return "is empty";
  if (/^([/\\]|[A-Za-z]:)/.test(name)) return "is an absolute path";
  if (name.includes("\\")) return "contains a backslash";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(name)) return "contains a control character";
  const parts = name.split("/");
  if (parts.includes("..")) return "leads out of the folder";
  if (parts.some((part) => part === "" || part === ".")) return "contains an empty part";
  return undefined;
};

/** Entries that file managers add. */
const isByproduct = (name: string): boolean => /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/.test(name);

/**
 * The files of a zip by name, each checked against its size and CRC-32.
 * @throws FileError for a damaged archive, names that lead out of a folder, and contents larger than 1 GiB
 */
export const readZip = (bytes: Uint8Array, where: string): Files => {
  const entries = readZipDirectory(bytes, where).filter(({ name }) => !name.endsWith("/") && !isByproduct(name));
  if (entries.length > MOST_FILES) {
    throw new FileError(
      `${where} contains ${entries.length} files, more than the ${MOST_FILES} of a project. Remove some.`,
    );
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > LARGEST) {
    throw new FileError(
      `${where} unpacks to ${total} bytes, more than the limit of ${LARGEST}. Open a smaller archive.`,
    );
  }
  const files: Record<string, Uint8Array> = Object.create(null);
  const seen = new Set<string>();
  for (const entry of entries) {
    const problem = nameProblem(entry.name);
    if (problem !== undefined) {
      throw new FileError(`${where} member ${JSON.stringify(entry.name)} has a name that ${problem}. Rename the file.`);
    }
    // File systems of Windows and macOS do not distinguish such names.
    const plain = entry.name.normalize("NFC").toLowerCase();
    if (seen.has(plain)) {
      throw new FileError(`${where} member ${JSON.stringify(entry.name)} occurs twice. Give each file its own name.`);
    }
    seen.add(plain);
    files[entry.name] = readZipEntry(entry, where);
  }
  return files;
};

// A zip stores local time without a zone; local parts give the same bytes everywhere.
const oldest = new Date(1980, 0, 1);

/** A zip of files. Equal files give equal bytes. @throws FileError for a name that is no path below a folder */
export const writeZip = (files: Files): Uint8Array<ArrayBuffer> => {
  for (const name of Object.keys(files)) {
    const problem = nameProblem(name);
    if (problem !== undefined) throw new FileError(`The name ${JSON.stringify(name)} ${problem}. Rename the file.`);
  }
  return zipSync(files as Record<string, Uint8Array>, { level: 6, mtime: oldest }) as Uint8Array<ArrayBuffer>;
};
