import type { Backend, Engine } from "../../program/machine.ts";
import { wasmDrawer } from "../wasm/drawer.ts";

const open = async (): Promise<Engine> => (await import("./engine.ts")).interpreterWith(wasmDrawer);

/** The reference backend, which defines the result of every program: plain JavaScript, one unit at a time, slow. */
export const interpreter = (): Backend => ({
  name: "interpreter",
  lacks: {
    threads: "It computes one unit after the other, on the calling thread.",
    worker: "It computes on the calling thread.",
  },
  open,
});
