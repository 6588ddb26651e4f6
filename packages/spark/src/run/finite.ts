import { hasFiniteSum } from "../inputs/values.ts";
import type { Machine, SpikesInFlight, View } from "../program/machine.ts";
import type { LoopOptions, LoopPart } from "./loop.ts";

/** Values of the state at a step, from which a run can be repeated. */
export interface SavedState {
  /** Steps before it. */
  readonly step: number;
  /** The views of `statesOf`, in order. */
  readonly values: readonly View[];
  readonly spikes: readonly SpikesInFlight[];
}

/** Values and spikes per check beyond which the state is not saved: a copy would take too much memory. */
const MOST_SAVED = 2 ** 22;
/** A check waits for this multiple of the time that the last one took, so that checks take at most 1 % of a run. */
const RARITY = 100;
/** Estimated time to check and save a value, in milliseconds. */
const CHECK_TIME = 2e-6;
/** Steps of a run from which on a copy of the state takes a small part of the time. */
const MANY_STEPS = 2000;

/** The state variables of a machine. */
export const statesOf = function* ({ populations }: Machine): Generator<{
  readonly population: number;
  readonly buffer: number;
  readonly view: View;
}> {
  for (const [population, { program, view }] of populations.entries()) {
    for (const [buffer, { role }] of program.buffers.entries()) {
      if (role !== "state") continue;
      yield { population, buffer, view: view.call(populations[population], buffer).subarray(0, program.units) };
    }
  }
};

/** Whether all values are finite. Only a sum that overflowed needs a look at each value. */
export const isFiniteView = (view: View): boolean => hasFiniteSum(view) || view.every(Number.isFinite);

const isFloat = (view: View): boolean => view instanceof Float32Array || view instanceof Float64Array;

export const isFiniteState = (machine: Machine): boolean => {
  for (const { view } of statesOf(machine)) if (isFloat(view) && !isFiniteView(view)) return false;
  return true;
};

/** What the check of a run and its message need. */
export interface Watched {
  readonly machine: Machine;
  readonly parts: readonly LoopPart[];
  /** Names of the populations; undefined for a single population. */
  readonly names: readonly string[] | undefined;
  readonly model: string;
  readonly dt: number;
  /** Updates the views of the state. */
  readonly pull: () => void | Promise<void>;
}

/**
 * Checks between the chunks of a run whether the state is finite. The run has `steps` steps after `before` others. The
 * check throws a NonFiniteError, after which the state is lost.
 */
export const watchState = (watched: Watched, course: { lost: boolean }, before: number, steps: number): StateWatch => {
  const watch = new FiniteWatch(watched, before, steps);
  const refuse = async (to: number, fails: boolean | Promise<boolean>): Promise<void> => {
    if (!(await fails)) return;
    // The state is of no use, and finding the step changes it.
    course.lost = true;
    const { saved, checked, repeatable } = watch;
    throw await (await import("./non-finite.ts")).nonFiniteError({ ...watched, saved, checked, repeatable, to });
  };
  const check: StateWatch["check"] = (step, last) => {
    const fails = watch.fails(step, last);
    if (fails) return refuse(step, fails);
  };
  return { check, changed: () => watch.changed() };
};

/** The check of a run. */
export interface StateWatch {
  readonly check: NonNullable<LoopOptions["check"]>;
  /** Tells that parameters, state or spikes in transit were changed, so that earlier steps cannot be repeated. */
  changed(): void;
}

/** An upper estimate of the spikes in transit, if units spike as they did in the last chunk. */
const transitOf = ({ network: { longestDelay }, populations }: Machine): number => {
  let transit = 0;
  for (const population of longestDelay > 0 ? populations : []) {
    const { spikes, padded } = population.program;
    const words = population.view(spikes!);
    let used = 0;
    for (const word of words) if (word !== 0) used++;
    transit += (used / words.length) * padded * longestDelay;
  }
  return transit;
};

/** Detects state variables that are not finite, between the chunks of a run. */
class FiniteWatch {
  readonly #machine: Machine;
  readonly #pull: () => void | Promise<void>;
  /** The last state that was saved; undefined if it is the initial one, or unknown. */
  saved: SavedState | undefined;
  /** The step of the last check. */
  checked: number;
  /** Whether the steps since the saved or initial state can be repeated. */
  repeatable = true;
  #due: number;

  constructor({ machine, pull }: Watched, before: number, steps: number) {
    this.#machine = machine;
    this.#pull = pull;
    this.checked = before;
    const values = machine.populations.reduce((sum, { program }) => sum + program.units * program.buffers.length, 0);
    this.#due = performance.now() + RARITY * values * CHECK_TIME;
    // The first run starts from the initial state, which need not be saved.
    if (before > 0 && steps >= MANY_STEPS) this.#save(before);
  }

  changed(): void {
    this.repeatable = false;
  }

  /** Checks the state after `step` steps, if it is time or `last` is true. Returns whether a value is not finite. */
  fails(step: number, last: boolean): boolean | Promise<boolean> {
    const start = performance.now();
    if (start < this.#due && !last) return false;
    const pulling = this.#pull();
    return pulling ? pulling.then(() => this.#fails(step, last, start)) : this.#fails(step, last, start);
  }

  #fails(step: number, last: boolean, start: number): boolean {
    if (!isFiniteState(this.#machine)) return true;
    if (!last) {
      this.#save(step);
      this.repeatable = this.saved !== undefined;
      const end = performance.now();
      this.#due = end + RARITY * (end - start);
    }
    this.checked = step;
    return false;
  }

  #save(step: number): void {
    const views = [...statesOf(this.#machine)].map(({ view }) => view);
    const before = this.saved?.values;
    this.saved = undefined;
    if (views.reduce((sum, { length }) => sum + length, transitOf(this.#machine)) > MOST_SAVED) return;
    const values = views.map((view, k) => {
      const room = before?.[k];
      if (room?.length !== view.length) return view.slice();
      room.set(view);
      return room;
    });
    this.saved = { step, values, spikes: this.#machine.spikesBefore(step) };
  }
}
