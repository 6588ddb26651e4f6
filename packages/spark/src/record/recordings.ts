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
  /** The recorded windows between them, ms, in order; absent if everything between them is recorded. */
  readonly windows?: readonly RecordedWindow[];
  /** Times of all spikes, or of the spikes of one unit, ms: step · dt. */
  times(unit?: number): Float64Array;
}

/** A recorded window, ms: the steps that end at a time t with `from` < t <= `to`. */
export interface RecordedWindow {
  readonly from: number;
  readonly to: number;
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
  /** Number of values in a row. */
  readonly columns: number;
  /** Edges of the bins of a histogram, ascending; undefined for other records. Each unit has one column per bin. */
  readonly edges?: Float64Array;
  /** Values, row by row. */
  readonly values: Float32Array | Float64Array | Int32Array;
  /**
   * Returns the values of one unit over time, in a histogram with all bins of a row side by side. `unit` is its flat
   * index; omit it if the units were reduced.
   * @throws ConfigError if the unit was not recorded
   */
  trace(unit?: number): Float32Array | Float64Array | Int32Array;
}

/** Weights of a projection over time: one row per recorded step, one column per synapse, target unit, or projection. */
export interface WeightRecording {
  /** Name of the projection. */
  readonly name: string;
  /** Physical unit of the values. */
  readonly unit: string;
  /** Number of the synapse of each column; empty if the columns are no single synapses. */
  readonly synapses: Float64Array;
  /** Source unit of each column; empty if the columns are no single synapses. */
  readonly sources: Int32Array;
  /** Target unit of each column; empty if all synapses were reduced to one column. */
  readonly targets: Int32Array;
  /** Step of each row, counted from 1. */
  readonly steps: Float64Array;
  /** Time of each row, ms. */
  readonly times: Float64Array;
  readonly columns: number;
  /** Values, row by row: weights, or their changes. Weights of inhibitory units are magnitudes. */
  readonly values: Float32Array | Float64Array | Int32Array;
}

/** Recordings by name. */
export type Recordings = Readonly<Record<string, SpikeRecording | TraceRecording | WeightRecording>>;

/**
 * `first` and `last` are the first and the last recorded step, counted from 1. `windows` are those between them, if
 * not all of these steps are recorded.
 */
export const spikeRecording = (
  spikes: Pick<SpikeRecording, "steps" | "units" | "dt" | "unitCount">,
  { first, last }: StepWindow,
  windows?: Iterable<StepWindow>,
): SpikeRecording => {
  const { steps, units, dt } = spikes;
  const inMs = (own: StepWindow): RecordedWindow => ({
    from: timeOfStep(own.first - 1, dt),
    to: timeOfStep(own.last, dt),
  });
  return {
    ...spikes,
    ...(windows && { windows: Array.from(windows, inMs) }),
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
  readonly edges?: readonly number[] | Float64Array | undefined;
}): TraceRecording => {
  const { dt, edges: given, ...rest } = options;
  const { columns, values, steps, name, units } = rest;
  const edges = given && Float64Array.from(given);
  const width = edges ? edges.length - 1 : 1;
  return {
    ...rest,
    ...(edges && { edges }),
    times: timesOfSteps(steps, dt),
    trace: (unit) => {
      const column = columnOf(name, unit, units, columns / width);
      return values.filter((_, k) => Math.floor((k % columns) / width) === column);
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
