import type { Precision } from "../config/parse.ts";
import type { UnitList } from "../config/unit-list.ts";

/** Which steps a record covers: those whose end t, ms, has from < t ≤ to. */
export interface RecordWindow {
  /** Default: the start of the run. */
  readonly from?: number;
  /** Default: the end of the run. */
  readonly to?: number;
}

/** What to keep of the spikes. */
export interface SpikeRecordOptions extends RecordWindow {
  /** Flat indices of the units to keep; all when left out. */
  readonly units?: UnitList;
}

/** What to keep of a variable. */
export interface TraceRecordOptions extends RecordWindow {
  /** Flat indices of the units to keep, in the order of the columns; all when left out. */
  readonly units?: UnitList;
  /** Keeps every n-th step, counted from the start of the window. Default 1. */
  readonly every?: number;
  /** Keeps one number in place of many: over the chosen units of a step, or over the steps of each interval. */
  readonly reduce?: "mean" | "min" | "max";
  /** What `reduce` goes over: the units (default), or the `every` steps up to each kept one. */
  readonly over?: "units" | "time";
  /** Precision in which values are kept; the run's own when left out. */
  readonly dtype?: Precision;
}

/** Spikes counted in bins. */
export interface RateRecordOptions extends RecordWindow {
  /** Width of a bin, ms; a whole number of steps. */
  readonly bin: number;
  /** Flat indices of the units to count, in the order of the columns; all when left out. */
  readonly units?: UnitList;
  /** True for one column a unit; false (default) for the mean over the chosen units. */
  readonly each?: boolean;
}

/** What a run keeps. Every state variable of the component may be named; `potential` is absolute. */
export type RecordOptions<S extends string = string> = string extends S
  ? { readonly [name: string]: boolean | SpikeRecordOptions | TraceRecordOptions | RateRecordOptions | undefined }
  : { readonly outSpikes?: boolean | SpikeRecordOptions; readonly rate?: RateRecordOptions } & {
      readonly [K in S]?: boolean | TraceRecordOptions;
    };
