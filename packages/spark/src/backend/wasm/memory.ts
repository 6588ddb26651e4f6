import { BackendError, MemoryError } from "../../errors/errors.ts";
import { Spares } from "../spares.ts";
import { MOST_PAGES } from "./step/module.ts";

export const PAGE = 65536;
/** Minimal number of pages by which a shared memory can grow beyond its initial size. */
const ROOM = 1024;

const bytesOf = ({ buffer }: WebAssembly.Memory): number => buffer.byteLength;
const spares = { own: new Spares(bytesOf), shared: new Spares(bytesOf) };

/** A memory that can grow. Growing invalidates the views of a memory that is not shared. */
export class Space {
  readonly #name: string;
  readonly shared: boolean;
  #memory: WebAssembly.Memory;

  /** @throws MemoryError if the bytes are more than a memory holds, or the system refuses them */
  constructor(name: string, bytes: number, shared: boolean) {
    this.#name = name;
    this.shared = shared;
    const pages = pagesOf(name, bytes);
    const spare = spares[shared ? "shared" : "own"].take(pages * PAGE);
    if (spare) new Uint8Array(spare.buffer).fill(0);
    this.#memory = spare ?? this.#allocate(pages);
  }

  get memory(): WebAssembly.Memory {
    return this.#memory;
  }

  /** Ensures the given size in bytes. Replaces a shared memory that has reached its maximum. */
  ensure(bytes: number): void {
    const pages = pagesOf(this.#name, bytes);
    const present = bytesOf(this.#memory) / PAGE;
    if (pages <= present) return;
    try {
      this.#memory.grow(pages - present);
    } catch {
      const larger = this.#allocate(pages);
      new Uint8Array(larger.buffer).set(new Uint8Array(this.#memory.buffer));
      this.#memory = larger;
    }
  }

  /** Passes the memory on to later spaces. */
  recycle(): void {
    spares[this.shared ? "shared" : "own"].give(this.#memory);
  }

  #allocate(pages: number): WebAssembly.Memory {
    try {
      const maximum = Math.min(MOST_PAGES, Math.max(2 * pages, pages + ROOM));
      return new WebAssembly.Memory(this.shared ? { initial: pages, maximum, shared: true } : { initial: pages });
    } catch {
      throw new MemoryError(
        `${this.#name} needs ${((pages * PAGE) / 1e6).toFixed(0)} MB of WebAssembly memory, which the system refused. Record or feed less at a time, or use fewer units.`,
      );
    }
  }
}

const pagesOf = (name: string, bytes: number): number => {
  requireBytes(name, bytes);
  return Math.max(1, Math.ceil(bytes / PAGE));
};

/** @throws MemoryError if the bytes are more than a memory holds */
export const requireBytes = (name: string, bytes: number): void => {
  if (bytes <= MOST_PAGES * PAGE) return;
  throw new MemoryError(
    `${name} needs ${(bytes / 1e9).toFixed(1)} GB; a WebAssembly memory holds 4.3 GB. Record or feed less at a time, or use fewer units.`,
  );
};

/** A module with one vector instruction, to test whether the engine supports 128-bit vectors. */
const vectors = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** @throws BackendError if the engine lacks 128-bit vectors */
export const requireVectors = (): void => {
  if (typeof WebAssembly !== "undefined" && WebAssembly.validate(vectors)) return;
  throw new BackendError(
    'backend "wasm" needs WebAssembly with 128-bit vectors, which this engine lacks. Update it, or use backend: "interpreter".',
  );
};
