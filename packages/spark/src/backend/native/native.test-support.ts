import { test } from "vitest";
import { alone, type NetworkProgram } from "../../program/network.ts";
import type { Program } from "../../program/program.ts";
import type { NativeMachine } from "./machine.ts";
import { type NativeOptions, native, nativeAvailable } from "./native.ts";

const found = nativeAvailable();
if (!found.available) console.log(`Tests of the native backend are skipped. ${found.reason}`);

/** A test that needs a C compiler and koffi. */
export const nativeTest: typeof test = test.runIf(found.available) as unknown as typeof test;

/** A machine with its own engine, which is closed together with it. */
export const createNetwork = (network: NetworkProgram, options: NativeOptions = {}): NativeMachine => {
  const engine = native(options).open({ threads: 1, worker: false, networks: true });
  const machine = engine.create(network);
  const dispose = machine.dispose.bind(machine);
  machine.dispose = () => {
    dispose();
    engine.close();
  };
  return machine;
};

/** The same for a single population, attached for chunks of 16 steps without probes. */
export const createNative = (program: Program, options: NativeOptions = {}): NativeMachine => {
  const machine = createNetwork(alone(program), options);
  machine.attach({ rows: 16, populations: [{ program, probes: [] }] });
  return machine;
};
