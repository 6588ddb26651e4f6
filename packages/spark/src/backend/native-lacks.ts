import type { Backend } from "../program/machine.ts";

/** What native code cannot do, and so what backends that use it cannot. */
export const nativeLacks: Backend["lacks"] = {
  worker: "Native code runs on the calling thread, which waits for the other threads.",
};
