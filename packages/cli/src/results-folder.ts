import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "spark-snn";
import { makeResultsFolder, removeFile } from "spark-snn/node";
import { warn } from "./run-options.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Creates the folder of results, and returns whether it is new. Warns of temporary files of a run that was killed.
 * @throws FileError if it cannot be created, or if it contains files and `force` is false.
 */
export const prepareFolder = async (
  folder: string,
  shown: string,
  force: boolean,
  terminal: Terminal,
): Promise<boolean> => {
  const made = await makeResultsFolder(folder, { force, shown, permit: "write to this one with --force" });
  warn(await orphansIn(folder, shown), terminal);
  return made !== undefined;
};

/** Whether an error says that a file does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof FileError && (error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";

/** Removes the description of earlier results, before the first of their files is replaced. */
export const forgetResults = async (folder: string, names: readonly string[]): Promise<void> => {
  for (const name of names) await removeFile(join(folder, name));
};

/** Name of a file before it gets its final name. */
const TEMPORARY = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/** Warnings of temporary files in a folder of results and the folders of its populations. */
export const orphansIn = async (folder: string, shown: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inner = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => (await readdir(join(folder, name)).catch(() => [])).map((file) => join(name, file))),
  );
  const files = [...entries.map(({ name }) => name), ...inner.flat()];
  const found = files.filter((file) => TEMPORARY.test(file.split(/[\\/]/).at(-1)!)).sort();
  if (found.length === 0) return [];
  const some = found.slice(0, 3).join(", ");
  return [
    `${shown} contains ${found.length > 1 ? "temporary files" : "a temporary file"} of a run that was killed or still runs: ${some}${found.length > 3 ? " and more" : ""}. They contain its records until then. Delete them if no run writes to this folder.`,
  ];
};
