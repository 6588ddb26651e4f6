import { nativeBackend, nativeObstacle } from "../backend/registry.ts";
import type { Team } from "../backend/wasm/team.ts";
import { wasm } from "../backend/wasm/wasm.ts";
import { BackendError } from "../errors/errors.ts";
import type { Backend, Machine } from "../program/machine.ts";
import type { Program } from "../program/program.ts";
import type { BackendName, Settings } from "./options.ts";

/** Makes the machines of one simulation, and keeps the threads that serve them one after the other. */
export class MachineMaker {
  readonly #settings: Settings;
  /** What came up after the build. */
  readonly warnings: string[] = [];
  #backend: Backend;
  #team: Team | undefined;
  #alone = false;
  #disposed = false;

  constructor(settings: Settings, backend: Backend) {
    this.#settings = settings;
    this.#backend = backend;
    this.warnings.push(...choiceWarnings(settings));
  }

  get backend(): BackendName {
    return this.#backend.name as BackendName;
  }

  /** A machine at once, on the calling thread where it is wasm: one step is too short to share. */
  create(program: Program): Machine {
    try {
      return this.#backend.create(program);
    } catch (error) {
      if (this.#settings.backend !== "fastest" || !(error instanceof BackendError)) throw error;
      this.warnings.push(`backend "fastest" is wasm here, not native. ${error.message}`);
      this.#backend = wasm;
      return wasm.create(program);
    }
  }

  /** A machine for a run: on threads or in a worker where asked. `load` writes its state before a worker gets it. */
  async createForRun(program: Program, load: (machine: Machine) => void): Promise<Machine> {
    const { threads, worker } = this.#settings;
    if (threads !== 1 && this.#backend === wasm && !this.#alone) {
      const machine = await this.#createThreaded(program, threads, worker);
      if (machine) return machine;
    }
    if (!worker) return this.create(program);
    const { createInWorker } = await import("../backend/wasm/worker.ts");
    return createInWorker(program, load);
  }

  async #createThreaded(program: Program, threads: number | "all", worker: boolean): Promise<Machine | undefined> {
    const { createThreaded, openTeam, threadsObstacle } = await import("../backend/wasm/threads.ts");
    const obstacle = threadsObstacle();
    if (obstacle !== undefined) {
      this.#alone = true;
      this.warnings.push(`threads: ${threads} is one thread here. ${obstacle}`);
      return undefined;
    }
    if (this.#team?.broken) this.#team.dispose();
    if (!this.#team || this.#team.broken) this.#team = await openTeam(threads, !worker);
    // Disposed while the code was loaded.
    if (this.#disposed) this.#team.dispose();
    return createThreaded(program, this.#team, worker ? { leastWork: 0 } : {});
  }

  dispose(): void {
    this.#disposed = true;
    this.#team?.dispose();
  }
}

/** The machines that are asked for; the backend that few pages ask for is loaded then. */
export const machinesFor = async (settings: Settings, sound: boolean): Promise<MachineMaker> =>
  new MachineMaker(settings, sound ? await backendOf(settings) : wasm);

/** The backend that is asked for. */
export const backendOf = async ({ backend, threads }: Settings): Promise<Backend> => {
  if (backend === "wasm" || (backend === "fastest" && nativeObstacle() !== undefined)) return wasm;
  if (backend !== "interpreter") return nativeBackend(threads);
  return (await import("../backend/interpreter/interpreter.ts")).interpreter;
};

/** What is to be said of the choice "fastest". */
export const choiceWarnings = ({ backend }: Settings): string[] => {
  const obstacle = backend === "fastest" ? nativeObstacle() : undefined;
  return obstacle === undefined ? [] : [`backend "fastest" is wasm here, not native. ${obstacle}`];
};
