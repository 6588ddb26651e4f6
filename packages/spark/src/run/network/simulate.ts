import type { Backend, NetworkMachine } from "../../backend/backend.ts";
import { nativeBackend } from "../../backend/registry.ts";
import { createNetwork } from "../../backend/wasm/network/network.ts";
import { createThreadedNetwork } from "../../backend/wasm/network/threads.ts";
import { openTeam, threadsObstacle } from "../../backend/wasm/threads.ts";
import { wasm } from "../../backend/wasm/wasm.ts";
import type { NetworkProgram } from "../../compile/network-program.ts";
import { BackendError, ConfigError, type Issue } from "../../errors/errors.ts";
import type { Brain } from "../../graph/brain.ts";
import { type BuiltBrain, buildBrain } from "../../graph/build.ts";
import { readCommonSettings, type Settings, unknownKeys } from "../options.ts";
import { applyInitials, commonOf } from "./check.ts";
import { type BrainRun, brainCompileKeys, brainRunKeys, type GivenBrainRun } from "./options.ts";
import { BrainSimulation, type NetworkRunner, runBrainAs } from "./simulation.ts";

/** The backend that is asked for, and what is to be said of the choice; given by the caller, who has it already. */
export type ChooseBackend = (settings: Settings) => Promise<{ readonly backend: Backend; readonly warnings: string[] }>;
type Given = Readonly<Record<string, unknown>>;

const build = (brain: Brain, settings: Settings, options: Given, issues: Issue[]): BuiltBrain | undefined => {
  let built: BuiltBrain;
  try {
    built = buildBrain(brain, settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
  applyInitials(built, options["initial"], issues);
  return built;
};

const prepare = async (
  where: string,
  brain: Brain,
  options: Given,
  issues: Issue[],
  choose: ChooseBackend,
): Promise<BrainSimulation> => {
  const settings = readCommonSettings(where, brain.name, commonOf(brain), options, issues);
  const built = build(brain, settings, options, issues);
  if (!built || issues.length > 0) throw new ConfigError(issues);
  const { backend, warnings } = await choose(settings);
  const [runner, more] = await runnerFor(backend, settings);
  const warned = { ...built, warnings: [...built.warnings, ...warnings, ...more] };
  return new BrainSimulation(warned, settings, runner);
};

/** What runs networks, and what is to be said of it. WebAssembly's come with this file, so that its core stays small. */
const runnerFor = async (backend: Backend, settings: Settings): Promise<[NetworkRunner, string[]]> => {
  const { threads, worker } = settings;
  if (backend.name === "wasm") {
    if (threads === 1 && !worker) return [aloneInWasm, []];
    const obstacle = threadsObstacle();
    if (obstacle === undefined) return [await sharedInWasm(threads, worker), []];
    const asked = worker ? "worker: true" : `threads: ${threads}`;
    return [aloneInWasm, [`${asked} is one thread here, the calling one. ${obstacle}`]];
  }
  const { createNetwork: own } = backend;
  if (!own) throw new BackendError(`backend "${backend.name}" has no networks. Use backend: "wasm".`);
  // The interpreter's draws are the same, but a thousand times slower; native ones need no threads, which nobody would end.
  const alone = backend.name === "native" ? nativeBackend(1) : backend;
  const draws = backend.name === "interpreter" ? wasm : alone;
  const create = (network: NetworkProgram): NetworkMachine => own.call(backend, network);
  return [{ backend, draws, threads: backend.threads ?? 1, steps: true, create, dispose: () => {} }, []];
};

const aloneInWasm: NetworkRunner = {
  backend: wasm,
  draws: wasm,
  threads: 1,
  steps: true,
  create: createNetwork,
  dispose: () => {},
};

/** Threads that serve the machines of one simulation one after the other. */
const sharedInWasm = async (threads: number | "all", worker: boolean): Promise<NetworkRunner> => {
  let team = await openTeam(threads, !worker);
  let disposed = false;
  return {
    ...{ backend: wasm, draws: wasm, threads: team.seats, steps: false },
    create: async (network) => {
      if (team.broken && !disposed) {
        team.dispose();
        team = await openTeam(threads, !worker);
      }
      return createThreadedNetwork(network, team, { free: worker });
    },
    dispose: () => {
      disposed = true;
      team.dispose();
    },
  };
};

/** `compile` of a brain. */
export const compileBrain = async (brain: Brain, options: Given, choose: ChooseBackend): Promise<BrainSimulation> => {
  const issues: Issue[] = [];
  unknownKeys("compile", options, brainCompileKeys, issues);
  return prepare("compile", brain, options, issues, choose);
};

/** `simulate` of a brain. */
export const simulateBrain = async <R>(brain: Brain, options: Given, choose: ChooseBackend): Promise<BrainRun<R>> => {
  const issues: Issue[] = [];
  unknownKeys("simulate", options, [...brainCompileKeys, ...brainRunKeys], issues);
  const simulation = await prepare("simulate", brain, options, issues, choose);
  try {
    return await runBrainAs<R>(simulation, "simulate", options as unknown as GivenBrainRun, issues);
  } finally {
    simulation.dispose();
  }
};
