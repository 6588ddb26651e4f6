import type { Backend } from "../../program/machine.ts";
import { openAlone, openNetworks } from "./engine.ts";

export interface WasmOptions {
  /** Number of threads that share the units, 1 to 1024; "all" for one per processor. */
  readonly threads?: number | "all";
  /** Whether to run in a worker thread, which keeps a page responsive. */
  readonly worker?: boolean;
  /** Number of operations on units above which threads are used. For tests. */
  readonly leastWork?: number;
}

/** The default backend: WebAssembly with 128-bit vectors. It needs no compiler, in Node or in pages. */
export const wasm = (chosen: WasmOptions = {}): Backend => ({
  name: "wasm",
  lacks: {},
  open: (given) => {
    const { leastWork, ...own } = chosen ?? {};
    const options = { ...given, ...own };
    // What was given here is checked there, so that a page without it does not load the check.
    if (options.threads !== 1 || options.worker || Object.keys(own).length > 0) return openShared(options, leastWork);
    return options.networks ? openNetworks() : openAlone();
  },
});

const openShared: typeof import("./threads/engine.ts").openShared = async (...args) =>
  (await import("./threads/engine.ts")).openShared(...args);
