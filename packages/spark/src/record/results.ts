import type { RateCollector } from "./rates.ts";
import {
  type Recordings,
  type SpikeRecording,
  spikeRecording,
  type TraceRecording,
  traceRecording,
} from "./recordings.ts";
import type { SpikeCollector } from "./spikes.ts";
import type { TraceCollector } from "./traces.ts";

/** The collected records of a population. */
interface Collected {
  readonly spikes: SpikeCollector | undefined;
  readonly traces: readonly TraceCollector[];
  readonly rate: RateCollector | undefined;
}

/** Removes the unused capacity of a list if that is worth a copy. */
const fitted = (list: Uint32Array): Uint32Array => (list.byteLength * 2 < list.buffer.byteLength ? list.slice() : list);

const identity = (units: number): Uint32Array => {
  const list = new Uint32Array(units);
  for (let unit = 0; unit < units; unit++) list[unit] = unit;
  return list;
};

/** Converts the collected records of a population of `all` units to the public form. */
export const recordsOf = ({ spikes, traces, rate }: Collected, all: number, dt: number): Recordings => {
  const records: Record<string, SpikeRecording | TraceRecording> = {};
  if (spikes) {
    const { steps, units, covered } = spikes;
    const unitCount = covered.units ? undefined : all;
    records["outSpikes"] = spikeRecording({ steps: fitted(steps), units: fitted(units), dt, unitCount }, covered);
  }
  /** The units of the columns; none if they are reduced to one column. */
  const columnsOf = (units: readonly number[] | undefined, reduced: boolean): Uint32Array =>
    reduced ? new Uint32Array() : units ? Uint32Array.from(units) : identity(all);
  const trace = (
    name: string,
    unit: string,
    collector: { steps: Float64Array; values: TraceRecording["values"] },
    units: Uint32Array,
    columns: number,
  ): TraceRecording =>
    traceRecording({ name, unit, units, steps: collector.steps, dt, columns, values: collector.values });
  for (const collector of traces) {
    const { name, unit, units, columns, reduce, over } = collector.plan;
    const own = columnsOf(units, reduce !== undefined && over === "units");
    records[name] = trace(name, unit, collector, own, columns);
  }
  if (rate) {
    const { units, columns, each } = rate.plan;
    records["rate"] = trace("rate", "Hz", rate, columnsOf(units, !each), columns);
  }
  return records;
};
