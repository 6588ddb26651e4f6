import type { Precision } from "../config/parse.ts";
import type { Model } from "../model/component.ts";
import type { StepWindow, StepWindows } from "./windows.ts";

export interface SpikePlan extends StepWindow {
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
  readonly over: "units" | "time";
  readonly type: Precision | "i32";
  readonly columns: number;
  readonly rows: number;
}

/** What a record computes instead of the values. */
export type Reduction = "mean" | "std" | "min" | "max";

/** The part of a trace that decides what a machine records for it. */
export type ProgramTrace = Pick<TracePlan, "name" | "units" | "every" | "reduce" | "over">;

/** Whether a trace uses every step, to reduce over time. */
export const takesAll = ({ reduce, over }: Pick<TracePlan, "reduce" | "over">): boolean =>
  reduce !== undefined && over === "time";

export interface RatePlan extends StepWindow {
  readonly units: readonly number[] | undefined;
  /** Width of a bin in steps. */
  readonly bin: number;
  readonly each: boolean;
  readonly columns: number;
  readonly rows: number;
}

export interface RecordPlan {
  readonly spikes: SpikePlan | undefined;
  readonly rate: RatePlan | undefined;
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
export const NOTHING: RecordPlan = { spikes: undefined, rate: undefined, traces: [] };

const bytes = { f32: 4, f64: 8, i32: 4 } as const;
/** The number and the time of a row. */
const ROW_BYTES = 16;

/** Bytes of `rows` rows of a trace or rate. */
export const rowsMemory = (plan: TracePlan | RatePlan, rows: number): number =>
  rows * (ROW_BYTES + plan.columns * ("type" in plan ? bytes[plan.type] : 8));

/** Bytes of the traces and rates of a plan in memory. */
export const planMemory = (plan: RecordPlan): { readonly name: string; readonly bytes: number }[] => [
  ...plan.traces.map((trace) => ({ name: trace.name, bytes: rowsMemory(trace, trace.rows) })),
  ...(plan.rate ? [{ name: "rate", bytes: rowsMemory(plan.rate, plan.rate.rows) }] : []),
];
