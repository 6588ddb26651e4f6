import type { Drawer } from "../../program/machine.ts";
import { drawerOf } from "../drawer.ts";
import { WasmMachine } from "./machine.ts";

/** Draws on the calling thread. */
export const wasmDrawer: Drawer = drawerOf((network) => new WasmMachine(network));
