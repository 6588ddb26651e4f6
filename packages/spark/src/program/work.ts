import { StateError } from "../errors/errors.ts";

/**
 * Work in parts. Between two parts, the caller may let other code run or abandon the work. A promise stands for a part
 * that other threads still work on; await it before the next part.
 */
export type Work<T> = Generator<void | Promise<void>, T>;

/** Does all of the work at once. @throws StateError if the work must wait for other threads */
export const finish = <T>(work: Generator<unknown, T>): T => {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
    if (!(value instanceof Promise)) continue;
    // Nobody awaits the promise of the threads, so its rejection must not be reported as unhandled.
    value.catch(() => {});
    throw new StateError("Work on several threads cannot be finished at once. Await it.");
  }
};
