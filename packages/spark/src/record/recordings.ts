import { describe } from "../config/shape.ts";
import { timeOfStep, timesOfSteps } from "../config/time.ts";
import { ConfigError } from "../errors/errors.ts";
import type { StepWindow } from "./windows.ts";

/** Spikes as events, ordered by step and then by unit. */
export interface SpikeRecording {
  /** Step of each spike, counted from 1. */
  readonly steps: Uint32Array;
  /** Flat index of the unit of each spike, counted from 0. */
  readonly units: Uint32Array;
  readonly count: number;
  /** Time step of the run, ms. */
  readonly dt: number;
  /** Number of units of the population; undefined if only some of its units were recorded. */
  readonly unitCount: number | undefined;
  /** The recorded window, ms: spikes with `from` < time <= `to`. A run that ended early also ends the window. */
  readonly from: number;
  readonly to: number;
  /** Times of all spikes, or of the spikes of one unit, ms: step · dt. */
  times(unit?: number): Float64Array;
}

/** A variable over time: one row per recorded step, one column per unit. */
export interface TraceRecording {
  readonly name: string;
  /** Physical unit of the values. */
  readonly unit: string;
  /** Flat index of the unit of each column; empty if the units were reduced to one column. */
  readonly units: Uint32Array;
  /** Step of each row, counted from 1. */
  readonly steps: Float64Array;
  /** Time of each row, ms. */
  readonly times: Float64Array;
  readonly columns: number;
  /** Values, row by row. */
  readonly values: Float32Array | Float64Array | Int32Array;
  /**
   * Returns the values of one unit over time. `unit` is its flat index; omit it if there is only one column.
   * @throws ConfigError if the unit was not recorded
   */
  trace(unit?: number): Float32Array | Float64Array | Int32Array;
}

/** Recordings by name. */
export type Recordings = Readonly<Record<string, SpikeRecording | TraceRecording>>;

/** `first` and `last` are the first and the last recorded step, counted from 1. */
export const spikeRecording = (
  spikes: Pick<SpikeRecording, "steps" | "units" | "dt" | "unitCount">,
  { first, last }: StepWindow,
): SpikeRecording => {
  const { steps, units, dt } = spikes;
  return {
    ...spikes,
    count: steps.length,
    from: timeOfStep(first - 1, dt),
    to: timeOfStep(last, dt),
    times: (unit) => {
      const chosen = unit === undefined ? steps : steps.filter((_, k) => units[k] === unit);
      return timesOfSteps(chosen, dt);
    },
  };
};

export const traceRecording = (options: {
  readonly name: string;
  readonly unit: string;
  readonly units: Uint32Array;
  readonly steps: Float64Array;
  readonly dt: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array | Int32Array;
}): TraceRecording => {
  const { dt, ...rest } = options;
  const { columns, values, steps, name, units } = rest;
  return {
    ...rest,
    times: timesOfSteps(steps, dt),
    trace: (unit) => {
      const column = columnOf(name, unit, units, columns);
      return values.filter((_, k) => k % columns === column);
    },
  };
};

const columnOf = (name: string, unit: number | undefined, units: Uint32Array, columns: number): number => {
  if (unit === undefined && columns === 1) return 0;
  const column = unit === undefined ? -1 : units.indexOf(unit);
  if (column >= 0) return column;
  const some = [...units.subarray(0, 6), ...(units.length > 6 ? ["…"] : [])].join(", ");
  const remedy = units.length === 0 ? "The units were reduced to one column: omit the index." : `Recorded: ${some}.`;
  throw new ConfigError({
    path: `${name}.trace`,
    message: `takes the index of a recorded unit; received ${describe(unit)}. ${remedy}`,
  });
};
