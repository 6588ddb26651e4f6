import { randomBytes } from "node:crypto";
import { rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "spark-snn";
import { fileError } from "spark-snn/node";
import { committedStore } from "../hdf5/committed-store.ts";
import { fileStore } from "../hdf5/node-store.ts";
import { createHdf5, type WrittenGroup } from "../hdf5/write.ts";
import { markSonata } from "./export-files.ts";

/* An HDF5 file that grows during a run. */

/** Changes are committed after so many bytes, and after so many milliseconds. */
const BYTES = 2 ** 22;
const INTERVAL = 2000;

/** What adds to a file. `step` is the last step up to which it has added everything. */
export interface Writer {
  readonly step: number;
  /** Passes what it holds to the file. */
  flush(): void;
}

/** A file with a temporary name, which is readable after each commit. */
export interface GrowingFile {
  readonly name: string;
  /** The group of the populations: "spikes" or "report". */
  readonly group: WrittenGroup;
  readonly writers: Set<Writer>;
  /** The step of each writer at the last commit. */
  readonly committed: ReadonlyMap<Writer, number>;
  /** Counts bytes that a writer passed to the file. */
  readonly wrote: (bytes: number) => void;
  /** Whether enough has been added since the last commit. */
  readonly isDue: boolean;
  /** Brings everything to the disk. @throws FileError, once, if the disk refuses it; the file then stays as it is */
  commit(): Promise<void>;
  /** Closes the file and gives it its final name, with everything up to the last commit. @throws FileError */
  finish(): Promise<void>;
  /** Removes the file. */
  discard(): Promise<void>;
}

/** Starts a file in a folder. @throws FileError if it cannot be created */
export const growingFile = async (folder: string, name: string, groupName: string): Promise<GrowingFile> => {
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.${randomBytes(6).toString("hex")}.tmp`);
  let disk: ReturnType<typeof fileStore>;
  try {
    disk = fileStore(temporary, "w");
  } catch (error) {
    throw await fileError(error, path, "written");
  }
  const store = committedStore(disk);
  const file = await createHdf5(store).catch(async (error: unknown) => {
    disk.close();
    await unlink(temporary).catch(() => undefined);
    throw error;
  });
  markSonata(file.root);
  const writers = new Set<Writer>();
  const committed = new Map<Writer, number>();
  let bytes = 0;
  let last = performance.now();
  let failure: FileError | undefined;
  /** Brings the content of all writers to the disk. `finish` ends the content. */
  const settle = async (end: () => void): Promise<void> => {
    if (failure) return;
    try {
      for (const writer of writers) writer.flush();
      end();
      store.commit();
    } catch (error) {
      failure = await fileError(error, path, "written");
      throw failure;
    }
    for (const writer of writers) committed.set(writer, writer.step);
    bytes = 0;
    last = performance.now();
  };
  const close = (): void => {
    try {
      // After a failure, this changes the memory only.
      if (failure) file.close();
    } finally {
      disk.close();
    }
  };
  return {
    name,
    group: file.root.group(groupName),
    writers,
    committed,
    wrote: (count) => {
      bytes += count;
    },
    get isDue() {
      return bytes > BYTES || performance.now() - last > INTERVAL;
    },
    commit: () => settle(() => file.flush()),
    async finish() {
      const failures: unknown[] = [];
      const attempt = async (action: () => void | Promise<void>): Promise<void> => {
        try {
          await action();
        } catch (error) {
          failures.push(error);
        }
      };
      await attempt(() => settle(() => file.close()));
      await attempt(() => (failure ? undefined : disk.sync()));
      await attempt(close);
      try {
        await rename(temporary, path);
      } catch (error) {
        const { message } = await fileError(error, path, "written");
        throw new FileError(`${message} Its data are in ${temporary}.`, { cause: error });
      }
      if (failures.length > 0) throw await fileError(failures[0], path, "written");
    },
    async discard() {
      try {
        file.close();
        disk.close();
      } catch {
        // The file is removed anyway.
      }
      await unlink(temporary).catch(() => undefined);
    },
  };
};
