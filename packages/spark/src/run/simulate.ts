import { backendNamed } from "../backend/named.ts";
import type { Engine } from "../program/machine.ts";
import type { Frontend } from "./frontend.ts";
import type { RecordOf, Runnable, RunOf } from "./model.ts";
import type { CompileOptions, GivenRun, GivenSettings, SimulateOptions } from "./options.ts";
import { prepare } from "./prepare.ts";
import { runPrepared, Simulation } from "./simulation.ts";

type NoRecords = Record<never, never>;

/** The engine that a simulation asks for. */
export const openEngine = async ({ checked, network }: Frontend): Promise<Engine> => {
  const { backend, threads, worker } = checked.settings;
  const chosen = typeof backend === "string" ? backendNamed(backend) : backend;
  return chosen.open({ threads, worker, networks: network !== undefined });
};

/** Compiles a component or a network for closed loops and for runs one after the other. Call `dispose()` when done. */
export const compile = async <const M extends Runnable>(
  model: M,
  options: CompileOptions<M> = {},
): Promise<Simulation<M>> => {
  const prepared = await prepare({ where: "compile", runs: false }, model, options as GivenSettings);
  const front = prepared.build();
  return new Simulation<M>(front, await openEngine(front));
};

/** Runs a whole experiment and gives what was recorded. Throws what `compile` and `run` throw. */
export const simulate = async <const M extends Runnable, const R extends RecordOf<M> = NoRecords>(
  model: M,
  options: SimulateOptions<M, R>,
): Promise<RunOf<M, R>> => {
  const prepared = await prepare({ where: "simulate", runs: true }, model, options as GivenSettings & GivenRun);
  const front = prepared.build();
  const request = await prepared.readRun();
  const simulation = new Simulation<M>(front, await openEngine(front));
  try {
    return (await runPrepared(simulation as unknown as Simulation, request)) as RunOf<M, R>;
  } finally {
    simulation.dispose();
  }
};
