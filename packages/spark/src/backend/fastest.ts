import type { Backend } from "../program/machine.ts";
import { nativeLacks } from "./native-lacks.ts";

const loadFallback = (): Promise<typeof import("./fallback.ts")> => import("./fallback.ts");

/**
 * Native code while it can be compiled, else WebAssembly, with a warning that says why. The results have the same bits.
 */
export const fastest = (): Backend => ({
  name: "fastest",
  lacks: nativeLacks,
  open: async (options) => (await loadFallback()).openFallback(options),
});
