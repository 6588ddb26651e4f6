import { nativeBackend } from "../../backend/registry.ts";
import { createNetwork } from "../../backend/wasm/network/network.ts";
import { createThreadedNetwork } from "../../backend/wasm/network/threads.ts";
import { openTeam, threadsObstacle } from "../../backend/wasm/threads.ts";
import { wasm } from "../../backend/wasm/wasm.ts";
import { BackendError } from "../../errors/errors.ts";
import type { Backend, Machine, NetworkMachine } from "../../program/machine.ts";
import type { NetworkProgram } from "../../program/network.ts";
import type { Program } from "../../program/program.ts";
import type { Settings } from "../options.ts";

/** What runs networks. */
export interface NetworkRunner {
  readonly backend: Pick<Backend, "name">;
  /** Makes the draws of the synapses. */
  readonly draws: Backend;
  readonly threads: number;
  /** Whether its machines advance at once, so that single steps are to be had. */
  readonly steps: boolean;
  /** What is to be said of it. */
  readonly warnings: readonly string[];
  create(network: NetworkProgram): NetworkMachine | Promise<NetworkMachine>;
  /** Ends what its machines shared. */
  dispose(): void;
}

/** The runner of a backend. WebAssembly's networks come with this file, so that its core stays small. */
export const runnerFor = async (backend: Backend, settings: Settings): Promise<NetworkRunner> => {
  if (backend.name === "wasm") return runnerInWasm(settings);
  const { createNetwork: own } = backend;
  if (!own) throw new BackendError(`backend "${backend.name}" has no networks. Use backend: "wasm".`);
  // The interpreter's draws are the same, but a thousand times slower; native ones need no threads, which nobody would end.
  const alone = backend.name === "native" ? nativeBackend(1) : backend;
  const draws = backend.name === "interpreter" ? wasm : alone;
  const create = (network: NetworkProgram): NetworkMachine => own.call(backend, network);
  const common = { threads: backend.threads ?? 1, steps: true, warnings: [], dispose: () => {} };
  const runner = { backend, draws, create, ...common };
  return settings.backend === "fastest" ? new FallingBack(runner, settings) : runner;
};

const runnerInWasm = async ({ threads, worker }: Settings): Promise<NetworkRunner> => {
  if (threads === 1 && !worker) return aloneInWasm;
  const obstacle = threadsObstacle();
  if (obstacle === undefined) return sharedInWasm(threads, worker);
  const asked = worker ? "worker: true" : `threads: ${threads}`;
  return { ...aloneInWasm, warnings: [`${asked} is one thread here, the calling one. ${obstacle}`] };
};

const aloneInWasm: NetworkRunner = {
  backend: wasm,
  draws: wasm,
  threads: 1,
  steps: true,
  warnings: [],
  create: createNetwork,
  dispose: () => {},
};

/** Threads that serve the machines of one simulation one after the other. */
const sharedInWasm = async (threads: number | "all", worker: boolean): Promise<NetworkRunner> => {
  let team = await openTeam(threads, !worker);
  let disposed = false;
  return {
    backend: wasm,
    draws: wasm,
    threads: team.seats,
    steps: false,
    warnings: [],
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

/** Native code while it can be compiled; from the first time on that it cannot, WebAssembly, with a sentence. */
class FallingBack implements NetworkRunner {
  readonly #settings: Settings;
  readonly draws: Backend;
  #runner: NetworkRunner;
  /** Why it is not native code any more. */
  #obstacle: string | undefined;
  #made = false;
  #disposed = false;

  constructor(native: NetworkRunner, settings: Settings) {
    this.#settings = settings;
    this.#runner = native;
    let { draws } = native;
    const create = (program: Program): Machine => {
      try {
        return draws.create(program);
      } catch (error) {
        // Draws have the same bits everywhere: those of a native network may be made in WebAssembly.
        if (!this.#made) this.#fall(error);
        draws = wasm;
        return draws.create(program);
      }
    };
    this.draws = { name: draws.name, create };
  }

  get backend(): Pick<Backend, "name"> {
    return this.#obstacle === undefined ? this.#runner.backend : wasm;
  }
  get threads(): number {
    return this.#runner.threads;
  }
  get steps(): boolean {
    return this.#runner.steps;
  }
  get warnings(): readonly string[] {
    const fallen = this.#obstacle;
    const own = fallen === undefined ? [] : [`backend "fastest" is wasm here, not native. ${fallen}`];
    return [...own, ...this.#runner.warnings];
  }

  #fall(error: unknown): void {
    if (!(error instanceof BackendError)) throw error;
    this.#obstacle = error.message;
  }

  create(network: NetworkProgram): NetworkMachine | Promise<NetworkMachine> {
    if (this.#obstacle === undefined) {
      try {
        const machine = this.#runner.create(network);
        this.#made = true;
        return machine;
      } catch (error) {
        this.#fall(error);
      }
    }
    if (this.#runner.backend === wasm) return this.#runner.create(network);
    if (this.#settings.threads !== 1) return this.#share(network);
    this.#runner = aloneInWasm;
    return createNetwork(network);
  }

  /** `worker` does not go with native code, so that it is never asked for here. */
  async #share(network: NetworkProgram): Promise<NetworkMachine> {
    this.#runner = await runnerInWasm(this.#settings);
    if (this.#disposed) this.#runner.dispose();
    return this.#runner.create(network);
  }

  dispose(): void {
    this.#disposed = true;
    this.#runner.dispose();
  }
}
