import { requireOptions, requireThreads } from "../../../program/backend-options.ts";
import type { Engine, EngineOptions } from "../../../program/machine.ts";
import { isCoupled } from "../../../program/network.ts";
import { engineWith, openAlone, openNetworks, requireNoSynapses } from "../engine.ts";
import { ThreadedMachine } from "./machine.ts";
import { processors, threadsObstacle } from "./shared.ts";
import { Team } from "./team.ts";

const engineOptions: readonly string[] = ["threads", "worker", "networks"] satisfies (keyof EngineOptions)[];

/**
 * Opens an engine with threads in addition to the calling one, or instead of it. `leastWork`: number of operations on
 * units above which they are used. @throws ConfigError for an invalid number of threads
 */
export const openShared = async (options: EngineOptions, leastWork?: number): Promise<Engine> => {
  requireOptions("wasm", options, engineOptions);
  const { threads, worker, networks } = options;
  requireThreads(threads);
  if (threads === 1 && !worker) return networks ? openNetworks() : openAlone();
  const obstacle = threadsObstacle();
  // A single population in a worker needs no shared memory.
  if (worker && !networks && (threads === 1 || obstacle !== undefined)) return openWorker(options, obstacle);
  if (obstacle !== undefined) {
    const asked = worker ? "worker: true" : `threads: ${threads}`;
    const warnings = [`${asked} uses one thread here${networks ? ", the calling one" : ""}. ${obstacle}`];
    return networks ? openNetworks(warnings) : openAlone(warnings);
  }
  return openTeam(options, await processors(), leastWork);
};

const openWorker = async ({ threads }: EngineOptions, obstacle: string | undefined): Promise<Engine> => {
  const { WorkerMachine } = await import("../worker/machine.ts");
  return engineWith({
    warnings: threads === 1 ? [] : [`threads: ${threads} uses one thread here. ${obstacle}`],
    noSteps: "The units are in a worker, whose memory the calling thread cannot access.",
    create: (network) => {
      requireNoSynapses(network);
      return new WorkerMachine(network);
    },
  });
};

/** Opens an engine whose machines share one team of threads. */
const openTeam = async (
  { threads, worker, networks }: EngineOptions,
  most: number,
  leastWork?: number,
): Promise<Engine> => {
  const coupled = networks ? await import("../network/threaded.ts") : undefined;
  const seats = threads === "all" ? most : threads;
  let team = new Team(seats, !worker, most);
  let closed = false;
  const options = { free: worker, ...(leastWork !== undefined && { leastWork }) };
  return engineWith({
    threads: seats,
    create: (network) => {
      if (team.broken && !closed) {
        team.dispose();
        team = new Team(seats, !worker, most);
      }
      if (coupled && isCoupled(network)) return new coupled.ThreadedNetwork(network, team, options);
      requireNoSynapses(network);
      return new ThreadedMachine(network, team, options);
    },
    close: () => {
      closed = true;
      team.dispose();
    },
  });
};
