import { backendNamed } from "../backend/named.ts";
import { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Engine } from "../program/machine.ts";
import type { Frontend, RunRequest } from "./frontend.ts";
import type { Runnable, RunOf } from "./model.ts";
import {
  type CompileOptions,
  compileKeys,
  type GivenRun,
  type GivenSettings,
  type RunChoices,
  readMachines,
  runKeys,
  type Settings,
  type SimulateOptions,
} from "./options.ts";
import { type Prepared, prepare, type Refused } from "./prepare.ts";
import { runPrepared, Simulation } from "./simulation.ts";

type NoRecords = Record<never, never>;

/** Opens the engine that the settings select. @throws BackendError */
const openEngine = async (
  { network }: Pick<Frontend, "network">,
  { backend, threads, worker }: Pick<Settings, "backend" | "threads" | "worker">,
): Promise<Engine> => {
  const chosen = typeof backend === "string" ? backendNamed(backend) : backend;
  network?.checkBackend(chosen);
  return chosen.open({ threads, worker, networks: network !== undefined });
};

/** Creates a simulation with all calls. */
export const openSimulation = async <M>(front: Frontend, settings: Settings): Promise<Simulation<M>> => {
  const calls = await import("./calls.ts");
  return new Simulation<M>(front, settings, await openEngine(front, settings), calls);
};

/** @throws the error of a refused experiment */
const accepted = (outcome: Prepared | Refused): Prepared => {
  if ("error" in outcome) throw outcome.error;
  return outcome;
};

/**
 * Compiles a component or a network, for closed loops and for consecutive runs. Call `dispose()` when done.
 * @throws ConfigError with all problems of the model and the options; ShapeError if an array has another shape than the
 * units; BackendError if the backend cannot run here
 */
export const compile = async <const M extends Runnable>(
  model: M,
  options: CompileOptions<M> = {},
): Promise<Simulation<M>> => {
  const prepared = accepted(await prepare("compile", model, options as GivenSettings, compileKeys));
  return openSimulation<M>(prepared.build(), prepared.settings);
};

/**
 * Runs a whole experiment and returns its records.
 * @throws the errors of `compile`; MemoryError if the run exceeds `memory`; NonFiniteError if a state variable becomes
 * NaN or infinite; an error of a callback, an input or a sink. An error during the run has the records so far in
 * `partial`
 */
export const simulate = async <const M extends Runnable, const R = NoRecords>(
  model: M,
  options: SimulateOptions<M, R>,
): Promise<RunOf<M, R>> => {
  const given = options as GivenSettings & GivenRun;
  const prepared = accepted(await prepare("simulate", model, given, [...compileKeys, ...runKeys]));
  return (await runOnce(prepared, prepared.settings, await prepared.request())) as RunOf<M, R>;
};

/**
 * Runs a prepared experiment with the options of the caller.
 * @throws ConfigError for invalid options; BackendError, MemoryError and NonFiniteError like simulate
 */
export const simulatePrepared = async <M>(
  prepared: Prepared<M>,
  choices: RunChoices<M> = {},
): Promise<RunOf<M, NoRecords>> => {
  const place = new Place(["simulate"]);
  const site = new Site(place, [], undefined);
  if (typeof prepared?.request !== "function") {
    throw new ConfigError(
      place.issue(`takes a prepared experiment; received ${describe(prepared)}. Give experiment(…).prepared.`),
    );
  }
  const settings = { ...prepared.settings, ...readMachines(choices, site) };
  const request = prepared.choose(await prepared.request(), choices, site);
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return (await runOnce(prepared, settings, request)) as RunOf<M, NoRecords>;
};

const runOnce = async (prepared: Pick<Prepared, "build">, settings: Settings, request: RunRequest): Promise<object> => {
  const front = prepared.build();
  const calls = request.changes.length > 0 ? await import("./calls.ts") : undefined;
  const simulation = new Simulation(front, settings, await openEngine(front, settings), calls);
  try {
    return await runPrepared(simulation, request);
  } finally {
    simulation.dispose();
  }
};
