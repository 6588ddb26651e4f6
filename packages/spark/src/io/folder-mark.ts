import { existsSync } from "node:fs";
import { truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic } from "./files.ts";

/** Name of the file that marks a folder whose run was stopped early. */
export const PARTIAL = "PARTIAL";
const PARTIAL_TEXT = "The run has not ended, or it was stopped early. The files contain the records until then.\n";
/** During the run, the marker holds room for a summary, so that one can be written when the records have filled the disk. */
const RESERVED = 32768; // bytes

/** The mark of a folder whose run has not ended. */
export interface PartialMark {
  /** Ends the run: removes the mark if it is complete, otherwise frees the space that the mark reserves. */
  end(complete: boolean): Promise<void>;
  /** Takes back the mark of a run that has not started. An older mark stays. */
  takeBack(): Promise<void>;
}

/**
 * Marks a folder with the file `PARTIAL`, for a sink of your own that writes files during a run. The file reserves 32 KiB,
 * so that a short file can still be written when the records have filled the disk.
 * @throws FileError if the file cannot be written
 */
export const markPartial = async (folder: string): Promise<PartialMark> => {
  const path = join(folder, PARTIAL);
  const isOld = existsSync(path);
  const remove = (): Promise<void> => unlink(path).catch(() => undefined);
  const free = (): Promise<void> => truncate(path, PARTIAL_TEXT.length).catch(() => undefined);
  await writeAtomic(path, PARTIAL_TEXT.padEnd(RESERVED));
  return { end: (complete) => (complete ? remove() : free()), takeBack: () => (isOld ? free() : remove()) };
};
