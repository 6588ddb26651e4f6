import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { ByteStore } from "./store.ts";

/** A file on the disk as a store. */
export interface FileStore extends ByteStore {
  /** Waits until the disk has all bytes. */
  sync(): void;
  close(): void;
}

/**
 * A file on the disk as a store, for Node. Reading and writing need no memory for the file. Close it after the HDF5 file.
 *
 * @param mode "r" to read a file, "w" to write a new file or to replace one
 * @throws the error of the file system, such as ENOENT
 */
export const fileStore = (path: string, mode: "r" | "w"): FileStore => {
  const file = openSync(path, mode === "w" ? "w+" : "r");
  let size = fstatSync(file).size;
  return {
    get size() {
      return size;
    },
    read(into, at) {
      let done = 0;
      while (done < into.length) {
        const count = readSync(file, into, done, into.length - done, at + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
    write(bytes, at) {
      let done = 0;
      while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, at + done);
      size = Math.max(size, at + bytes.length);
    },
    resize(to) {
      ftruncateSync(file, to);
      size = to;
    },
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  };
};
