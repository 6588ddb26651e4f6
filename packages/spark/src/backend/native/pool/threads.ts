import { BackendError } from "../../../errors/errors.ts";
import type { CoreLibrary } from "./library.ts";

/** Ends the threads of engines that were not closed. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** The threads of an engine, including the calling one. */
export class Threads {
  readonly count: number;
  readonly #library: CoreLibrary;
  #handle: bigint | null = null;

  /** @throws BackendError if the system refuses to start the threads */
  constructor(library: CoreLibrary, count: number) {
    this.count = count;
    this.#library = library;
    if (count === 1) return;
    const handle = library.open(count);
    if (handle === null || handle === 0n) {
      throw new BackendError(
        `The system refused ${count} threads. Use fewer, such as threads: ${Math.ceil(count / 2)}.`,
      );
    }
    this.#handle = handle;
    forgotten.register(this, () => library.close(handle), this);
  }

  /** Handle of the threads for compiled code; null if the caller works alone. */
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
