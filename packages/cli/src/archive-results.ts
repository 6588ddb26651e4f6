import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { FileError } from "spark-snn";
import { fileError, readFileStrict } from "spark-snn/node";
import type { Terminal } from "./terminal.ts";

/** Largest size of the results in an archive, bytes. */
const LIMIT = 2 ** 30;

/** The files in a folder and its folders, by their paths. @throws FileError if there are none, or too many bytes */
export const filesInFolder = async (
  shown: string,
  terminal: Pick<Terminal, "folder">,
): Promise<Readonly<Record<string, Uint8Array>>> => {
  const folder = resolve(terminal.folder, shown);
  const files: Record<string, Uint8Array> = {};
  let total = 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(async (error: unknown) => {
    throw await fileError(error, shown, "read");
  });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFileStrict(path, { limit: LIMIT });
    total += bytes.length;
    if (total > LIMIT) {
      throw new FileError(
        `The folder ${shown} contains more than ${LIMIT} bytes, too many for an archive. Choose another one.`,
      );
    }
    files[relative(folder, path).replaceAll("\\", "/")] = bytes;
  }
  if (total === 0) throw new FileError(`The folder ${shown} contains no files. Name a folder of results.`);
  return files;
};
