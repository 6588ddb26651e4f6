import type { Place } from "../config/place.ts";
import { timeOfStep } from "../config/time.ts";
import { ConfigError, type Issue, issuesOf, StateError } from "../errors/errors.ts";
import type { Machine } from "../program/machine.ts";
import type { PlannedChange } from "./changes.ts";
import type { Frontend } from "./frontend.ts";
import { Injection } from "./injection.ts";
import type { Change, SetWeights } from "./model.ts";
import { partsOf } from "./parameters.ts";
import type { FieldValue, Part, Shift } from "./part.ts";
import {
  findTarget,
  joined,
  type Pathed,
  placeIn,
  placeOfPath,
  type Target,
  type Targets,
  targetsOf,
} from "./paths.ts";
import { type TriggerAction, Triggers } from "./triggers.ts";
import type { NewWeights } from "./weights.ts";

/** A checked value for a parameter. */
interface Setting extends Target<Part> {
  readonly path: string;
  readonly value: FieldValue;
}

/** The same, and whether it changes compiled code. */
export interface ReadSetting extends Setting {
  readonly compiles: boolean;
}

/** A value that was set, with its step. */
interface Logged {
  /** The first step that uses the value, counted from 0. */
  readonly step: number;
  readonly path: string;
  readonly value: FieldValue;
}

/** Spikes that were injected, with their step. */
interface Injected {
  readonly step: number;
  readonly population: number;
  readonly units: readonly number[];
}

/** Weights that were written, with their step. */
interface Weighed extends NewWeights {
  readonly step: number;
}

/** A trigger of records that was started or stopped, with its step. */
interface Triggered {
  readonly step: number;
  readonly trigger: string;
  readonly action: TriggerAction;
}

/** What was changed at a step. */
export type Entry = Logged | Weighed | Injected | Triggered;

/** A checked change of a run. */
type Due = (Logged & { readonly place: Place }) | Weighed | Injected | Triggered;

/** The parameters of a simulation by path, and their changes. */
export class LiveValues {
  readonly #front: Frontend;
  #parts: readonly Part[] = [];
  #targets: Targets<Part> | undefined;
  /** Whether a parameter was ever set. */
  touched = false;
  /** Whether the machine lacks values. */
  unwritten = false;
  /** The fields of the parts whose values it lacks. */
  readonly changed = new Set<object>();
  /** Shifts of the state that the machine lacks. */
  shifts: Shift[] = [];
  /** Changes during a run, which wait for the end of the chunk. */
  #waiting: (Setting | NewWeights)[] = [];
  /** Planned changes of a run that are still to come, in order. */
  #due: Due[] = [];
  /** Changes since the start, the last reset or the last restore. */
  #log: Entry[] = [];
  readonly triggers = new Triggers();
  /** Spikes that units emit in the next step in addition to their own. */
  readonly injection = new Injection();
  /** The same for the step that a run computes now. */
  readonly #armed = new Injection();

  /** Writes weights into the machine. */
  readonly #write: (weights: NewWeights) => void;

  constructor(front: Frontend, write: (weights: NewWeights) => void) {
    this.#front = front;
    this.#write = write;
  }

  /** Takes the shifts of the state out of the list. */
  takeShifts(): readonly Shift[] {
    const { shifts } = this;
    this.shifts = [];
    return shifts;
  }

  /** Returns a copy of the present value. @throws ConfigError for an unknown path */
  get(path: string): FieldValue {
    const place = placeIn("get", path);
    const { part, name } = this.#find(path, place);
    const set = this.#waiting.findLast((one) => "path" in one && one.part === part && one.name === name);
    const value = set && "path" in set ? set.value : part.get(name);
    if (value !== undefined) return copyOf(value);
    throw new ConfigError(place.issue("changes over time, because it was declared with a series. Read that series."));
  }

  /**
   * Sets a parameter from a step on; during a run, from the next call of `apply` on. Returns whether a population must be
   * compiled again.
   * @throws ConfigError, ShapeError for an unknown path or an invalid value, StateError if a population would have to be
   * compiled during a run; without any effect
   */
  set(path: string, given: unknown, step: number, running: boolean, place?: Place): boolean {
    const setting = this.read(path, given, place);
    if (running && setting.compiles) {
      const remedy = "Set it once before the run; later changes compile nothing.";
      throw new StateError(
        `${(place ?? placeIn("set", path)).path} is a constant of the compiled code, so a run cannot change it. ${remedy}`,
      );
    }
    this.take(setting, step, running);
    return setting.compiles;
  }

  /** Reads and checks a value. @throws ConfigError, ShapeError for an unknown path or an invalid value */
  read(path: string, given: unknown, place?: Place): ReadSetting {
    return this.#readSound(path, given) ?? this.#read(path, given, place ?? placeIn("set", path));
  }

  /** A value that needs no further check; undefined if it does. */
  #readSound(path: string, given: unknown): ReadSetting | undefined {
    if (typeof given !== "number") return undefined;
    const found = this.#targets?.get(path);
    if (found?.length !== 1) return undefined;
    const { part, name, others } = found[0]!;
    if ((others?.length ?? 0) > 0 || !part.isSound?.(name, given)) return undefined;
    return { part, name, value: given, path, compiles: false };
  }

  #read(path: string, given: unknown, place: Place): ReadSetting {
    const { part, name } = this.#find(path, place);
    const value = part.read(name, given, place);
    return { part, name, value, path, compiles: part.compiles(name, value) };
  }

  /** Sets a value that was just read, from a step on; during a run, from the next call of `apply` on. */
  take(setting: ReadSetting, step: number, running: boolean): void {
    this.#waiting.push(setting);
    if (!running) this.apply(step);
  }

  /** Writes checked weights from a step on; during a run, from the next call of `apply` on. */
  weigh(weights: NewWeights, step: number, running: boolean): void {
    this.#waiting.push(weights);
    if (!running) this.apply(step);
  }

  /**
   * Prepares the changes of a run, so that they compile nothing later. Returns whether a population must be compiled
   * again.
   * @throws ConfigError with all problems, without any effect
   */
  plan(changes: readonly PlannedChange[]): boolean {
    const issues: Issue[] = [];
    const due: Due[] = [];
    const touched = new Set<Part>();
    for (const { step, place, set, weights: written, inject, trigger: started } of changes) {
      for (const [trigger, action] of started) due.push({ step, trigger, action });
      for (const { projection, weights, numbers } of written) due.push({ step, projection, weights, numbers });
      for (const [population, units] of inject) due.push({ step, population, units });
      for (const [path, given] of set) {
        const own = placeOfPath(place.at("set"), path);
        try {
          const { part, name } = this.#find(path, own);
          const value = part.read(name, given, own);
          touched.add(part);
          part.assume(name, value);
          due.push({ step, path, value, place: own });
        } catch (error) {
          issues.push(...issuesOf(error));
        }
      }
    }
    if (issues.length > 0) {
      for (const part of touched) part.forsake();
      throw new ConfigError(issues);
    }
    const compiled = [...touched].map((part) => part.plan());
    this.touched ||= touched.size > 0;
    for (const part of touched) this.#lack(part);
    this.#due = due;
    return compiled.includes(true);
  }

  /**
   * Applies the changes that wait and those that are due at a step. Returns whether there were any, and the largest
   * number of steps until the next change.
   */
  begin(step: number): { readonly changed: boolean; readonly rows: number } {
    let changed = this.apply(step);
    while (this.#due[0]?.step === step) {
      const due = this.#due.shift()!;
      if ("trigger" in due) this.triggers.add(due.trigger, due.action);
      else if ("units" in due) this.injection.add(due.population, due.units);
      else {
        if ("weights" in due) this.weigh(due, step, true);
        // Checked again, because other code may have set other values during the run.
        else this.set(due.path, due.value, step, true, due.place);
        changed = this.apply(step) || changed;
      }
    }
    for (const [trigger, action] of this.triggers.begin()) this.#log.push({ step, trigger, action });
    this.#armed.take(this.injection);
    // Spikes are injected after their step, so no other step may follow in the chunk.
    if (this.#armed.waits) return { changed: true, rows: 1 };
    return { changed, rows: (this.#due[0]?.step ?? Number.POSITIVE_INFINITY) - step };
  }

  /** Adds the spikes of `begin` to those that a machine emitted in its last step. */
  end(machine: Machine, step: number): void {
    if (!this.#armed.waits) return;
    for (const [population, units] of this.#armed.entries) this.#log.push({ step, population, units });
    this.#armed.emit(machine, step, this.#front.network);
  }

  /** `begin` and `end` for a step that was just made alone. */
  inject(machine: Machine, step: number): void {
    this.#armed.take(this.injection);
    this.end(machine, step);
  }

  /** Drops the planned changes that are still to come. Spikes whose step did not take place wait for the next one. */
  unplan(): void {
    this.#due = [];
    this.injection.take(this.#armed);
  }

  /** The changes from a step on and before another. Their form is that of `changes` of a run. */
  changesIn(from: number, to: number): Change[] {
    const log = this.#log;
    // The last run and step matter most, and a closed loop may have set a million values before.
    let first = log.length;
    while (first > 0 && log[first - 1]!.step >= from) first--;
    return this.changesOf(log.slice(first).filter(({ step }) => step < to));
  }

  /** Forgets the changes so far. */
  forget(): void {
    this.#log = [];
  }

  /** The same for some entries of the log. */
  changesOf(entries: readonly Entry[]): Change[] {
    return changesOf(entries, this.#front.checked.settings.dt, this.#model);
  }

  /** Changes since the start, the last reset or the last restore. */
  get log(): readonly Entry[] {
    return this.#log;
  }

  /** Applies the changes that wait, from a step on. Returns whether there were any. */
  apply(step: number): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      if (!("path" in one)) {
        this.#write(one);
        this.#log.push({ ...one, step });
        continue;
      }
      const { part, name, value, path } = one;
      this.shifts.push(...part.shifts(name, value));
      this.#put({ part, name, value }, step);
      this.#log.push({ step, path, value: copyOf(value) });
    }
    return waiting.length > 0;
  }

  /** Returns all parameters to their declared values. Returns whether a population must be compiled again. */
  reset(): boolean {
    const compiled = this.#parts.map((part) => part.reset());
    if (this.touched) for (const part of this.#parts) this.#lack(part);
    this.shifts = [];
    this.#waiting = [];
    this.#log = [];
    this.injection.clear();
    this.triggers.load();
    return compiled.includes(true);
  }

  /** The parameters that differ from their declared values, by path; undefined if there are none. */
  save(): Record<string, FieldValue> | undefined {
    const saved = this.#parts.flatMap((part) =>
      [...part.declared].flatMap(([name, value]): [string, FieldValue][] => {
        const present = part.get(name)!;
        return present === value ? [] : [[joined(part.path, name), copyOf(present)]];
      }),
    );
    return saved.length > 0 ? Object.fromEntries(saved) : undefined;
  }

  /**
   * Loads what `save` returned. Returns whether a population must be compiled again.
   * @throws ConfigError, ShapeError without any effect
   */
  load(saved: Readonly<Record<string, unknown>>): boolean {
    const read = Object.entries(saved).map(([path, given]) => {
      const place = placeIn("snapshot.values", path);
      const { part, name } = this.#find(path, place);
      return { part, name, value: part.read(name, given, place) };
    });
    let compiled = this.reset();
    for (const put of read) {
      compiled ||= put.part.compiles(put.name, put.value);
      this.#put(put, 0);
    }
    return compiled;
  }

  #put({ part, name, value }: Target<Part> & { readonly value: FieldValue }, step: number): void {
    part.put(name, value, step);
    this.touched = true;
    this.#lack(part);
  }

  /** Notes that the machine lacks the values of a part. */
  #lack({ fields }: Part): void {
    this.unwritten = true;
    if (fields) this.changed.add(fields);
  }

  get #model(): Pathed {
    const { populations, network } = this.#front;
    return { populations, wiring: network?.built.wiring };
  }

  #find(path: string, place: Place): Target<Part> {
    if (!this.#targets) {
      this.#parts = partsOf(this.#front);
      this.#targets = targetsOf(this.#parts, this.#model.wiring);
    }
    return findTarget(this.#targets, this.#model, path, place);
  }
}

const plain = (value: number | ArrayLike<number>): number | number[] =>
  typeof value === "number" ? value : Array.from(value);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Weights as `changes` of a run take them. */
const plainWeights = ({ weights, numbers }: Weighed): SetWeights =>
  numbers ? { synapses: Array.from(numbers), values: plain(weights) } : plain(weights);

/** Changes in the form of `changes` of a run. */
const changesOf = (entries: readonly Entry[], dt: number, { populations, wiring }: Pathed): Change[] => {
  const changes: Writable<Change>[] = [];
  for (const one of entries) {
    const at = timeOfStep(one.step, dt);
    const [kind, key, value] =
      "trigger" in one
        ? (["trigger", one.trigger, one.action] as const)
        : "units" in one
          ? (["inject", populations[one.population]!.name, [...one.units]] as const)
          : "weights" in one
            ? (["weights", wiring!.projections[one.projection]!.name, plainWeights(one)] as const)
            : (["set", one.path, plain(one.value)] as const);
    const last = changes.at(-1);
    // Values that follow one another at the same step stay in order, because a shift of the state rounds.
    if (last?.at !== at || Object.hasOwn(last[kind] ?? {}, key)) changes.push({ at, [kind]: { [key]: value } });
    else Object.assign(last, { [kind]: { ...last[kind], [key]: value } });
  }
  return changes;
};

const copyOf = (value: FieldValue): FieldValue => (typeof value === "number" ? value : value.slice());
