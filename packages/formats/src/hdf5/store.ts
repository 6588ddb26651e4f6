/** Random access to the bytes of a file, which may lie in memory or on a disk. */
export interface ByteStore {
  /** Number of bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from position `at` on, and returns their number, which is smaller at the end. */
  read(into: Uint8Array, at: number): number;
  /** Writes `bytes` from position `at` on. The store grows where necessary. */
  write(bytes: Uint8Array, at: number): void;
  /** Cuts the bytes after `size`, or appends zeros. */
  resize(size: number): void;
}

/** A store in memory. Its first bytes are `bytes`, which are copied before the first change. */
export const memoryStore = (bytes: Uint8Array = new Uint8Array(0)): ByteStore & { bytes(): Uint8Array } => {
  let content = bytes;
  let size = bytes.length;
  let isOwn = false;
  const reserve = (needed: number): void => {
    if (isOwn && needed <= content.length) return;
    // Doubled, so that many small appends copy each byte a constant number of times.
    const grown = new Uint8Array(Math.max(needed, isOwn ? 2 * content.length : size));
    grown.set(content.subarray(0, size));
    content = grown;
    isOwn = true;
  };
  return {
    get size() {
      return size;
    },
    read(into, at) {
      const part = content.subarray(at, Math.min(at + into.length, size));
      into.set(part);
      return part.length;
    },
    write(written, at) {
      const end = at + written.length;
      reserve(end);
      content.set(written, at);
      size = Math.max(size, end);
    },
    resize(to) {
      reserve(to);
      if (to < size) content.fill(0, to, size);
      size = to;
    },
    bytes: () => content.subarray(0, size),
  };
};
