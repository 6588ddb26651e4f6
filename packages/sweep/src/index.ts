/* The public names of @spark-snn/sweep, for Node and browsers. No file inside src/ imports this one. */
export type { MeasuredRun, MeasureFunction, Measuring } from "./measuring.ts";
export { headingOf, type MeasureName, measureNames, namedMeasures } from "./named-measures.ts";
export { measuringOptions, planOptions, type SweepOptions, type SweepProgress, sweepOptions } from "./options.ts";
export { sweepParquet } from "./parquet.ts";
export { sweepPlanText } from "./plan-text.ts";
export type { PlannedRun, SweepPlan, SweepRow } from "./runs.ts";
export type { SampleMethod } from "./sampling/points.ts";
export { planSweep, type SweepResult, sweep } from "./sweep.ts";
export { type SweepColumn, sweepColumns, sweepCsv } from "./table.ts";
export { type Interval, logRange, range, type Varied } from "./values.ts";
