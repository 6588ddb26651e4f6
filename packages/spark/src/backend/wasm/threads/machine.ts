import type { NetworkProgram } from "../../../program/network.ts";
import { WasmMachine } from "../machine.ts";
import type { Team } from "./team.ts";

/** Number of operations on units in a chunk below which waking threads takes longer than it saves. */
const LEAST_WORK = 5e6;

/** When the calling thread does the work alone, and whether it takes part. */
export interface ThreadedOptions {
  /** Number of operations on units above which threads are used; 0 if the calling thread must stay free. */
  readonly leastWork?: number;
  /** Whether the calling thread must stay free, because it is not part of the team. */
  readonly free?: boolean;
}

/** A machine whose blocks of units are shared among threads, which synchronise once per chunk. */
export class ThreadedMachine extends WasmMachine {
  readonly #team: Team;
  readonly #leastRows: number;

  constructor(network: NetworkProgram, team: Team, { leastWork = LEAST_WORK, free = false }: ThreadedOptions = {}) {
    super(network, true);
    this.#team = team;
    this.#leastRows = free ? 0 : leastWork / Math.max(1, operationsOf(network));
  }

  get broken(): boolean {
    return this.#team.broken;
  }

  override advance(firstStep: number, rows: number): void | Promise<void> {
    if (!this.work || rows < 1 || rows < this.#leastRows) return this.advanceHere(firstStep, rows);
    if (!this.#team.holds(this.work)) return this.#team.load(this.work).then(() => this.advance(firstStep, rows));
    this.requireRows(rows);
    return this.#team.round(0, [firstStep | 0, rows]);
  }
}

/** Number of operations on units in one step. */
export const operationsOf = ({ populations }: NetworkProgram): number =>
  populations.reduce((sum, { program }) => sum + program.step.nodes.length * program.units, 0);
