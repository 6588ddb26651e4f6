import { sizeOf } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { Collecting } from "../record/collectors.ts";
import type { RecordPlan } from "../record/plan.ts";
import { type SpikeRecording, spikeRecording, type TraceRecording, traceRecording } from "../record/recordings.ts";
import type { LoopResult } from "./loop.ts";
import type { BackendName, Settings } from "./options.ts";
import type { Run, RunInfo } from "./run.ts";

/** A list without its spare room, where that is worth a copy. */
const fitted = (list: Uint32Array): Uint32Array => (list.byteLength * 2 < list.buffer.byteLength ? list.slice() : list);

/** What is known of a run, however many populations it has. */
export const infoOf = (
  component: Pick<BuiltComponent, "model" | "units" | "warnings">,
  settings: Omit<Settings, "backend"> & { readonly backend: BackendName },
  result: Omit<LoopResult, "collectors">,
  before: number,
): RunInfo => {
  const { done, stoppedBy, wallTime } = result;
  const { dt } = settings;
  return {
    model: component.model.name,
    units: component.units,
    dt,
    dtype: settings.precision,
    seed: settings.seed,
    backend: settings.backend,
    steps: done,
    duration: timeOfStep(done, dt),
    start: timeOfStep(before, dt),
    complete: stoppedBy === undefined,
    ...(stoppedBy && { stoppedBy }),
    warnings: component.warnings,
    wallTime,
  };
};

/** Puts what was collected of a population of `all` units into the form that users get. */
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
        ? Uint32Array.from({ length: all }, (_, unit) => unit)
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

/** The run of one population. */
export const makeRun = <R>(
  component: BuiltComponent,
  settings: Omit<Settings, "backend"> & { readonly backend: BackendName },
  plan: RecordPlan,
  result: LoopResult,
  before: number,
): Run<R> => {
  const info = infoOf(component, settings, result, before);
  const records = recordsOf(plan, result.collectors[0]!, sizeOf(component.units), settings.dt);
  return { ...info, ...records } as unknown as Run<R>;
};
