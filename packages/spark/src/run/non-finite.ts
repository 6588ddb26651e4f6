import { timeOfStep } from "../config/time.ts";
import { NonFiniteError } from "../errors/errors.ts";
import type { Machine } from "../program/machine.ts";
import { fillInitial } from "../program/memory.ts";
import { isFiniteState, isFiniteView, type SavedState, statesOf, type Watched } from "./finite.ts";

/** What is known about a run whose state is not finite. */
export interface Failure extends Watched {
  readonly saved: SavedState | undefined;
  /** Whether the steps since the saved or initial state can be repeated. */
  readonly repeatable: boolean;
  /** Numbers of steps after which the state was last finite, and after which it was not. */
  readonly checked: number;
  readonly to: number;
}

/**
 * Finds the step in which the first value became NaN or infinite, by repeating the steps since the last check. The
 * machine is then in that step.
 */
export const nonFiniteError = async (failure: Failure): Promise<NonFiniteError> => {
  const { machine, names, dt, model, to, checked: from } = failure;
  const found = to - from === 1 ? to : await repeat(failure);
  const place = firstIn(machine);
  const { population, name, unit, value, others } = place ?? unknown;
  const owner = names?.[population] ?? model;
  // Names of buffers begin with the name of the population.
  const state = name.slice(name.indexOf(".") + 1);
  const at = (step: number): string => `step ${step}, which ends at ${timeOfStep(step, dt)} ms`;
  const when = found === undefined ? `after step ${from} and not later than ${at(to)}` : `in ${at(found)}`;
  const more = others === 0 ? "" : ` ${others} more ${others === 1 ? "value is" : "values are"} not finite.`;
  const message = `${owner}.${state} of unit ${unit} became ${value} ${when}.${more} Use a shorter dt, smaller inputs or smaller weights, or check the equations. nonFinite: "ignore" accepts such values.`;
  return Object.assign(new NonFiniteError(message), {
    population: names?.[population],
    state,
    unit,
    step: found ?? to,
  });
};

const unknown = { population: 0, name: "state", unit: 0, value: Number.NaN, others: 0 };

/** The first value that is not finite, and the number of others. */
const firstIn = (machine: Machine) => {
  let found: typeof unknown | undefined;
  for (const { population, buffer, view } of statesOf(machine)) {
    if (isFiniteView(view)) continue;
    for (const [unit, value] of view.entries()) {
      if (Number.isFinite(value)) continue;
      if (found) found.others++;
      else
        found = {
          population,
          name: machine.populations[population]!.program.buffers[buffer]!.name,
          unit,
          value,
          others: 0,
        };
    }
  }
  return found;
};

/** Returns the first step, counted from 1, after which the state is not finite; undefined if it cannot be found. */
const repeat = async ({
  machine,
  parts,
  saved,
  checked,
  repeatable,
  to,
  pull,
}: Failure): Promise<number | undefined> => {
  // Inputs that arrive during the run can be read only once.
  const canRepeat = parts.every(({ feeds }) => feeds.every(({ feed }) => !feed.once));
  // Without a saved state, a run from the start begins with the initial state.
  if ((!saved && checked > 0) || !repeatable || !canRepeat) return undefined;
  let k = 0;
  for (const { population, buffer, view } of statesOf(machine)) {
    if (saved) view.set(saved.values[k++]!);
    else fillInitial(machine.populations[population]!.program.buffers[buffer]!, view);
    await machine.push?.(population, buffer);
  }
  machine.setSpikes(saved?.spikes ?? []);
  for (let step = saved?.step ?? 0; step < to; step++) {
    for (const { feeds, population } of parts) {
      for (const { feed, buffers } of feeds) {
        await feed.fill?.(
          buffers.map((buffer) => population.view(buffer)),
          step,
          1,
        );
      }
      // No record is due.
      for (let probe = 0; probe < population.schedule.length; probe += 3) population.schedule.set([1, 1, 0], probe);
    }
    await machine.advance(step, 1);
    await pull();
    if (!isFiniteState(machine)) return step + 1;
  }
  return undefined;
};
