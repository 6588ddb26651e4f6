import type { ByteStore } from "./store.ts";

/** Bytes of a page. Changes wait in memory in pages. */
const PAGE = 2 ** 16;

export interface CommittedStore extends ByteStore {
  /**
   * Writes the changes since the last commit. If new bytes do not fit on the disk, the file keeps the content of the last
   * commit, and the changes stay in memory.
   * @throws the error of the store, such as ENOSPC
   */
  commit(): void;
}

/**
 * A store whose changes reach another store only in `commit`. An HDF5 file is invalid while the library writes it: with a
 * commit after each flush of the library, the file on the disk stays readable during a run, after a run that was killed, and
 * on a full disk. New bytes come first, because only they need space, and nothing in the file refers to them yet. A
 * process that is killed while old bytes are replaced can still leave a damaged file; that takes less than a millisecond.
 */
export const committedStore = (file: ByteStore): CommittedStore => {
  const pages = new Map<number, Uint8Array>();
  let { size } = file;
  /** Bytes of the file that are still valid. Those after a cut are zero when the store grows again. */
  let valid = size;
  const readFile = (into: Uint8Array, at: number): void => {
    const length = Math.max(0, Math.min(into.length, valid - at));
    into.fill(0, length > 0 ? file.read(into.subarray(0, length), at) : 0);
  };
  const pageAt = (index: number): Uint8Array => {
    const found = pages.get(index);
    if (found) return found;
    const page = new Uint8Array(PAGE);
    readFile(page, index * PAGE);
    pages.set(index, page);
    return page;
  };
  /** Calls `use` with each part of a range that lies within a page. */
  const eachPart = (
    at: number,
    length: number,
    use: (index: number, from: number, to: number, done: number) => void,
  ) => {
    for (let done = 0; done < length; ) {
      const index = Math.floor((at + done) / PAGE);
      const from = at + done - index * PAGE;
      const to = Math.min(PAGE, from + length - done);
      use(index, from, to, done);
      done += to - from;
    }
  };
  /** Writes the parts of the changed pages within a range. */
  const writePages = (from: number, to: number): void => {
    for (const index of [...pages.keys()].sort((a, b) => a - b)) {
      const begin = Math.max(from, index * PAGE);
      const end = Math.min(to, (index + 1) * PAGE);
      if (begin < end) file.write(pages.get(index)!.subarray(begin - index * PAGE, end - index * PAGE), begin);
    }
  };
  return {
    get size() {
      return size;
    },
    read(into, at) {
      const length = Math.max(0, Math.min(into.length, size - at));
      eachPart(at, length, (index, from, to, done) => {
        const part = into.subarray(done, done + to - from);
        const page = pages.get(index);
        if (page) part.set(page.subarray(from, to));
        else readFile(part, at + done);
      });
      return length;
    },
    write(bytes, at) {
      eachPart(at, bytes.length, (index, from, to, done) =>
        pageAt(index).set(bytes.subarray(done, done + to - from), from),
      );
      size = Math.max(size, at + bytes.length);
    },
    resize(to) {
      if (to < size) {
        for (const index of pages.keys()) {
          if (index * PAGE >= to) pages.delete(index);
        }
        pages.get(Math.floor(to / PAGE))?.fill(0, to % PAGE);
        valid = Math.min(valid, to);
      }
      size = to;
    },
    commit() {
      const before = file.size;
      for (let at = valid; at < Math.min(before, size); at += PAGE) pageAt(Math.floor(at / PAGE));
      try {
        if (size > before) {
          writePages(before, size);
          if (file.size < size) file.resize(size);
        }
      } catch (error) {
        try {
          file.resize(before);
        } catch {
          // Bytes behind the end of an HDF5 file do no harm.
        }
        throw error;
      }
      writePages(0, Math.min(before, size));
      if (size < before) file.resize(size);
      pages.clear();
      valid = size;
    },
  };
};
