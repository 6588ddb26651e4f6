import type { Drawer, Engine } from "../../program/machine.ts";
import { drawerOf } from "../drawer.ts";
import { InterpreterMachine } from "./machine.ts";

/** An engine on a drawer, since its own machines draw a thousand times slower than others, though the same. */
export const interpreterWith = (drawer: Drawer): Engine => ({
  backend: "interpreter",
  threads: 1,
  warnings: [],
  drawer,
  create: (network) => new InterpreterMachine(network),
  close: () => {},
});

/** An engine that draws by the interpreter, too. */
export const openInterpreter = (): Engine => interpreterWith(drawerOf((network) => new InterpreterMachine(network)));
