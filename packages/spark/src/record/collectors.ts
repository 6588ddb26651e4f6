import { listByBlock } from "../compile/population.ts";
import type { Machine } from "../program/machine.ts";
import { type Program, wordsOf } from "../program/program.ts";
import type { RatePlan, RecordPlan, TracePlan } from "./plan.ts";
import { RateCollector } from "./rates.ts";
import type { RecordSink } from "./sink.ts";
import { SpikeCollector } from "./spikes.ts";
import { type Schedule, TraceCollector } from "./traces.ts";

/** Spikes that wait for a sink together, unless a single step can have more. */
const STREAMED_SPIKES = 65_536;
/** Bytes of a spike: its step and unit, and half as much again while their arrays grow. */
export const SPIKE_BYTES = 12;

/** Rows of a trace or rate that are held at once: all, or with a sink those of a chunk. */
export const heldRows = (plan: TracePlan | RatePlan, chunk: number, streamed: boolean): number =>
  streamed ? Math.min(plan.rows, Math.floor(chunk / ("type" in plan ? plan.every : plan.bin)) + 1) : plan.rows;

/** Spikes that are held at once when they go to a sink. */
export const heldSpikes = (plan: RecordPlan, units: number): number =>
  plan.spikes ? Math.max(STREAMED_SPIKES, plan.spikes.units?.length ?? units) : 0;

export interface CollectorOptions {
  readonly program: Program;
  readonly record: RecordPlan;
  readonly dt: number;
  readonly streamed: boolean;
  /** Spikes that there is room for. */
  readonly room: number;
}

/** The part of a machine that records are read from. */
export type Recorded = Pick<Machine, "program" | "view" | "scanSpikes">;

/** What takes records of a machine, chunk by chunk. */
export type Collecting = Pick<Collectors, keyof Collectors>;

/** Takes what a machine records, chunk by chunk. */
export class Collectors {
  readonly spikes: SpikeCollector | undefined;
  readonly rate: RateCollector | undefined;
  readonly traces: readonly TraceCollector[];
  readonly #machine: Recorded;
  readonly #bits: number;
  #due: readonly Schedule[] = [];

  constructor(machine: Recorded, options: CollectorOptions) {
    const { program, record, dt, streamed, room } = options;
    this.#machine = machine;
    this.#bits = program.buffers.findIndex(({ type, role }) => type === "bits" && role === "record");
    const words = wordsOf(program.padded);
    const { spikes, rate } = record;
    this.spikes = spikes && new SpikeCollector(spikes, words, program.units, room);
    this.rate = rate && new RateCollector(rate, words, program.units, dt, heldRows(rate, program.rows, streamed));
    this.traces = record.traces.map((trace, k) => {
      const { width } = program.records[k]!;
      return new TraceCollector(trace, placesOf(trace, program), width, heldRows(trace, program.rows, streamed));
    });
  }

  /** Tells the machine which steps of the next chunk to record. `firstStep` counts from 1. */
  schedule(firstStep: number, rows: number): void {
    const schedule = this.#machine.view(this.#machine.program.schedule);
    this.#due = this.traces.map((trace) => trace.schedule(firstStep, rows));
    this.#due.forEach(({ first, every, last }, k) => {
      schedule.set([first, every, last], 3 * k);
    });
  }

  /** Takes the variables and rates of a chunk. */
  take(firstStep: number, rows: number): void {
    if (this.#bits >= 0) this.rate?.take(this.#machine.view(this.#bits) as Uint32Array, firstStep, rows);
    this.traces.forEach((trace, k) => {
      trace.take(this.#machine.view(this.#machine.program.records[k]!.buffer), this.#due[k]!.count);
    });
  }

  /** Takes the spikes of a chunk from row `from` on; gives the row that there is no room for, else `rows`. */
  takeSpikes(firstStep: number, rows: number, from: number): number {
    const { spikes } = this;
    if (!spikes) return rows;
    const machine = this.#machine;
    const wanted = from === 0 && spikes.takesAll(firstStep, rows);
    if (wanted && machine.scanSpikes?.(rows, firstStep, (steps, units) => spikes.add(steps, units))) return rows;
    return spikes.take(machine.view(this.#bits) as Uint32Array, firstStep, rows, from);
  }

  /** Hands everything on to a sink and makes room. */
  async drain(sink: RecordSink): Promise<void> {
    const { spikes, rate, traces } = this;
    if (spikes && spikes.count > 0) {
      await sink.spikes(spikes.steps, spikes.units);
      spikes.clear();
    }
    for (const trace of traces) {
      if (trace.rows > 0) await sink.rows(trace.plan.name, trace.steps, trace.values);
      trace.clear();
    }
    if (rate && rate.rows > 0) await sink.rows("rate", rate.steps, rate.values);
    rate?.clear();
  }
}

/** Where each column of a trace lies in a record row of the machine. */
export const placesOf = (trace: Pick<TracePlan, "units">, program: Program): Int32Array => {
  if (!trace.units) return Int32Array.from({ length: program.units }, (_, unit) => unit);
  const sorted = [...trace.units].sort((a, b) => a - b);
  const placeOf = new Map<number, number>();
  listByBlock(sorted, program.block, program.padded).units.forEach((unit, place) => {
    if (!placeOf.has(unit)) placeOf.set(unit, place);
  });
  return Int32Array.from(trace.units, (unit) => placeOf.get(unit)!);
};
