import type { PlannedRun } from "../runs.ts";

/** The runs that wait. A process keeps its group as long as it has runs, because one simulation serves a group. */
export class RunQueue {
  readonly #groups: PlannedRun[][];
  readonly #owned = new Map<object, PlannedRun[]>();

  constructor(groups: readonly (readonly PlannedRun[])[]) {
    this.#groups = groups.map((group) => [...group]).filter((group) => group.length > 0);
  }

  /** The next run for a process: of its group, of a group without a process, or of the second half of the largest. */
  next(owner: object): PlannedRun | undefined {
    const own = this.#owned.get(owner);
    if (own?.length) return own.shift();
    const group = this.#groups.shift() ?? this.#half();
    if (!group) return undefined;
    this.#owned.set(owner, group);
    return group.shift();
  }

  #half(): PlannedRun[] | undefined {
    let largest: PlannedRun[] = [];
    for (const group of this.#owned.values()) if (group.length > largest.length) largest = group;
    return largest.length === 0 ? undefined : largest.splice(Math.floor(largest.length / 2));
  }

  /** Takes runs back from a process that has ended. */
  giveBack(owner: object, runs: readonly PlannedRun[]): void {
    const left = [...runs, ...(this.#owned.get(owner) ?? [])];
    this.#owned.delete(owner);
    if (left.length > 0) this.#groups.unshift(left);
  }

  get isEmpty(): boolean {
    return this.#groups.length === 0 && [...this.#owned.values()].every(({ length }) => length === 0);
  }
}
