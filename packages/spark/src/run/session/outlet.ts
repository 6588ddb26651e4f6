import { pause } from "../pause.ts";
import type { Frame } from "./model.ts";

type Receive = (frame: never) => void | Promise<void>;

/** Passes frames to the one who receives them, one at a time. */
export class Outlet {
  #receive: Receive | undefined;
  /** Receivers of frames that were finished before they were replaced. */
  readonly #former = new WeakMap<Frame, Receive>();
  /** Waits until the worker computes again, so that the receiver works at the same time. */
  readonly #defers: boolean;
  readonly #onFree: () => void;
  readonly #onError: (error: unknown) => void;
  #busy = false;
  /** Resolves when a frame that waits for the worker has been passed on. */
  deferred: Promise<void> | undefined;
  /** Whether the receiver failed, and gets no further frames. */
  failed = false;
  #ended = false;
  #error: { readonly error: unknown } | undefined;
  #readers: { resolve: (result: IteratorResult<Frame>) => void; reject: (error: unknown) => void }[] = [];

  constructor(
    receive: Receive | undefined,
    defers: boolean,
    { onFree, onError }: { readonly onFree: () => void; readonly onError: (error: unknown) => void },
  ) {
    this.#receive = receive;
    this.#defers = defers;
    this.#onFree = onFree;
    this.#onError = onError;
  }

  /** Whether a function receives the frames, instead of `for await`. */
  get pushes(): boolean {
    return this.#receive !== undefined;
  }

  /** Whether somebody is waiting for a frame in a loop. */
  get isRead(): boolean {
    return this.#readers.length > 0;
  }

  /** Whether the receiver can take a frame. */
  get ready(): boolean {
    return this.#receive ? !this.#busy : this.isRead;
  }

  /** Replaces the receiver of all frames but those that are held. */
  replace(receive: Receive, held: readonly Frame[]): void {
    for (const frame of held) if (this.#receive) this.#former.set(frame, this.#former.get(frame) ?? this.#receive);
    this.#receive = receive;
  }

  /** Passes a frame on. Call it only if `ready`. `idle`: whether nothing is being computed. */
  give(frame: Frame, idle: boolean): void {
    this.#busy = true;
    if (!this.#defers || idle) this.#call(frame);
    else {
      this.deferred = pause().then(() => {
        this.deferred = undefined;
        this.#call(frame);
      });
    }
  }

  #call(frame: Frame): void {
    const free = (): void => {
      this.#busy = false;
      this.#onFree();
    };
    const fail = (error: unknown): void => {
      this.failed = true;
      this.#onError(error);
      free();
    };
    try {
      const receive = this.#former.get(frame) ?? this.#receive;
      if (receive) Promise.resolve(receive(frame as never)).then(free, fail);
      else {
        this.#readers.shift()?.resolve({ done: false, value: frame });
        free();
      }
    } catch (error) {
      fail(error);
    }
  }

  /** The next frame for a reader. `held` is one that waits. */
  next(held: Frame | undefined): Promise<IteratorResult<Frame>> {
    if (held) return Promise.resolve({ done: false, value: held });
    if (this.#error) return Promise.reject(this.#error.error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#onFree();
    });
  }

  /** Ends the loops of readers, with an error if there is one. */
  end(error?: { readonly error: unknown }): void {
    this.#ended = true;
    this.#error = error;
    const readers = this.#readers;
    this.#readers = [];
    for (const { resolve, reject } of readers) {
      if (error) reject(error.error);
      else resolve({ done: true, value: undefined });
    }
  }
}
