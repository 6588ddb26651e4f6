/** What Node's and the page's workers have in common here. */
export interface Thread {
  post(message: object, transfer?: readonly ArrayBuffer[]): void;
  end(): void;
  /** Whether an answer is awaited: only then does the thread keep the process alive. */
  hold(busy: boolean): void;
}

/** Starts a worker from its text; `onError` hears why it ended, also when nobody ended it. */
export const startThread = async <Answer>(
  source: string,
  onAnswer: (answer: Answer) => void,
  onError: (reason: string) => void,
): Promise<Thread> => {
  if (typeof Worker === "undefined") {
    const { Worker: NodeWorker } = await import("node:worker_threads");
    // The process's own flags, such as a loader, would be started again for nothing.
    const worker = new NodeWorker(source, { eval: true, execArgv: [] });
    worker.on("message", onAnswer);
    worker.on("error", (error) => onError(String(error)));
    worker.on("exit", () => onError("the thread ended"));
    // A process that forgot dispose() still ends.
    worker.unref();
    return {
      post: (message, transfer = []) => {
        worker.postMessage(message, [...transfer]);
      },
      end: () => void worker.terminate(),
      hold: (busy) => (busy ? worker.ref() : worker.unref()),
    };
  }
  // A blob needs no file on the server; where a page forbids it, the error says so.
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
