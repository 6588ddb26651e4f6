import type { Backend } from "../program/machine.ts";
import { native } from "./native/native.ts";
export const wasm = (): Backend => ({
  name: "wasm",
  lacks: {},
  open: (o) => {
    const e = native().open(o);
    return {
      get backend() {
        return "wasm";
      },
      threads: e.threads,
      warnings: [],
      drawer: e.drawer,
      create: (n) => e.create(n),
      close: () => e.close(),
    };
  },
});
