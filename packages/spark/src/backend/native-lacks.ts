import type { Backend } from "../program/machine.ts";

/** Features that native code lacks, and with it every backend that uses it. */
export const nativeLacks: Backend["lacks"] = {
  worker: "Native code runs on the calling thread, which waits for the other threads.",
};
