import { type Collecting, drainRows } from "./collectors.ts";
import { Gate, type Started } from "./gate.ts";
import { drainGated, loadGates, type SavedGates, savedGates } from "./gated.ts";
import { GatedRows } from "./gated-rows.ts";
import type { RecordPlan, TracePlan } from "./plan.ts";
import type { Recordings } from "./recordings.ts";
import type { Scenery } from "./sight.ts";
import type { RecordSink } from "./sink.ts";
import type { TraceCollector } from "./traces.ts";

/** What a collector shows of its rows. */
export type ShownRows = Pick<TraceCollector, "plan" | "steps" | "values">;

/** Reads rows that do not belong to one population: read-outs, or weights. */
export interface RowReader extends Collecting {
  readonly collectors: readonly TraceCollector[];
  /** The records, with the rows that `shown` returns instead of those of each collector. */
  resultsOf(shown: (own: TraceCollector) => ShownRows, dt: number): Recordings;
}

/** Rows of read-outs or weights of which some depend on conditions. */
export class GatedReader implements Collecting {
  readonly spikeCount = 0;
  readonly #inner: RowReader;
  readonly #rows: readonly GatedRows<TracePlan>[];
  /** The last step whose rows are known; undefined after a gap. */
  reached: number | undefined;
  readonly record: RecordPlan;

  constructor(inner: RowReader, record: RecordPlan, scenery: Scenery, started: Started) {
    this.#inner = inner;
    this.record = record;
    const sight = { ...scenery, own: undefined };
    this.#rows = inner.collectors.flatMap((own) =>
      own.plan.trigger ? [new GatedRows(own.plan, own, new Gate(own.plan.trigger, sight, started))] : [],
    );
  }

  get warnings(): readonly string[] {
    return this.#rows.flatMap(({ warning }) => warning ?? []);
  }

  schedule(firstStep: number, rows: number): void {
    this.#inner.schedule(firstStep, rows);
    for (const { gate } of this.#rows) gate.expect(firstStep, rows);
  }

  until(firstStep: number): number {
    return this.#inner.until(firstStep);
  }

  take(firstStep: number, rows: number, kept: number): void {
    this.#inner.take(firstStep, rows, kept);
    for (const own of this.#rows) own.take(firstStep, kept, true);
    this.reached = kept === rows ? firstStep + rows - 1 : undefined;
  }

  takeSpikes(firstStep: number, rows: number, from: number): number {
    return this.#inner.takeSpikes(firstStep, rows, from);
  }

  results(dt: number): Recordings {
    return this.#inner.resultsOf((own) => this.#rows.find(({ inner }) => inner === own) ?? own, dt);
  }

  async drain(sink: RecordSink): Promise<void> {
    await drainGated(this.#rows, sink);
    await drainRows(
      this.#inner.collectors.filter((own) => !own.plan.trigger),
      sink,
    );
  }

  clear(): void {
    this.#inner.clear();
    for (const own of this.#rows) own.clear();
  }

  jump(step: number): void {
    this.#inner.jump(step);
    for (const own of this.#rows) own.jump(step);
  }

  resume(other: GatedReader): void {
    this.#inner.resume(other.#inner);
    this.load(other.save());
  }

  /** What the records need of the steps so far. */
  save(): SavedGates {
    return savedGates(this.#rows);
  }

  /** Continues those records that `save` was called for. @throws ConfigError if their numbers do not fit */
  load(saved: SavedGates): void {
    loadGates(this.#rows, saved);
  }
}
