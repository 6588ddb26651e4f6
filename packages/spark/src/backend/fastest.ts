import type { Backend } from "../program/machine.ts";
import { nativeLacks } from "./native-lacks.ts";

const loadFallback = (): Promise<typeof import("./fallback.ts")> => import("./fallback.ts");

/** Native code if it can be compiled, otherwise WebAssembly with a warning that says why. The bits are the same. */
export const fastest = (): Backend => ({
  name: "fastest",
  lacks: nativeLacks,
  open: async (options) => (await loadFallback()).openFallback(options),
});
