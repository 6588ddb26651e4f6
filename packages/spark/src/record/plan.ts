import type { Precision } from "../config/parse.ts";
import type { Model } from "../model/component.ts";
import type { StepWindow, StepWindows } from "./windows.ts";

export interface SpikePlan extends StepWindow {
  /** The windows between `first` and `last`; undefined if all these steps are recorded. */
  readonly windows?: StepWindows | undefined;
  readonly units: readonly number[] | undefined;
}

export interface TracePlan extends StepWindow {
  /** The windows between `first` and `last`; undefined if all these steps are recorded. */
  readonly windows?: StepWindows | undefined;
  readonly name: string;
  readonly unit: string;
  readonly units: readonly number[] | undefined;
  readonly every: number;
  readonly reduce: Reduction | undefined;
  readonly over: Over;
  /** Edges of the bins of a histogram, ascending. */
  readonly edges?: readonly number[] | undefined;
  readonly type: Precision | "i32";
  /** Number of values in a row: one per unit, and in a histogram per unit and bin. */
  readonly columns: number;
  readonly rows: number;
}

/** What `reduce` combines: the units of a step, the steps of an interval for each unit, or both. */
export type Over = "units" | "time" | "all";

/** What a record computes instead of the values. */
export type Reduction = "mean" | "std" | "min" | "max" | "histogram";

/** The part of a trace that decides what a machine records for it. */
export type ProgramTrace = Pick<TracePlan, "name" | "units" | "every" | "reduce" | "over">;

/** Whether a trace uses every step, to reduce over time. */
export const takesAll = ({ reduce, over }: Pick<TracePlan, "reduce" | "over">): boolean =>
  reduce !== undefined && over !== "units";

/** Spikes counted in bins: as rates in Hz, or as the share of units that spike. */
export interface RatePlan extends StepWindow {
  readonly name: "rate" | "activeFraction";
  /** The windows between `first` and `last`, whose bins begin with them; undefined if all these steps are recorded. */
  readonly windows?: StepWindows | undefined;
  readonly units: readonly number[] | undefined;
  /** Width of a bin in steps. */
  readonly bin: number;
  readonly each: boolean;
  readonly columns: number;
  readonly rows: number;
}

export interface RecordPlan {
  readonly spikes: SpikePlan | undefined;
  /** Counted spikes: the rate, the active fraction, or both. */
  readonly binned: readonly RatePlan[];
  readonly traces: readonly TracePlan[];
}

export interface RunSpan {
  readonly model: Model;
  readonly units: number;
  readonly dt: number;
  readonly precision: Precision;
  /** Steps before the first step of the run. */
  readonly before: number;
  readonly steps: number;
  /** Collects a sentence for each window that exceeds the run. */
  readonly cuts: string[];
}

/** The plan of a run without records. */
export const NOTHING: RecordPlan = { spikes: undefined, binned: [], traces: [] };

/** Whether a plan records anything. */
export const isNothing = ({ spikes, binned, traces }: RecordPlan): boolean =>
  !spikes && binned.length === 0 && traces.length === 0;

const bytes = { f32: 4, f64: 8, i32: 4 } as const;
/** The number and the time of a row. */
const ROW_BYTES = 16;

/** Bytes of `rows` rows of a trace or rate. */
export const rowsMemory = (plan: TracePlan | RatePlan, rows: number): number =>
  rows * (ROW_BYTES + plan.columns * ("type" in plan ? bytes[plan.type] : 8));

/** Bytes of the traces and rates of a plan in memory. */
export const planMemory = (plan: RecordPlan): { readonly name: string; readonly bytes: number }[] => [
  ...[...plan.traces, ...plan.binned].map((own) => ({ name: own.name, bytes: rowsMemory(own, own.rows) })),
];
