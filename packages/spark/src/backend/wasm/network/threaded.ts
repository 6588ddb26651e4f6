import type { NetworkProgram } from "../../../program/network.ts";
import { operationsOf, type ThreadedOptions } from "../threads/machine.ts";
import { Payoff } from "../threads/payoff.ts";
import type { Team } from "../threads/team.ts";
import { WasmNetwork } from "./machine.ts";

/** Number of operations on units between two synchronisations below which these take longer than sharing saves. */
const LEAST_WORK = 3e5;
/** Indices of jobs. */
const WHOLE = 0;
const SHARDS = 1;

/** Position within a chunk. */
interface Position {
  readonly firstStep: number;
  readonly rows: number;
  row: number;
  head: number;
  phase: number;
}

/** A network whose shards are shared among threads, which synchronise once per shortest delay. */
export class ThreadedNetwork extends WasmNetwork {
  readonly #team: Team;
  readonly #shares: boolean;
  readonly #free: boolean;
  readonly #payoff = new Payoff();

  constructor(network: NetworkProgram, team: Team, { leastWork = LEAST_WORK, free = false }: ThreadedOptions = {}) {
    super(network, true);
    this.#team = team;
    this.#shares = operationsOf(network) * this.layout.group >= leastWork && network.shards.length > 1;
    this.#free = free;
  }

  get broken(): boolean {
    return this.#team.broken;
  }

  override advance(firstStep: number, rows: number): void | Promise<void> {
    const alone = !this.#free && !(this.#shares && this.#payoff.pays(performance.now()));
    if (alone || !this.work || rows < 1) return this.advanceHere(firstStep, rows);
    if (!this.#team.holds(this.work)) return this.#team.load(this.work).then(() => this.advance(firstStep, rows));
    const { head, phase } = this.begin(firstStep, rows);
    const at: Position = { firstStep, row: 0, rows, head, phase };
    for (let wait = this.#next(at); ; wait = this.#next(at)) {
      if (wait) return this.#rest(at, wait);
      if (at.row >= rows) return this.advanced(firstStep + rows);
    }
  }

  async #rest(at: Position, first: Promise<void>): Promise<void> {
    await first;
    while (at.row < at.rows) await this.#next(at);
    this.advanced(at.firstStep + at.rows);
  }

  /** Computes the steps up to the next synchronisation, or all if one thread computes them. */
  #next(at: Position): void | Promise<void> {
    const { group, cycle, ring } = this.layout;
    const { firstStep, row, rows, head, phase } = at;
    if (row >= rows) return;
    const begin = performance.now();
    const first = [(firstStep + row) | 0, row, head, phase];
    if (!this.#free && !this.#payoff.pays(begin)) {
      at.row = rows;
      return this.advanceFrom(first, rows);
    }
    if (this.#shares) this.pass?.();
    const count = this.#shares ? Math.min(group - (phase % group), cycle - phase, rows - row) : rows - row;
    at.row += count;
    at.head = (head + count) % ring.depth;
    at.phase = (phase + count) % cycle;
    const wait = this.#team.round(this.#shares ? SHARDS : WHOLE, [...first, row + count]);
    if (!wait) return this.#note(begin);
    return wait.then(() => this.#note(begin));
  }

  #note(begin: number): void {
    if (this.#free) return;
    const { ownTime, ownTasks } = this.#team;
    const now = performance.now();
    const tasks = this.network.shards.length;
    // The round is informative only if other threads joined and the calling thread measured a task.
    if (ownTasks > 0 && ownTasks < tasks) this.#payoff.note(now, now - begin, (ownTime * tasks) / ownTasks);
  }
}
