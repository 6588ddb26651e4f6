/** Smaller memories are not worth keeping. */
const LEAST = 2 ** 22;

/**
 * Memories that machines gave back, for the next machines to take. A collector that counts objects frees large memories
 * late, and one that worker threads share later still. Whoever gives one back must be the last who sees it; it is held
 * weakly, so none is kept from the collector.
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

  /** A memory of at least as many bytes and not much more, with what was left in it. */
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
