import type { FlatPopulation, PerUnit } from "../network.ts";
import { currentsOf } from "../recorded.ts";
import { numberText, perUnitText, type Store, type Writing } from "../script/script.ts";
import { type Cell, timeOf } from "./cells.ts";

/* Input currents: an offset current for each unit, and the steps of those that change. */

/** The first step, counted from 1, in which a current source of PyNN acts on NEST. */
const FIRST = 3;

export interface Currents {
  /** Text of the offset current, nA; undefined for none. */
  readonly offset: string | undefined;
  /** Lines of the script that inject the changes. */
  readonly lines: readonly string[];
}

/** Writes the current of a population. The offset current is that of the first step. */
export const currentsText = async (
  population: FlatPopulation,
  cell: Cell,
  own: string,
  { network, store, report }: Writing,
): Promise<Currents> => {
  const { units, inputs, name } = population;
  const isDriven = "current" in inputs;
  const values = isDriven ? await currentsOf(population, network) : new Float64Array(units);
  const first = values.subarray(0, units);
  const offset = Float64Array.from(first, cell.offset);
  const text = offset.every((value) => value === 0) ? undefined : offsetText(offset, own, store);
  if (!isDriven) return { offset: text, lines: [] };
  const changes = changesOf(values, cell, units, network.dt);
  const path = `inputs.${name}.current`;
  const late = Math.min(network.steps, FIRST - 1);
  const isLate = values.subarray(0, late * units).some((value, k) => value !== first[k % units]);
  if (isLate)
    report.approximate(
      path,
      "current",
      "StepCurrentSource",
      `Current sources of PyNN act on NEST from step ${FIRST} on, so the current of the first step lasts for ${FIRST - 1} steps. Begin with ${FIRST - 1} equal steps for the same spikes.`,
    );
  else report.faithful(path, "current", changes.counts.some((count) => count > 0) ? "StepCurrentSource" : "i_offset");
  return { offset: text, lines: sourcesText(changes, own, store) };
};

const offsetText = (offset: PerUnit, own: string, store: Store): string =>
  perUnitText(offset, `${own}_i_offset`, store);

interface Changes {
  /** Changes of each unit. */
  readonly counts: Int32Array;
  /** ms: the start of a step. */
  readonly times: Float64Array;
  /** nA, relative to the offset current. */
  readonly amplitudes: Float64Array;
  /** Whether all units have the changes of the first one. */
  readonly isShared: boolean;
}

const changesOf = (values: Float64Array, cell: Cell, units: number, dt: number): Changes => {
  const steps = values.length / units;
  const counts = new Int32Array(units);
  const times: number[] = [];
  const amplitudes: number[] = [];
  for (let unit = 0; unit < units; unit++) {
    const first = values[unit]!;
    let last = first;
    for (let step = FIRST; step <= steps; step++) {
      const value = values[(step - 1) * units + unit]!;
      if (value === last) continue;
      last = value;
      counts[unit]!++;
      times.push(timeOf(step - 1, dt));
      amplitudes.push(cell.offset(value, unit) - cell.offset(first, unit));
    }
  }
  const length = counts[0] ?? 0;
  const isShared =
    counts.every((count) => count === length) &&
    times.every((time, k) => time === times[k % length]) &&
    amplitudes.every((amplitude, k) => amplitude === amplitudes[k % length]);
  return { counts, times: Float64Array.from(times), amplitudes: Float64Array.from(amplitudes), isShared };
};

/** Longest list that stands in the script itself. */
const SHORT = 4;

const sourcesText = ({ counts, times, amplitudes, isShared }: Changes, own: string, store: Store): string[] => {
  if (times.length === 0) return [];
  const title = "# The current relative to i_offset, nA, from the times of its changes (ms) on.";
  if (!isShared) {
    const parts = [times, amplitudes].map(
      (list, k) => `per_unit(${store(`${own}_current_${k === 0 ? "times" : "values"}`, list)}, ${own}_current_counts)`,
    );
    return [
      title,
      `${own}_current_counts = ${store(`${own}_current_counts`, counts)}`,
      `for unit, (times, values) in enumerate(zip(${parts.join(", ")})):`,
      "    if len(times) > 0:",
      `        sim.StepCurrentSource(times=times, amplitudes=values).inject_into(${own}[unit:unit + 1])`,
    ];
  }
  const length = counts[0]!;
  const text = (list: Float64Array, name: string): string => {
    const one = list.subarray(0, length);
    return length > SHORT
      ? store(`${own}_current_${name}`, one.slice())
      : `[${Array.from(one, numberText).join(", ")}]`;
  };
  return [
    title,
    `sim.StepCurrentSource(times=${text(times, "times")}, amplitudes=${text(amplitudes, "values")}).inject_into(${own})`,
  ];
};
