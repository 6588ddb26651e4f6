/** Why threads cannot share memory here, in one sentence; undefined where they can. */
export const threadsObstacle = (): string | undefined => {
  if (typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false) return undefined;
  return "Threads share memory, which a page may do only when it is cross-origin isolated. Serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.";
};

/** Processors that the system has. */
export const processors = async (): Promise<number> => {
  if (typeof Worker !== "undefined") return navigator.hardwareConcurrency;
  const { availableParallelism } = await import("node:os");
  return availableParallelism();
};
