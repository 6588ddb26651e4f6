import type { MachinePopulation } from "../program/machine.ts";
import { listByBlock } from "../program/probe.ts";
import { type Program, wordsOf } from "../program/program.ts";
import { heldRows } from "./held.ts";
import type { RecordPlan, TracePlan } from "./plan.ts";
import { RateCollector } from "./rates.ts";
import type { Recordings } from "./recordings.ts";
import { recordsOf } from "./results.ts";
import type { RecordSink } from "./sink.ts";
import { SpikeCollector } from "./spikes.ts";
import { type Schedule, TraceCollector } from "./traces.ts";

export interface CollectorOptions {
  readonly record: RecordPlan;
  /** Largest number of steps per chunk. */
  readonly rows: number;
  readonly dt: number;
  readonly streamed: boolean;
  /** Largest number of spikes. */
  readonly room: number;
}

/** Collects the records of a machine, chunk by chunk. */
export interface Collecting {
  /** Number of spikes in memory. */
  readonly spikeCount: number;
  /** Sentences about what could not be recorded. */
  readonly warnings?: readonly string[];
  /** Schedules the recorded steps of the next chunk in the machine. `firstStep` counts from 1. */
  schedule(firstStep: number, rows: number): void;
  /** Number of steps from a step on, counted from 1, that one schedule can cover. */
  until(firstStep: number): number;
  /** Adds the values and counts of the first `kept` rows of a chunk, and removes later spikes. */
  take(firstStep: number, rows: number, kept: number): void;
  /** Adds the spikes of a chunk from row `from` on. Returns the first row without room, otherwise `rows`. */
  takeSpikes(firstStep: number, rows: number, from: number): number;
  /** All records in the public form. */
  results(dt: number): Recordings;
  /** Passes everything to the sink and empties the buffers. */
  drain(sink: RecordSink): Promise<void>;
  /** Empties the buffers. */
  clear(): void;
  /** Continues after a step from which the steps before it are unknown. */
  jump(step: number): void;
  /** Takes over what collectors of the same records have not completed. */
  resume(other: Collecting): void;
}

/** Passes rows to a sink and empties their buffer. */
export const drainRows = async (rows: readonly (TraceCollector | RateCollector)[], sink: RecordSink): Promise<void> => {
  for (const own of rows) {
    if (own.rows > 0) await sink.rows(own.plan.name, own.steps, own.values);
    own.clear();
  }
};

/** Collects the records of a population, chunk by chunk. Its probes begin with the traces, in their order. */
export class Collectors implements Collecting {
  readonly spikes: SpikeCollector | undefined;
  readonly binned: readonly RateCollector[];
  readonly traces: readonly TraceCollector[];
  readonly #population: MachinePopulation;
  #due: readonly Schedule[] = [];

  constructor(population: MachinePopulation, { record, rows, dt, streamed, room }: CollectorOptions) {
    const { program } = population;
    this.#population = population;
    const words = wordsOf(program.padded);
    const { spikes, binned } = record;
    this.spikes = spikes && new SpikeCollector(spikes, words, program.units, room);
    this.binned = binned.map(
      (plan) => new RateCollector(plan, words, program.units, dt, heldRows(plan, rows, streamed)),
    );
    this.traces = record.traces.map((trace) => {
      const { places, width } = placesOf(trace, program);
      return new TraceCollector(trace, places, width, program.units, heldRows(trace, rows, streamed));
    });
  }

  get spikeCount(): number {
    return this.spikes?.count ?? 0;
  }

  schedule(firstStep: number, rows: number): void {
    const { schedule } = this.#population;
    this.#due = this.traces.map((trace) => trace.schedule(firstStep, rows));
    for (const [k, { first, every, last }] of this.#due.entries()) schedule.set([first, every, last], 3 * k);
  }

  until(firstStep: number): number {
    return this.traces.reduce((least, trace) => Math.min(least, trace.until(firstStep)), Number.POSITIVE_INFINITY);
  }

  take(firstStep: number, _rows: number, kept: number): void {
    this.spikes?.cut(firstStep + kept - 1);
    for (const binned of this.binned) binned.take(this.#bits(), firstStep, kept);
    for (const [k, trace] of this.traces.entries()) {
      const { first, every, last, count } = this.#due[k]!;
      const present = last < kept ? count : Math.max(0, Math.floor((kept - 1 - first) / every) + 1);
      trace.take(this.#population.record(k), Math.min(count, present));
    }
  }

  takeSpikes(firstStep: number, rows: number, from: number): number {
    const { spikes } = this;
    if (!spikes) return rows;
    const wanted = from === 0 && spikes.takesAll(firstStep, rows);
    if (wanted && this.#population.scanSpikes(rows, firstStep, (steps, units) => spikes.add(steps, units))) return rows;
    return spikes.take(this.#bits(), firstStep, rows, from);
  }

  #bits(): Uint32Array {
    return this.#population.view(this.#population.program.spikes!) as Uint32Array;
  }

  results(dt: number): Recordings {
    return recordsOf(this, this.#population.program.units, dt);
  }

  clear(): void {
    this.spikes?.clear();
    for (const own of [...this.traces, ...this.binned]) own.clear();
  }

  jump(step: number): void {
    for (const own of [...this.traces, ...this.binned]) own.jump(step);
  }

  resume(other: Collectors): void {
    for (const [k, trace] of this.traces.entries()) trace.resume(other.traces[k]!);
    for (const [k, binned] of this.binned.entries()) binned.resume(other.binned[k]!);
  }

  async drain(sink: RecordSink): Promise<void> {
    const { spikes, binned, traces } = this;
    if (spikes && spikes.count > 0) {
      await sink.spikes(spikes.steps, spikes.units);
      spikes.clear();
    }
    await drainRows([...traces, ...binned], sink);
  }
}

/** Position of the columns of a trace in a record row of the machine, and the length of that row. */
export interface Places {
  /** Undefined if column k is at position k. */
  readonly places: Int32Array | undefined;
  readonly width: number;
}

export const placesOf = ({ units }: Pick<TracePlan, "units">, program: Pick<Program, "block" | "padded">): Places => {
  if (!units) return { places: undefined, width: program.padded };
  const list = listByBlock(
    [...units].sort((a, b) => a - b),
    program,
  ).units;
  const placeOf = new Map<number, number>();
  list.forEach((unit, place) => {
    if (!placeOf.has(unit)) placeOf.set(unit, place);
  });
  return { places: Int32Array.from(units, (unit) => placeOf.get(unit)!), width: list.length };
};
