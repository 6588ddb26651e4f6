import type { Precision } from "../config/parse.ts";
import type { Model } from "../model/component.ts";

/** Steps, from 1, that a record covers, both ends included. */
export interface StepWindow {
  readonly first: number;
  readonly last: number;
}

export interface SpikePlan extends StepWindow {
  readonly units: readonly number[] | undefined;
}

export interface TracePlan extends StepWindow {
  readonly name: string;
  readonly unit: string;
  readonly units: readonly number[] | undefined;
  readonly every: number;
  readonly reduce: "mean" | "min" | "max" | undefined;
  readonly over: "units" | "time";
  readonly type: Precision | "i32";
  readonly columns: number;
  readonly rows: number;
}

export interface RatePlan extends StepWindow {
  readonly units: readonly number[] | undefined;
  /** Steps of a bin. */
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
  /** Steps before the run's first one. */
  readonly before: number;
  readonly steps: number;
}

/** A run that keeps nothing. */
export const NOTHING: RecordPlan = { spikes: undefined, rate: undefined, traces: [] };

const bytes = { f32: 4, f64: 8, i32: 4 } as const;
/** The number and the time of a row. */
const ROW_BYTES = 16;

/** Bytes that `rows` rows of a trace or rate take. */
export const rowsMemory = (plan: TracePlan | RatePlan, rows: number): number =>
  rows * (ROW_BYTES + plan.columns * ("type" in plan ? bytes[plan.type] : 8));

/** Bytes that the traces and rates of a plan take when kept in memory. */
export const planMemory = (plan: RecordPlan): { readonly name: string; readonly bytes: number }[] => [
  ...plan.traces.map((trace) => ({ name: trace.name, bytes: rowsMemory(trace, trace.rows) })),
  ...(plan.rate ? [{ name: "rate", bytes: rowsMemory(plan.rate, plan.rate.rows) }] : []),
];
