import type { Backend } from "../../program/machine.ts";
import { openAlone, openNetworks } from "./engine.ts";

export interface WasmOptions {
  /** Threads that share the units: 1 to 1024, or "all" for as many as there are processors. */
  readonly threads?: number | "all";
  /** Whether the calling thread stays free, so that a page stays alive during a run. */
  readonly worker?: boolean;
  /** Operations on units from which on threads are used; for tests. */
  readonly leastWork?: number;
}

/** The default backend: WebAssembly with vectors. It needs no compiler and no server, in Node and in pages alike. */
export const wasm = ({ leastWork, ...own }: WasmOptions = {}): Backend => ({
  name: "wasm",
  lacks: {},
  open: (given) => {
    const options = { ...given, ...own };
    if (options.threads !== 1 || options.worker) return openShared(options, leastWork);
    return options.networks ? openNetworks() : openAlone();
  },
});

const openShared: typeof import("./threads/engine.ts").openShared = async (...args) =>
  (await import("./threads/engine.ts")).openShared(...args);
