import type { RateCollector } from "./rates.ts";
import {
  type Recordings,
  type SpikeRecording,
  spikeRecording,
  type TraceRecording,
  traceRecording,
} from "./recordings.ts";
import type { Values } from "./rows.ts";
import type { SpikeCollector } from "./spikes.ts";
import type { TraceCollector } from "./traces.ts";
import { windowsIn } from "./windows.ts";

/** The collected records of a population. */
interface Collected {
  readonly spikes: Pick<SpikeCollector, "steps" | "units" | "covered"> | undefined;
  readonly traces: readonly Shown<TraceCollector["plan"]>[];
  readonly binned: readonly Shown<RateCollector["plan"]>[];
}

/** The rows of a collector. */
interface Shown<P> {
  readonly plan: P;
  readonly steps: Float64Array;
  readonly values: Values;
}

/** Removes the unused capacity of a list if that is worth a copy. */
const fitted = (list: Uint32Array): Uint32Array => (list.byteLength * 2 < list.buffer.byteLength ? list.slice() : list);

const identity = (units: number): Uint32Array => new Uint32Array(units).map((_, unit) => unit);

/** Converts the collected records of a population of `all` units to the public form. */
export const recordsOf = ({ spikes, traces, binned }: Collected, all: number, dt: number): Recordings => {
  const records: Record<string, SpikeRecording | TraceRecording> = {};
  if (spikes) {
    const { steps, units, covered } = spikes;
    const unitCount = covered.units ? undefined : all;
    const events = { steps: fitted(steps), units: fitted(units), dt, unitCount };
    records["outSpikes"] = spikeRecording(events, covered, covered.windows && windowsIn(covered.windows, covered));
  }
  /** The units of the columns; none if they are reduced to one column. */
  const columnsOf = (units: readonly number[] | undefined, reduced: boolean): Uint32Array =>
    reduced ? new Uint32Array() : units ? Uint32Array.from(units) : identity(all);
  const add = (
    { plan, steps, values }: Shown<TraceCollector["plan"] | RateCollector["plan"]>,
    name: string,
    unit: string,
    reduced: boolean,
  ): void => {
    const { columns } = plan;
    const edges = "edges" in plan ? plan.edges : undefined;
    const units = columnsOf(plan.units, reduced);
    records[name] = traceRecording({ name, unit, units, steps, dt, columns, values, edges });
  };
  for (const collector of traces) {
    const { name, unit, reduce, over } = collector.plan;
    add(collector, name, unit, reduce !== undefined && over !== "time");
  }
  for (const own of binned) add(own, own.plan.name, own.plan.name === "rate" ? "Hz" : "1", !own.plan.each);
  return records;
};
