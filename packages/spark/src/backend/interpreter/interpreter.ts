import type { Backend } from "../../program/machine.ts";
import { InterpreterMachine } from "./machine.ts";
import { InterpreterNetwork } from "./network.ts";

/** The backend that defines what every program means. */
export const interpreter: Backend = {
  name: "interpreter",
  create: (program) => new InterpreterMachine(program),
  createNetwork: (network) => new InterpreterNetwork(network),
};
