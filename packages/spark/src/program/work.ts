import { StateError } from "../errors/errors.ts";

/**
 * Work that can be left off between its parts: whoever does it may let others have their turn there, or give it up. A
 * part that other threads still work on comes as a promise, which must be awaited before the next part.
 */
export type Work<T> = Generator<void | Promise<void>, T>;

/** Does all of some work, at once. @throws StateError where other threads would have to be awaited */
export const finish = <T>(work: Generator<unknown, T>): T => {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
    if (!(value instanceof Promise)) continue;
    // Nobody will await what the threads still do.
    value.catch(() => {});
    throw new StateError("Work on several threads cannot be finished at once. Await it.");
  }
};
