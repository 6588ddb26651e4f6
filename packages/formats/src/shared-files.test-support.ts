import { existsSync } from "node:fs";
import { join } from "node:path";

/*
 * Published files of other projects, which are not part of this one: in the folder SPARK_SHARED, or in the folder
 * "shared" next to the project. Tests that need them are skipped where they are absent.
 */
const folder = process.env["SPARK_SHARED"] ?? join(import.meta.dirname, "../../../../shared");

/** Path of a file or folder; undefined if it is absent. */
export const sharedPath = (path: string): string | undefined => {
  const full = join(folder, path);
  return existsSync(full) ? full : undefined;
};
