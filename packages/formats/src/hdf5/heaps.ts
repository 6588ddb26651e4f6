import type { ByteStore } from "./store.ts";

/*
 * Global heaps contain the strings of variable length. The library walks through the objects of a heap without checking
 * that it advances: an object with the index 0 and the size 0, or one whose size overflows, holds it in an endless loop.
 * So the heaps are checked when the library reads them.
 */

/** "GCOL". The library ignores the reserved bytes after the version. */
const MAGIC = [0x47, 0x43, 0x4f, 0x4c];

const isHeap = (bytes: Uint8Array): boolean => MAGIC.every((byte, k) => bytes[k] === byte);

const align = (size: number): number => Math.ceil(size / 8) * 8;

const lengthAt = (bytes: Uint8Array, at: number, width: number): number => {
  let value = 0;
  for (let k = width - 1; k >= 0; k--) value = value * 256 + bytes[at + k]!;
  return value;
};

/** A description of the damage in a global heap; undefined if it is sound. `width`: number of bytes of lengths. */
const damageOf = (bytes: Uint8Array, width: number): string | undefined => {
  const size = lengthAt(bytes, 8, width);
  if (size > bytes.length) return `the global heap declares ${size} bytes, and the file has ${bytes.length} of them`;
  const header = align(8 + width);
  for (let at = header; at + header <= size; ) {
    const index = bytes[at]! + 256 * bytes[at + 1]!;
    const own = lengthAt(bytes, at + 8, width);
    // The object 0 is the free space, whose size includes its header.
    const step = index === 0 ? own : header + align(own);
    if (step === 0 || at + step > size) {
      return `the global heap has an object of ${own} bytes at its byte ${at} of ${size}`;
    }
    at += step;
  }
  return undefined;
};

/** A store whose global heaps are checked when they are read. `at`: position of the superblock. */
export const checkedStore = (store: ByteStore, at: number): ByteStore => {
  const bytes = new Uint8Array(16);
  store.read(bytes, at);
  const declared = bytes[bytes[8]! < 2 ? 14 : 10]!;
  const width = declared === 2 || declared === 4 ? declared : 8;
  return {
    get size() {
      return store.size;
    },
    read(into, from) {
      const count = store.read(into, from);
      if (count < 16 || !isHeap(into)) return count;
      // The library may read the rest of a long heap separately.
      const heap = new Uint8Array(Math.min(Math.max(lengthAt(into, 8, width), count), store.size - from));
      const damage = damageOf(heap.subarray(0, store.read(heap, from)), width);
      if (damage !== undefined) throw new Error(`${damage}, from byte ${from} of the file on`);
      return count;
    },
    write: (written, from) => store.write(written, from),
    resize: (to) => store.resize(to),
  };
};
