import { BackendError } from "../../../errors/errors.ts";
import type { CoreLibrary } from "./library.ts";

/** Ends the threads of engines that were dropped without `close`. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** The threads of an engine, the calling one among them. */
export class Threads {
  readonly count: number;
  readonly #library: CoreLibrary;
  #handle: bigint | null = null;

  /** @throws BackendError where the system refuses so many. */
  constructor(library: CoreLibrary, count: number) {
    this.count = count;
    this.#library = library;
    if (count === 1) return;
    const handle = library.open(count);
    if (handle === null || handle === 0n) {
      throw new BackendError(`The system refused ${count} threads. Ask for fewer: threads: ${Math.ceil(count / 2)}.`);
    }
    this.#handle = handle;
    forgotten.register(this, () => library.close(handle), this);
  }

  /** What compiled code knows them by; null where the caller is alone. */
  get handle(): bigint | null {
    return this.#handle;
  }

  close(): void {
    if (this.#handle === null) return;
    forgotten.unregister(this);
    this.#library.close(this.#handle);
    this.#handle = null;
  }
}
