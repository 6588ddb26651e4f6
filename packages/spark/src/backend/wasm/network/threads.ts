import type { NetworkMachine, SpikesInFlight } from "../../../program/machine.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import type { Team } from "../team.ts";
import type { ThreadedOptions } from "../threads.ts";
import { WasmNetwork } from "./network.ts";

/** Operations on units between two meetings below which meeting takes longer than sharing saves. */
const LEAST_WORK = 3e5;
const WHOLE = 0;
const SHARDS = 1;

/** A network whose shards are shared among threads. They meet once in as many steps as the shortest delay takes. */
class ThreadedNetwork implements NetworkMachine {
  readonly network: NetworkProgram;
  readonly populations: NetworkMachine["populations"];
  readonly #inner: WasmNetwork;
  readonly #team: Team;
  readonly #shares: boolean;
  readonly #free: boolean;

  constructor(inner: WasmNetwork, team: Team, { leastWork = LEAST_WORK, free = false }: ThreadedNetworkOptions) {
    this.network = inner.network;
    this.populations = inner.populations;
    this.#inner = inner;
    this.#team = team;
    const operations = inner.network.populations.reduce(
      (sum, { program }) => sum + program.step.nodes.length * program.units,
      0,
    );
    this.#shares = operations * inner.layout.group >= leastWork && inner.network.shards.length > 1;
    this.#free = free;
  }

  advance(firstStep: number, rows: number): void | Promise<void> {
    if (!this.#shares && !this.#free) return this.#inner.advance(firstStep, rows);
    const { head, phase } = this.#inner.begin(firstStep);
    const at: Position = { firstStep, row: 0, rows, head, phase };
    for (let wait = this.#next(at); ; wait = this.#next(at)) {
      if (wait) return this.#rest(at, wait);
      if (at.row >= rows) return this.#inner.advanced(firstStep + rows);
    }
  }

  async #rest(at: Position, first: Promise<void>): Promise<void> {
    await first;
    while (at.row < at.rows) await this.#next(at);
    this.#inner.advanced(at.firstStep + at.rows);
  }

  /** The steps up to the next meeting, or all where one thread takes them. */
  #next(at: Position): void | Promise<void> {
    const { group, cycle, ring } = this.#inner.layout;
    const { firstStep, row, rows, head, phase } = at;
    if (row >= rows) return;
    const count = this.#shares ? Math.min(group - (phase % group), cycle - phase, rows - row) : rows - row;
    at.row += count;
    at.head = (head + count) % ring.depth;
    at.phase = (phase + count) % cycle;
    return this.#team.round(this.#shares ? SHARDS : WHOLE, [(firstStep + row) | 0, row, head, phase, row + count]);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    return this.#inner.spikesBefore(step);
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#inner.setSpikes(spikes);
  }

  get broken(): boolean {
    return this.#team.broken;
  }

  dispose(): void {
    this.#inner.dispose();
  }
}

/** Where a chunk stands. */
interface Position {
  readonly firstStep: number;
  readonly rows: number;
  row: number;
  head: number;
  phase: number;
}

export interface ThreadedNetworkOptions extends ThreadedOptions {
  /** Whether the calling thread must stay free: where the team does without it. */
  readonly free?: boolean;
}

/** A network for a team's threads, until the team gets something else; the team is not disposed with it. */
export const createThreadedNetwork = async (
  network: NetworkProgram,
  team: Team,
  options: ThreadedNetworkOptions = {},
): Promise<NetworkMachine> => {
  const inner = new WasmNetwork(network, true);
  const jobs = [
    { name: "advance", tasks: [[]] },
    { name: "shard", tasks: network.shards.map((_, shard) => [shard]) },
  ];
  await team.load({ module: inner.module, memory: inner.memory, jobs });
  return new ThreadedNetwork(inner, team, options);
};
