import type { Machine } from "../backend/backend.ts";
import { memoryOf } from "../backend/memory.ts";
import { compileComponent, listByBlock, type RecordRequest } from "../compile/compile.ts";
import { type Program, paddedTo, wordsOf } from "../compile/program.ts";
import { sizeOf } from "../config/shape.ts";
import { MemoryError } from "../errors/errors.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { Feed } from "./inputs/contract.ts";
import { planMemory, type RecordPlan, type TracePlan } from "./record/plan.ts";
import { RateCollector } from "./record/rates.ts";
import { SpikeCollector } from "./record/spikes.ts";
import { TraceCollector } from "./record/traces.ts";

/** Bytes that the buffers of a chunk aim at: input rows, spike bits and records. */
const CHUNK_BYTES = 8 * 2 ** 20;
const MAX_ROWS = 4096;

/** What one run of a component is made of, before a machine stands. */
export interface Plan {
  readonly program: Program;
  /** For each input port its feeds and the buffers that they fill. */
  readonly feeds: readonly { readonly feed: Feed; readonly buffers: readonly number[] }[];
  readonly record: RecordPlan;
}

export const planProgram = (
  component: BuiltComponent,
  precision: "f32" | "f64",
  feeds: Readonly<Record<string, readonly Feed[]>>,
  record: RecordPlan,
  steps: number,
): Plan => {
  const units = sizeOf(component.units);
  const padded = paddedTo(units, 32);
  const size = precision === "f64" ? 8 : 4;
  const spikes = record.spikes !== undefined || record.rate !== undefined;
  let rowBytes = spikes ? wordsOf(padded) * 4 : 0;
  for (const { binding } of Object.values(feeds).flat()) {
    if (binding.kind === "row") rowBytes += size;
    if (binding.kind === "rowUnit") rowBytes += padded * size;
    if (binding.kind === "rowBit") rowBytes += wordsOf(padded) * (binding.signed ? 8 : 4);
  }
  for (const { units: chosen, every, reduce, over } of record.traces) {
    rowBytes += ((chosen?.length ?? padded) * size) / (reduce && over === "time" ? 1 : every);
  }
  const rows = Math.max(1, Math.min(steps, MAX_ROWS, Math.floor(CHUNK_BYTES / Math.max(rowBytes, 1))));
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([port, list]) => [port, list.map(({ binding }) => binding)]),
  );
  const records = record.traces.map(
    ({ name, units: chosen }): RecordRequest =>
      chosen ? { name, units: [...chosen].sort((a, b) => a - b) } : { name },
  );
  const program = compileComponent(component, { precision, rows, inputs, spikes, records });
  const find = (name: string): number => program.buffers.findIndex((buffer) => buffer.name === name);
  const wired = Object.entries(feeds).flatMap(([port, list]) =>
    list.map((feed, k) => {
      const name = `soma.${port}${k === 0 ? "" : k + 1}`;
      return { feed, buffers: [find(name), find(`${name}.inhibitory`)].filter((buffer) => buffer >= 0) };
    }),
  );
  return { program, feeds: wired, record };
};

/** @throws MemoryError with what takes how much and how to get below, when a plan is larger than it may be. */
export const checkMemory = (plan: Plan, memory: number, streamed: boolean): void => {
  const own = memoryOf(plan.program);
  const records = streamed ? [] : planMemory(plan.record);
  const total = records.reduce((sum, { bytes }) => sum + bytes, own);
  if (total <= memory) return;
  const text = (bytes: number): string =>
    bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const parts = [`simulation ${text(own)}`, ...records.map(({ name, bytes }) => `${name} ${text(bytes)}`)];
  const largest = records.reduce((a, b) => (b.bytes > a.bytes ? b : a), { name: "", bytes: 0 });
  const free = memory - (total - largest.bytes);
  const every = free > 0 ? Math.ceil(largest.bytes / free) : 0;
  const remedy =
    largest.bytes === 0
      ? "Use fewer units, or raise memory."
      : `${every > 1 ? `Record ${largest.name} every ${every} times as many steps, for` : "Record"} fewer units or a shorter window, reduce it, stream to files with a sink, or raise memory.`;
  throw new MemoryError(
    `memory must be at least ${text(total)} for this run (${parts.join(", ")}); received ${text(memory)}. ${remedy}`,
  );
};

/** Takes what a machine records, chunk by chunk. */
export class Collectors {
  readonly spikes: SpikeCollector | undefined;
  readonly rate: RateCollector | undefined;
  readonly traces: readonly TraceCollector[];
  readonly #plan: Plan;
  readonly #machine: Machine;
  readonly #bits: number;
  #due: readonly { readonly first: number; readonly every: number; readonly last: number; readonly count: number }[] =
    [];

  constructor(plan: Plan, machine: Machine, dt: number, streamed: boolean) {
    const { program, record } = plan;
    this.#plan = plan;
    this.#machine = machine;
    this.#bits = program.buffers.findIndex((buffer) => buffer.name === "soma.outSpikes");
    const words = wordsOf(program.padded);
    const held = (rows: number): number => (streamed ? Math.min(rows, program.rows + 1) : rows);
    this.spikes = record.spikes && new SpikeCollector(record.spikes, words);
    this.rate = record.rate && new RateCollector(record.rate, words, program.units, dt, held(record.rate.rows));
    this.traces = record.traces.map((trace, k) => {
      const width = program.records[k]!.width;
      return new TraceCollector(trace, placesOf(trace, program), width, held(trace.rows));
    });
  }

  /** Tells the machine which steps of the next chunk to record. `firstStep` counts from 1. */
  schedule(firstStep: number, rows: number): void {
    const schedule = this.#machine.view(this.#plan.program.schedule);
    this.#due = this.traces.map((trace) => trace.schedule(firstStep, rows));
    this.#due.forEach(({ first, every, last }, k) => {
      schedule.set([first, every, last], 3 * k);
    });
  }

  take(firstStep: number, rows: number): void {
    if (this.#bits >= 0) {
      const bits = this.#machine.view(this.#bits) as Uint32Array;
      this.spikes?.take(bits, firstStep, rows);
      this.rate?.take(bits, firstStep, rows);
    }
    this.traces.forEach((trace, k) => {
      trace.take(this.#machine.view(this.#plan.program.records[k]!.buffer), this.#due[k]!.count);
    });
  }

  /** Bytes that the spikes take; all else is known beforehand. */
  get spikeBytes(): number {
    return (this.spikes?.count ?? 0) * 8;
  }
}

/** Where each column of a trace lies in a record row of the machine. */
const placesOf = (trace: TracePlan, program: Program): Int32Array => {
  if (!trace.units) return Int32Array.from({ length: program.units }, (_, unit) => unit);
  const sorted = [...trace.units].sort((a, b) => a - b);
  const placeOf = new Map<number, number>();
  listByBlock(sorted, program.block, program.padded).units.forEach((unit, place) => {
    if (!placeOf.has(unit)) placeOf.set(unit, place);
  });
  return Int32Array.from(trace.units, (unit) => placeOf.get(unit)!);
};
