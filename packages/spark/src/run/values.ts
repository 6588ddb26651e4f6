import type { Place } from "../config/place.ts";
import { timeOfStep } from "../config/time.ts";
import { ConfigError, type Issue, issuesOf, StateError } from "../errors/errors.ts";
import type { PlannedChange } from "./changes.ts";
import type { Frontend } from "./frontend.ts";
import type { Change } from "./model.ts";
import { type FieldValue, type Part, partsOf, type Shift } from "./parameters.ts";
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

/** A checked value for a parameter. */
interface Setting extends Target<Part> {
  readonly path: string;
  readonly value: FieldValue;
}

/** A value that was set, with its step. */
interface Logged {
  /** The first step that uses the value, counted from 0. */
  readonly step: number;
  readonly path: string;
  readonly value: FieldValue;
}

/** A checked change of a run. */
interface Due {
  readonly step: number;
  readonly path: string;
  readonly value: FieldValue;
  readonly place: Place;
}

/** The parameters of a simulation by path, and their changes. */
export class LiveValues {
  readonly #front: Frontend;
  #parts: readonly Part[] = [];
  #targets: Targets<Part> | undefined;
  /** Whether a parameter was ever set. */
  touched = false;
  /** Whether the machine lacks values. */
  unwritten = false;
  /** Shifts of the state that the machine lacks. */
  shifts: Shift[] = [];
  /** Changes during a run, which wait for the end of the chunk. */
  #waiting: Setting[] = [];
  /** Planned changes of a run that are still to come, in order. */
  #due: Due[] = [];
  /** Changes since the start, the last reset or the last restore. */
  #log: Logged[] = [];

  constructor(front: Frontend) {
    this.#front = front;
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
    const set = this.#waiting.findLast((setting) => setting.part === part && setting.name === name);
    const value = set?.value ?? part.get(name);
    if (value !== undefined) return copyOf(value);
    throw new ConfigError(place.issue("changes over time, because it was declared with a series. Read that series."));
  }

  /**
   * Sets a parameter from a step on; during a run, from the next call of `apply` on. Returns whether a population must be
   * compiled again.
   * @throws ConfigError, ShapeError for an unknown path or an invalid value, StateError if a population would have to be
   * compiled during a run; without any effect
   */
  set(path: string, given: unknown, step: number, running: boolean, place: Place = placeIn("set", path)): boolean {
    const { part, name } = this.#find(path, place);
    const value = part.read(name, given, place);
    const compiles = part.compiles(name, value);
    if (running && compiles) {
      const remedy = "Set it once before the run; later changes compile nothing.";
      throw new StateError(`${place.path} is a constant of the compiled code, so a run cannot change it. ${remedy}`);
    }
    this.#waiting.push({ part, name, value, path });
    if (!running) this.apply(step);
    return compiles;
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
    for (const { step, place, set } of changes) {
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
    this.unwritten ||= touched.size > 0;
    this.#due = due;
    return compiled.includes(true);
  }

  /** Applies the changes that wait and those that are due at a step. Returns whether there were any. */
  begin(step: number): boolean {
    let applied = this.apply(step);
    while (this.#due[0]?.step === step) {
      const { path, value, place } = this.#due.shift()!;
      // Checked again, because other code may have set other values during the run.
      this.set(path, value, step, true, place);
      applied = this.apply(step) || applied;
    }
    return applied;
  }

  /** Drops the planned changes that are still to come. */
  unplan(): void {
    this.#due = [];
  }

  /** The changes from a step on and before another. Their form is that of `changes` of a run. */
  changesIn(from: number, to: number): Change[] {
    const { dt } = this.#front.checked.settings;
    const changes: { readonly at: number; readonly set: Record<string, number | number[]> }[] = [];
    for (const { step, path, value } of this.#log) {
      if (step < from || step >= to) continue;
      const at = timeOfStep(step, dt);
      const last = changes.at(-1);
      const plain = typeof value === "number" ? value : [...value];
      // Values that follow one another at the same step stay in order, because a shift of the state rounds.
      if (last?.at === at && !Object.hasOwn(last.set, path)) last.set[path] = plain;
      else changes.push({ at, set: { [path]: plain } });
    }
    return changes;
  }

  /** Applies the changes that wait, from a step on. Returns whether there were any. */
  apply(step: number): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { part, name, value, path } of waiting) {
      this.shifts.push(...part.shifts(name, value));
      this.#put({ part, name, value }, step);
      this.#log.push({ step, path, value: copyOf(value) });
    }
    return waiting.length > 0;
  }

  /** Returns all parameters to their declared values. Returns whether a population must be compiled again. */
  reset(): boolean {
    const compiled = this.#parts.map((part) => part.reset());
    this.unwritten = this.touched;
    this.shifts = [];
    this.#waiting = [];
    this.#log = [];
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
    this.unwritten = true;
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

const copyOf = (value: FieldValue): FieldValue => (typeof value === "number" ? value : value.slice());
