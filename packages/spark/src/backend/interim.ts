import type { Backend } from "../program/machine.ts";
import { openInterpreter } from "./interpreter/engine.ts";
export const wasm = (): Backend => ({
  name: "wasm",
  lacks: {},
  open: () => ({ ...openInterpreter(), backend: "wasm" }),
});
