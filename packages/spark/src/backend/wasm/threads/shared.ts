/** A sentence that says why threads cannot share memory here; undefined if they can. */
export const threadsObstacle = (): string | undefined => {
  if (typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false) return undefined;
  return "Threads share memory, which requires a cross-origin isolated page. Serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.";
};

/** Number of processors of the system. */
export const processors = async (): Promise<number> => {
  if (typeof Worker !== "undefined") return navigator.hardwareConcurrency;
  const { availableParallelism } = await import("node:os");
  return availableParallelism();
};
