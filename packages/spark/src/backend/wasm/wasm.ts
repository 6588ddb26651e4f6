import type { Backend, Engine, EngineOptions } from "../../program/machine.ts";
import { drawerOf } from "../drawer.ts";
import { WasmMachine } from "./machine.ts";

export interface WasmOptions {
  /** Threads that share the units; "all" for as many as there are processors. */
  readonly threads?: number | "all";
  /** Whether the calling thread stays free, so that a page stays alive during a run. */
  readonly worker?: boolean;
}

/** The default backend: WebAssembly with vectors. It needs no compiler and no server, in Node and in pages alike. */
export const wasm = (options: WasmOptions = {}): Backend => ({
  name: "wasm",
  lacks: {},
  open: (given) => openWasm({ ...given, ...options }),
});

const openWasm = ({ threads, worker, networks }: EngineOptions): Engine | Promise<Engine> => {
  if (threads !== 1 || worker) throw new Error("later");
  return networks ? openNetworks() : engineWith((network) => new WasmMachine(network));
};

const openNetworks = async (): Promise<Engine> => {
  const { WasmNetwork } = await import("./network/machine.ts");
  return engineWith((network) => (network.bundles.length > 0 ? new WasmNetwork(network) : new WasmMachine(network)));
};

const engineWith = (create: Engine["create"]): Engine => ({
  backend: "wasm",
  threads: 1,
  warnings: [],
  drawer: drawerOf((network) => new WasmMachine(network)),
  create,
  close: () => {},
});
