/** Work that can be left off between its parts: whoever does it may let others have their turn there, or give it up. */
export type Work<T> = Generator<void, T>;

/** Does all of some work, at once. */
export const finish = <T>(work: Generator<unknown, T>): T => {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
  }
};
