import { populationsOf } from "../graph/readout.ts";
import type { MachinePopulation } from "../program/machine.ts";
import { Collectors, drainRows, placesOf } from "../record/collectors.ts";
import type { RowReader, ShownRows } from "../record/gated-reader.ts";
import { heldRows } from "../record/held.ts";
import type { Recordings } from "../record/recordings.ts";
import { recordsOf } from "../record/results.ts";
import type { WatchedValues } from "../record/sight.ts";
import type { RecordSink } from "../record/sink.ts";
import { type Schedule, TraceCollector } from "../record/traces.ts";
import type { SpikeFilter } from "./filter.ts";
import type { Filtered } from "./filtered.ts";
import type { IntegratorFilter } from "./integrator.ts";
import type { ReadoutPlan } from "./plan.ts";

export interface ReaderOptions {
  readonly filtered: readonly Filtered[];
  readonly plans: readonly ReadoutPlan[];
  /** Number of requested records of each population. The records for read-outs follow them. */
  readonly recorded: readonly number[];
  /** Largest number of steps per chunk. */
  readonly rows: number;
  /** Whether rows go to a sink. */
  readonly streamed: boolean;
}

/** A read-out on a machine. */
interface Followed {
  readonly readout: Filtered;
  /** The populations that are read, in order, and the number of units before each. */
  readonly parts: readonly MachinePopulation[];
  readonly offsets: readonly number[];
  readonly part: MachinePopulation;
  readonly collector: TraceCollector | undefined;
  /** Values of one step. */
  readonly row: Float64Array;
  /** Values of all steps of a chunk, for conditions. */
  readonly watched: Watched | undefined;
  /** Index among the records of its population, and the positions of its units in a row; undefined for spikes. */
  readonly source?: { readonly record: number; readonly width: number; readonly places: Int32Array };
}

/** The values of a read-out that conditions look at. */
interface Watched {
  values: Float64Array;
  /** The first step of the chunk that they belong to. */
  firstStep: number;
}

const identity = (units: number): Int32Array => new Int32Array(units).map((_, unit) => unit);

const NOTHING: Schedule = { first: 0, every: 1, last: -1, count: 0 };

/** Reads the populations of a machine chunk by chunk, advances the filters and records their values. */
export class ReadoutReader implements RowReader {
  readonly spikeCount = 0;
  readonly collectors: readonly TraceCollector[];
  readonly #followed: readonly Followed[];
  /** Spikes of a chunk, for each population whose spikes are read. */
  readonly #events = new Map<MachinePopulation, Collectors>();
  /** The first step of the chunk whose spikes were collected. */
  #collected = -1;

  /** @param parts the populations of the machine. */
  constructor(parts: readonly MachinePopulation[], { filtered, plans, recorded, rows, streamed }: ReaderOptions) {
    const next = [...recorded];
    this.#followed = filtered.map((readout, k): Followed => {
      const { record, source, watched: isWatched } = plans[k]!;
      const { source: place } = readout.wired;
      const part = parts[place]!;
      const read = populationsOf(readout.wired).map((own) => parts[own]!);
      const { program } = part;
      const { columns } = readout;
      const held = record && heldRows(record, rows, streamed);
      const collector = record && new TraceCollector(record, undefined, columns, columns, held!);
      const watched = isWatched ? { values: new Float64Array(), firstStep: -1 } : undefined;
      const offsets = read.map((_, k) => read.slice(0, k).reduce((sum, { program }) => sum + program.units, 0));
      const common = { readout, parts: read, offsets, part, collector, watched, row: new Float64Array(columns) };
      for (const own of readout.filter.kind === "spikes" ? read : []) {
        if (this.#events.has(own)) continue;
        const spikes = { first: 1, last: Number.POSITIVE_INFINITY, units: undefined };
        const record = { spikes, binned: [], traces: [], conditions: [] };
        const room = rows * own.program.units;
        this.#events.set(own, new Collectors(own, { record, rows, dt: 1, streamed: true, room }));
      }
      if (!source) return common;
      const at = next[place]!++;
      const { places, width } = placesOf(source, program);
      return { ...common, source: { record: at, width, places: places ?? identity(program.units) } };
    });
    this.collectors = this.#followed.flatMap(({ collector }) => collector ?? []);
  }

  /** The values of a read-out that conditions look at. */
  watched(readout: number): WatchedValues {
    const followed = this.#followed[readout]!;
    return {
      width: followed.readout.columns,
      valuesOf: (firstStep, rows) => this.#valuesOf(followed, firstStep, rows),
    };
  }

  schedule(firstStep: number, rows: number): void {
    this.#forget();
    for (const followed of this.#followed) {
      const { source, part } = followed;
      if (!source) continue;
      const { first, every, last } = neededOf(followed, firstStep, rows);
      part.schedule.set([first, every, last], 3 * source.record);
    }
  }

  until(firstStep: number): number {
    return this.collectors.reduce((least, own) => Math.min(least, own.until(firstStep)), Number.POSITIVE_INFINITY);
  }

  /** Advances the filters by all rows of a chunk, and records the first `kept` rows. */
  take(firstStep: number, rows: number, kept = rows): void {
    this.#collect(firstStep, rows);
    for (const followed of this.#followed) {
      const { collector, watched, row: values } = followed;
      const { columns, filter } = followed.readout;
      const known = watched && this.#valuesOf(followed, firstStep, rows);
      const advance = known ? undefined : this.#advance(followed, firstStep, rows);
      const due = collector?.schedule(firstStep, rows) ?? NOTHING;
      for (let k = 0; k < due.count; k++) {
        const row = due.first + k * due.every;
        if (row >= kept) break;
        if (known) values.set(known.subarray(row * columns, (row + 1) * columns));
        else {
          advance!(row);
          filter.read(firstStep + row, values);
        }
        collector!.take(values, 1);
      }
      advance?.(rows - 1);
    }
  }

  /** Collects the spikes of a chunk once. */
  #collect(firstStep: number, rows: number): void {
    if (this.#collected === firstStep) return;
    this.#collected = firstStep;
    for (const events of this.#events.values()) {
      events.spikes!.clear();
      events.takeSpikes(firstStep, rows, 0);
    }
  }

  /** Advances a filter by all rows of a chunk, once, and returns its values in each of them. */
  #valuesOf(followed: Followed, firstStep: number, rows: number): Float64Array {
    const watched = followed.watched!;
    if (watched.firstStep === firstStep) return watched.values;
    this.#collect(firstStep, rows);
    watched.firstStep = firstStep;
    const { columns, filter } = followed.readout;
    if (watched.values.length < rows * columns) watched.values = new Float64Array(rows * columns);
    const advance = this.#advance(followed, firstStep, rows);
    for (let row = 0; row < rows; row++) {
      advance(row);
      filter.read(firstStep + row, watched.values.subarray(row * columns, (row + 1) * columns));
    }
    return watched.values;
  }

  /** Forgets the chunk before. */
  #forget(): void {
    this.#collected = -1;
    for (const { watched } of this.#followed) if (watched) watched.firstStep = -1;
  }

  /** `take` reads the spikes of the population. */
  takeSpikes(_firstStep: number, rows: number): number {
    return rows;
  }

  results(dt: number): Recordings {
    return this.resultsOf((own) => own, dt);
  }

  resultsOf(shown: (own: TraceCollector) => ShownRows, dt: number): Recordings {
    return recordsOf({ spikes: undefined, binned: [], traces: this.collectors.map(shown) }, 0, dt);
  }

  async drain(sink: RecordSink): Promise<void> {
    await drainRows(this.collectors, sink);
  }

  clear(): void {
    for (const trace of this.collectors) trace.clear();
  }

  jump(step: number): void {
    this.#forget();
    for (const trace of this.collectors) trace.jump(step);
  }

  resume(other: ReadoutReader): void {
    for (const [k, trace] of this.collectors.entries()) trace.resume(other.collectors[k]!);
  }

  /** Writes all values at the end of a step by name: a number, or an array that is the same object in every step. */
  readAll(step: number, outputs: Record<string, number | Float64Array>): void {
    for (const { readout, row } of this.#followed) {
      const { wired, filter } = readout;
      filter.read(step, row);
      outputs[wired.name] = wired.mean ? row[0]! : row;
    }
  }

  /** Returns a function that advances a filter to a row of a chunk. Call it with ascending rows. */
  #advance(followed: Followed, firstStep: number, rows: number): (row: number) => void {
    const { readout, parts, offsets, part, source } = followed;
    const { filter } = readout;
    let at = 0;
    if (filter.kind === "spikes") {
      if (parts.length > 1) return this.#merge(filter, { parts, offsets }, firstStep);
      const { steps, units, count } = this.#events.get(part)!.spikes!;
      return (row) => {
        for (; at < count && steps[at]! <= firstStep + row; at++) filter.add(steps[at]!, units[at]!);
      };
    }
    if (!source) return () => {};
    const recorded = part.record(source.record);
    const { first, every, count } = neededOf(followed, firstStep, rows);
    return (row) => {
      for (; at < count && first + at * every <= row; at++) {
        filter.take(firstStep + first + at * every, recorded, at * source.width, source.places);
      }
    };
  }

  /** The same for a filter of several populations, whose spikes are merged by step and then by population. */
  #merge(
    filter: SpikeFilter | IntegratorFilter,
    { parts, offsets }: Pick<Followed, "parts" | "offsets">,
    firstStep: number,
  ) {
    const places = parts.map(() => 0);
    const events = parts.map((part) => this.#events.get(part)!.spikes!);
    return (row: number): void => {
      for (;;) {
        let next = -1;
        let least = firstStep + row;
        for (let k = events.length - 1; k >= 0; k--) {
          const { steps, count } = events[k]!;
          const step = places[k]! < count ? steps[places[k]!]! : Number.POSITIVE_INFINITY;
          if (step <= least) [next, least] = [k, step];
        }
        if (next < 0) return;
        filter.add(least, events[next]!.units[places[next]!++]! + offsets[next]!);
      }
    };
  }
}

/**
 * The steps of a chunk in which a variable is needed: the recorded ones if it is recorded and neither filtered nor watched,
 * otherwise all.
 */
const neededOf = ({ readout, collector, watched }: Followed, firstStep: number, rows: number): Schedule =>
  readout.filter.keeps || watched || !collector
    ? { first: 0, every: 1, last: rows - 1, count: rows }
    : collector.schedule(firstStep, rows);
