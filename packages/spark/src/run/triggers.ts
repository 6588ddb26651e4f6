import { suggestName } from "../config/nearest-name.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { Started } from "../record/gate.ts";
import { NOTHING, type RecordPlan, type TracePlan, triggersOf } from "../record/plan.ts";

/** What a caller does with a trigger: starts it for one step, or until it stops it. */
export type TriggerAction = "once" | "start" | "stop";

export const triggerActions: readonly TriggerAction[] = ["once", "start", "stop"];

/** The names of the triggers of some records. */
export const triggerNames = (records: readonly RecordPlan[]): readonly string[] =>
  records.flatMap(triggersOf).flatMap(({ name }) => name ?? []);

/** Refuses a trigger that no record has. Returns whether it is sound. */
export const checkTrigger = (
  name: unknown,
  action: unknown,
  known: readonly string[] | undefined,
  site: Site,
): boolean => {
  const own = site.at(`${name}`);
  if (!triggerActions.includes(action as TriggerAction)) {
    own.refuse(`must be "once", "start" or "stop"; received ${describe(action)}. Give one of these.`);
    return false;
  }
  if (typeof name === "string" && (!known || known.includes(name))) return true;
  const remedy =
    known && known.length > 0
      ? suggestName(`${name}`, known)
      : 'Give a record the option trigger, such as { potential: { trigger: "touch", before: 20 } }.';
  own.refuse(`is no trigger of a record of this run. ${remedy}`);
  return false;
};

/** The records of a run. */
interface Recorded {
  readonly populations: readonly { readonly record: RecordPlan }[];
  /** Only for networks. */
  readonly readouts?: readonly { readonly record: TracePlan | undefined }[];
  readonly weights?: readonly { readonly trace: TracePlan }[];
}

/** All records of a run. */
export const recordsIn = ({ populations, readouts = [], weights = [] }: Recorded): readonly RecordPlan[] => {
  const traces = [...readouts.flatMap(({ record }) => record ?? []), ...weights.map(({ trace }) => trace)];
  return [...populations.map(({ record }) => record), { ...NOTHING, traces }];
};

/** The names of the triggers of a run. */
export const namesIn = (recorded: Recorded): readonly string[] => triggerNames(recordsIn(recorded));

/** The triggers that a caller has started. */
export class Triggers implements Started {
  readonly once = new Set<string>();
  readonly held = new Set<string>();
  /** What the caller did since the last chunk. */
  #waiting: (readonly [name: string, action: TriggerAction])[] = [];

  /** Names that wait for the next chunk. */
  get waiting(): readonly string[] {
    return this.#waiting.map(([name]) => name);
  }

  add(name: string, action: TriggerAction): void {
    this.#waiting.push([name, action]);
  }

  /** Begins a chunk. Returns what the caller did. */
  begin(): readonly (readonly [name: string, action: TriggerAction])[] {
    const begun = this.#waiting;
    this.#waiting = [];
    this.once.clear();
    for (const [name, action] of begun) {
      if (action === "once") this.once.add(name);
      else if (action === "start") this.held.add(name);
      else this.held.delete(name);
    }
    return begun;
  }

  /** Triggers that hold until they are stopped; undefined if there are none. */
  get holding(): Readonly<Record<string, "start">> | undefined {
    return this.held.size > 0 ? Object.fromEntries([...this.held].map((name) => [name, "start"])) : undefined;
  }

  /** What the next chunk begins with; undefined if nothing is started. */
  save(): Readonly<Record<string, "once" | "start">> | undefined {
    const state: Record<string, "once" | "start"> = { ...this.holding };
    for (const [name, action] of this.#waiting) {
      if (action === "stop") delete state[name];
      else if (state[name] !== "start") state[name] = action;
    }
    return Object.keys(state).length > 0 ? state : undefined;
  }

  /** Returns to what `save` returned. */
  load(saved: Readonly<Record<string, "once" | "start">> = {}): void {
    this.once.clear();
    this.held.clear();
    this.#waiting = [];
    for (const [name, action] of Object.entries(saved)) {
      if (action === "start") this.held.add(name);
      else this.add(name, action);
    }
  }
}
