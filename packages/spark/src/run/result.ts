import { timeOfStep } from "../config/time.ts";
import type { Collecting } from "../record/collectors.ts";
import type { RecordPlan } from "../record/plan.ts";
import { type SpikeRecording, spikeRecording, type TraceRecording, traceRecording } from "../record/recordings.ts";
import type { LoopResult } from "./loop.ts";
import type { RunInfo } from "./model.ts";
import type { Settings } from "./options.ts";

/** Removes the unused capacity of a list if that is worth a copy. */
const fitted = (list: Uint32Array): Uint32Array => (list.byteLength * 2 < list.buffer.byteLength ? list.slice() : list);

/** Information about a run that does not depend on its records. */
export const infoOf = (
  { name, units, warnings, backend }: Pick<RunInfo, "units" | "warnings" | "backend"> & { readonly name: string },
  { dt, precision, seed }: Settings,
  { done, stoppedBy, wallTime, warnings: late }: LoopResult,
  before: number,
): RunInfo => ({
  model: name,
  units,
  dt,
  dtype: precision,
  seed,
  backend,
  steps: done,
  duration: timeOfStep(done, dt),
  start: timeOfStep(before, dt),
  complete: stoppedBy === undefined,
  ...(stoppedBy && { stoppedBy }),
  warnings: late.length > 0 ? [...warnings, ...late] : warnings,
  wallTime,
});

const identity = (units: number): Uint32Array => {
  const list = new Uint32Array(units);
  for (let unit = 0; unit < units; unit++) list[unit] = unit;
  return list;
};

/** Converts the collected records of a population of `all` units to the public form. */
export const recordsOf = (
  plan: RecordPlan,
  collectors: Pick<Collecting, "spikes" | "rate" | "traces">,
  all: number,
  dt: number,
): Record<string, SpikeRecording | TraceRecording> => {
  const records: Record<string, SpikeRecording | TraceRecording> = {};
  if (collectors.spikes) {
    records["outSpikes"] = spikeRecording(fitted(collectors.spikes.steps), fitted(collectors.spikes.units), dt);
  }
  const columnsOf = (units: readonly number[] | undefined, columns: number): Uint32Array =>
    units && columns === units.length
      ? Uint32Array.from(units)
      : columns === all && !units
        ? identity(all)
        : new Uint32Array();
  const trace = (
    name: string,
    unit: string,
    collector: { steps: Float64Array; values: TraceRecording["values"] },
    units: Uint32Array,
    columns: number,
  ): TraceRecording =>
    traceRecording({ name, unit, units, steps: collector.steps, dt, columns, values: collector.values });
  for (const collector of collectors.traces) {
    const { name, unit, units, columns, reduce, over } = collector.plan;
    const named = reduce && over === "units" ? new Uint32Array() : columnsOf(units, columns);
    records[name] = trace(name, unit, collector, named, columns);
  }
  if (plan.rate && collectors.rate) {
    const named = plan.rate.each ? columnsOf(plan.rate.units, plan.rate.columns) : new Uint32Array();
    records["rate"] = trace("rate", "Hz", collectors.rate, named, plan.rate.columns);
  }
  return records;
};
