import { timeOfStep } from "../time.ts";

/** Spikes as events, ordered by step and then by unit. */
export interface SpikeRecording {
  /** Number of the step of each spike, from 1. */
  readonly steps: Uint32Array;
  /** Flat index of the unit of each spike, from 0. */
  readonly units: Uint32Array;
  readonly count: number;
  /** Times of all spikes, or of one unit's, ms: step · dt. */
  times(unit?: number): Float64Array;
}

/** A variable over time: rows are kept steps, columns units. */
export interface TraceRecording {
  readonly name: string;
  /** Physical unit of the values. */
  readonly unit: string;
  /** Flat indices of the columns' units; empty where the columns were reduced to one. */
  readonly units: Uint32Array;
  /** Number of the step of each row, from 1. */
  readonly steps: Float64Array;
  /** Time of each row, ms. */
  readonly times: Float64Array;
  readonly columns: number;
  /** Row by row. */
  readonly values: Float32Array | Float64Array | Int32Array;
  /** The values of one column, from 0. */
  trace(column?: number): Float32Array | Float64Array | Int32Array;
}

export const spikeRecording = (steps: Uint32Array, units: Uint32Array, dt: number): SpikeRecording => ({
  steps,
  units,
  count: steps.length,
  times: (unit) => {
    const chosen = unit === undefined ? steps : steps.filter((_, k) => units[k] === unit);
    return Float64Array.from(chosen, (step) => timeOfStep(step, dt));
  },
});

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
  const { columns, values, steps, name } = rest;
  return {
    ...rest,
    times: steps.map((step) => timeOfStep(step, dt)),
    trace: (column = 0) => {
      if (!Number.isInteger(column) || column < 0 || column >= columns) {
        throw new RangeError(
          `${name}.trace takes a column from 0 to ${columns - 1}; received ${column}. Columns follow the order of units.`,
        );
      }
      return values.filter((_, k) => k % columns === column);
    },
  };
};
