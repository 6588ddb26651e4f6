import type { Machine, TakeSpikes, View } from "../../program/machine.ts";
import type { Program } from "../../program/program.ts";
import { Team } from "./team.ts";
import { WasmMachine } from "./wasm.ts";

/** Operations on units in a chunk below which waking threads takes longer than it saves. */
const LEAST_WORK = 5e6;

/** Why threads cannot share memory here, in one sentence; undefined where they can. */
export const threadsObstacle = (): string | undefined => {
  if (typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false) return undefined;
  return "Threads share memory, which a page may do only when it is cross-origin isolated. Serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.";
};

const processors = async (): Promise<number> => {
  if (typeof Worker !== "undefined") return navigator.hardwareConcurrency;
  const { availableParallelism } = await import("node:os");
  return availableParallelism();
};

/**
 * Threads for the machines of one simulation, "all" for as many as there are processors. `joins`: whether the calling
 * thread is one of them.
 */
export const openTeam = async (threads: number | "all", joins: boolean): Promise<Team> => {
  const most = await processors();
  return new Team(threads === "all" ? most : threads, joins, most);
};

/** A machine whose blocks of units are shared among threads. Units are uncoupled: they meet once a chunk. */
class ThreadedMachine implements Machine {
  readonly program: Program;
  readonly #inner: WasmMachine;
  readonly #team: Team;
  readonly #leastRows: number;

  constructor(inner: WasmMachine, team: Team, leastWork: number) {
    const { program } = inner;
    this.program = program;
    this.#inner = inner;
    this.#team = team;
    this.#leastRows = leastWork / Math.max(1, program.step.nodes.length * program.units);
  }

  view(buffer: number): View {
    return this.#inner.view(buffer);
  }

  advance(firstStep: number, rows: number): void | Promise<void> {
    if (rows < this.#leastRows) return this.#inner.advance(firstStep, rows);
    return this.#team.round(0, [firstStep | 0, rows]);
  }

  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    return this.#inner.scanSpikes(rows, firstStep, take);
  }

  get broken(): boolean {
    return this.#team.broken;
  }

  dispose(): void {
    this.#inner.dispose();
  }

  recycle(): void {
    this.#inner.recycle();
  }
}

/** How work is left to the calling thread. */
export interface ThreadedOptions {
  /** Operations on units in a chunk from which on threads are used; 0 where the calling thread must stay free. */
  readonly leastWork?: number;
}

/** A machine of a program for a team's threads, until the team gets another one; the team is not disposed with it. */
export const createThreaded = async (program: Program, team: Team, options: ThreadedOptions = {}): Promise<Machine> => {
  const inner = new WasmMachine(program, true);
  const { module, memory, blocks } = inner;
  await team.load({ module, memory, jobs: [{ name: "run", tasks: blocks }] });
  return new ThreadedMachine(inner, team, options.leastWork ?? LEAST_WORK);
};
