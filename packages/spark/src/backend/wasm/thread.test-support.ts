import { onTestFinished, vi } from "vitest";
import type { Thread } from "./thread.ts";

/**
 * The threads that start from now on, which a test can end from outside. Modules have to be imported again to see it.
 * All is as before when the test has finished.
 */
export const watchThreads = (): readonly Thread[] => {
  const started: Thread[] = [];
  vi.resetModules();
  vi.doMock("./thread.ts", async (original) => {
    const real = await original<typeof import("./thread.ts")>();
    return {
      startThread: async (...args: Parameters<typeof real.startThread>) => {
        const thread = await real.startThread(...args);
        started.push(thread);
        return thread;
      },
    };
  });
  onTestFinished(() => {
    vi.doUnmock("./thread.ts");
    vi.resetModules();
  });
  return started;
};
