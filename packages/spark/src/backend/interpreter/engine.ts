import type { Engine } from "../../program/machine.ts";
import { drawerOf } from "../drawer.ts";
import { InterpreterMachine } from "./machine.ts";

export const openInterpreter = (): Engine => ({
  backend: "interpreter",
  threads: 1,
  warnings: [],
  drawer: drawerOf((network) => new InterpreterMachine(network)),
  create: (network) => new InterpreterMachine(network),
  close: () => {},
});
