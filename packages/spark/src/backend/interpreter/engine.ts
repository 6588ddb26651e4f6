import type { Drawer, Engine } from "../../program/machine.ts";
import { drawerOf } from "../drawer.ts";
import { InterpreterMachine } from "./machine.ts";

/** An engine with the given drawer. Drawing in the interpreter gives the same values, but a thousand times slower. */
export const interpreterWith = (drawer: Drawer): Engine => ({
  backend: "interpreter",
  threads: 1,
  warnings: [],
  drawer,
  create: (network) => new InterpreterMachine(network),
  close: () => {},
});

/** An engine that also draws in the interpreter. */
export const openInterpreter = (): Engine => interpreterWith(drawerOf((network) => new InterpreterMachine(network)));
