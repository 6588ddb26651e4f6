import type { Backend, EngineOptions, Machine } from "../src/program/machine.ts";
import { alone, type NetworkProgram } from "../src/program/network.ts";
import type { Program } from "../src/program/program.ts";

/** A machine with its own engine, ready for chunks of at most `rows` steps without records. */
export interface Bench {
  readonly machine: Machine;
  /** Frees the machine and its engine. */
  readonly end: () => void;
}

/** Puts a network on a backend. */
export const attachNetwork = async (
  backend: Backend,
  network: NetworkProgram,
  rows: number,
  options: Partial<EngineOptions> = {},
): Promise<Bench> => {
  const engine = await backend.open({ threads: 1, worker: false, networks: network.bundles.length > 0, ...options });
  const machine = await engine.create(network);
  await machine.attach({ rows, populations: network.populations.map(({ program }) => ({ program, probes: [] })) });
  const end = (): void => {
    machine.dispose();
    engine.close();
  };
  return { machine, end };
};

export const attachAlone = (
  backend: Backend,
  program: Program,
  rows: number,
  options: Partial<EngineOptions> = {},
): Promise<Bench> => attachNetwork(backend, alone(program), rows, options);
