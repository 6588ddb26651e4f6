/** Stands for a result that an abort came before. */
export const ABORTED: unique symbol = Symbol("aborted");

/** Watches a signal for the length of a run. */
export interface AbortWatch {
  readonly aborted: boolean;
  /** The outcome of some work, or ABORTED as soon as the signal says so; the work then ends unheard. */
  race<T>(work: Promise<T>): Promise<T | typeof ABORTED>;
  /** Stops watching. */
  end(): void;
}

/** A watch on a signal; without one it never aborts. */
export const watchAbort = (signal: AbortSignal | undefined): AbortWatch => {
  if (!signal) return { aborted: false, race: (work) => work, end: () => {} };
  // One listener for the whole run: a promise a chunk would keep them all until the signal goes.
  const waiting = new Set<() => void>();
  const onAbort = (): void => {
    for (const resolve of waiting) resolve();
  };
  signal.addEventListener("abort", onAbort);
  return {
    get aborted() {
      return signal.aborted;
    },
    race: <T>(work: Promise<T>) =>
      new Promise<T | typeof ABORTED>((resolve, reject) => {
        const stop = (): void => resolve(ABORTED);
        waiting.add(stop);
        work.then(resolve, reject).finally(() => waiting.delete(stop));
        if (signal.aborted) stop();
      }),
    end: () => signal.removeEventListener("abort", onAbort),
  };
};
