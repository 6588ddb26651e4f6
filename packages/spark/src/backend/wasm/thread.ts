/** A worker thread, in Node or in a page. */
export interface Thread {
  post(message: object, transfer?: readonly ArrayBuffer[]): void;
  end(): void;
  /** Sets whether an answer is awaited. Only then does the thread keep the process alive. */
  hold(busy: boolean): void;
}

/** Starts a worker from its source text. `onError` receives the reason if the worker ends or fails. */
export const startThread = async <Answer>(
  source: string,
  onAnswer: (answer: Answer) => void,
  onError: (reason: string) => void,
): Promise<Thread> => {
  if (typeof Worker === "undefined") {
    const { Worker: NodeWorker } = await import("node:worker_threads");
    // Without this, the worker would start with the flags of the process, such as loaders, which it does not need.
    const worker = new NodeWorker(source, { eval: true, execArgv: [] });
    worker.on("message", onAnswer);
    worker.on("error", (error) => onError(String(error)));
    worker.on("exit", () => onError("the thread ended"));
    // The process can end even without dispose().
    worker.unref();
    return {
      post: (message, transfer = []) => {
        worker.postMessage(message, [...transfer]);
      },
      end: () => void worker.terminate(),
      hold: (busy) => (busy ? worker.ref() : worker.unref()),
    };
  }
  // A blob needs no file on the server. If the page forbids it, the error says so.
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => onAnswer(data as Answer);
  worker.onerror = (event) => onError(event.message ?? "the thread could not be started");
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    end: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
    hold: () => {},
  };
};
