/** Bytes below which a memory is not kept. */
const LEAST = 2 ** 22;

/**
 * Keeps memories of disposed machines for the next machines. A garbage collector that counts objects frees large
 * memories late, and memories shared with worker threads even later. The caller of `give` must hold the last reference.
 * Memories are held weakly, so the collector can still free them.
 */
export class Spares<T extends object> {
  readonly #bytesOf: (memory: T) => number;
  #kept: WeakRef<T>[] = [];

  constructor(bytesOf: (memory: T) => number) {
    this.#bytesOf = bytesOf;
  }

  give(memory: T): void {
    if (this.#bytesOf(memory) >= LEAST) this.#kept.push(new WeakRef(memory));
  }

  /** A memory of at least this size and not much larger. It still holds its old contents. */
  take(bytes: number): T | undefined {
    this.#kept = this.#kept.filter((kept) => kept.deref() !== undefined);
    const place = this.#kept.findIndex((kept) => {
      const memory = kept.deref();
      const room = memory === undefined ? 0 : this.#bytesOf(memory);
      return room >= bytes && room <= bytes * 1.5;
    });
    return place < 0 ? undefined : this.#kept.splice(place, 1)[0]!.deref();
  }
}
