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

const identity = (units: number): Uint32Array => new Uint32Array(units).map((_, unit) => unit);

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
  const add = (
    { plan, steps, values }: TraceCollector | RateCollector,
    name: string,
    unit: string,
    reduced: boolean,
  ): void => {
    const { columns } = plan;
    records[name] = traceRecording({ name, unit, units: columnsOf(plan.units, reduced), steps, dt, columns, values });
  };
  for (const collector of traces) {
    const { name, unit, reduce, over } = collector.plan;
    add(collector, name, unit, reduce !== undefined && over === "units");
  }
  if (rate) add(rate, "rate", "Hz", !rate.plan.each);
  return records;
};
