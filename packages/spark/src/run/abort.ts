/** The outcome of work that was aborted before it gave a result. */
export const ABORTED: unique symbol = Symbol("aborted");

/** Observes an abort signal during a run. */
export interface AbortWatch {
  readonly aborted: boolean;
  /**
   * Resolves to the result of some work, or to ABORTED if the signal is aborted and the work takes longer than `grace`
   * milliseconds (default 0) after that; the result is then ignored.
   */
  race<T>(work: Promise<T>, grace?: number): Promise<T | typeof ABORTED>;
  /** Stops observing the signal. */
  end(): void;
}

/** Observes a signal. Without a signal, the watch never aborts. */
export const watchAbort = (signal: AbortSignal | undefined): AbortWatch => {
  if (!signal) return { aborted: false, race: (work) => work, end: () => {} };
  // One listener for the whole run: the signal would retain one promise per chunk for its own lifetime.
  const waiting = new Set<() => void>();
  const onAbort = (): void => {
    for (const resolve of waiting) resolve();
  };
  signal.addEventListener("abort", onAbort);
  return {
    get aborted() {
      return signal.aborted;
    },
    race: <T>(work: Promise<T>, grace = 0) =>
      new Promise<T | typeof ABORTED>((resolve, reject) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const stop = (): void => {
          if (grace > 0) timer ??= setTimeout(resolve, grace, ABORTED);
          else resolve(ABORTED);
        };
        waiting.add(stop);
        work.then(resolve, reject).finally(() => {
          waiting.delete(stop);
          clearTimeout(timer);
        });
        if (signal.aborted) stop();
      }),
    end: () => signal.removeEventListener("abort", onAbort),
  };
};
