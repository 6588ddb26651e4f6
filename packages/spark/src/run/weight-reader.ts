import { timesOfSteps } from "../config/time.ts";
import { drainRows } from "../record/collectors.ts";
import type { Started } from "../record/gate.ts";
import type { RowReader, ShownRows } from "../record/gated-reader.ts";
import type { TracePlan, WeightPlan } from "../record/plan.ts";
import type { Recordings, WeightRecording } from "../record/recordings.ts";
import { Reducer } from "../record/reducer.ts";
import type { RecordSink } from "../record/sink.ts";
import { TraceCollector } from "../record/traces.ts";
import type { WeightKeeper } from "./weights.ts";

/** A number of steps that no chunk exceeds. */
const LONG = 2 ** 30;

/** A recorded projection on a machine. */
interface Followed {
  readonly plan: WeightPlan;
  readonly columns: Pick<WeightRecording, "synapses" | "sources" | "targets">;
  readonly collector: TraceCollector;
  /** The present weights of the recorded synapses. */
  readonly present: () => ArrayLike<number>;
  /** Writes the values of a step. */
  readonly read: (row: Float64Array) => void;
  /** The weights of the row before. */
  before: ArrayLike<number> | undefined;
  readonly row: Float64Array;
  /** The last step that is recorded because of a trigger that was started. */
  until: number;
}

/** The weights of the recorded synapses, and the columns of their record. */
const follow = (plan: WeightPlan, keeper: WeightKeeper): Followed => {
  const { projection, reduce, over, difference } = plan;
  const selection = { ...(plan.sources && { sources: plan.sources }), ...(plan.targets && { targets: plan.targets }) };
  const chosen = keeper.select(projection, selection);
  const isWhole = !plan.sources && !plan.targets;
  const present = (): ArrayLike<number> => keeper.read(projection, isWhole ? undefined : chosen.numbers);
  const every = Int32Array.from({ length: plan.units }, (_, unit) => unit);
  const units = over === "targets" && reduce ? Int32Array.from(plan.targets ?? every) : undefined;
  const none = { synapses: new Float64Array(), sources: new Int32Array() };
  const columns = !reduce
    ? { synapses: chosen.numbers, sources: chosen.sources, targets: chosen.targets }
    : { ...none, targets: units ?? new Int32Array() };
  const count = reduce ? (units?.length ?? 1) : chosen.numbers.length;
  const placeOf = new Map(units ? Array.from(units, (unit, column) => [unit, column] as const) : []);
  const reducer = reduce && new Reducer(reduce, count);
  const trace: TracePlan = { ...plan.trace, columns: count };
  const followed: Followed = {
    plan,
    columns,
    // A chunk ends with each recorded step, so that a record with conditions has room for one row.
    collector: new TraceCollector(trace, undefined, count, count, trace.trigger ? 1 : trace.rows),
    present,
    before: difference ? Float64Array.from(present()) : undefined,
    row: new Float64Array(count),
    until: 0,
    read: (row) => {
      const now = present();
      const { before } = followed;
      for (let k = 0; k < now.length; k++) {
        const value = before ? now[k]! - before[k]! : now[k]!;
        if (reducer) reducer.add(units ? placeOf.get(chosen.targets[k]!)! : 0, value);
        else row[k] = value;
      }
      reducer?.write(row, 0);
      if (before) followed.before = now;
    },
  };
  return followed;
};

/** Reads the weights of projections at the end of the recorded steps, with which a chunk ends. */
export class WeightReader implements RowReader {
  readonly spikeCount = 0;
  readonly #followed: readonly Followed[];
  readonly #started: Started;

  constructor(plans: readonly WeightPlan[], keeper: WeightKeeper, started: Started) {
    this.#started = started;
    this.#followed = plans.map((plan) => follow(plan, keeper));
  }

  get collectors(): readonly TraceCollector[] {
    return this.#followed.map(({ collector }) => collector);
  }

  schedule(): void {}

  until(firstStep: number): number {
    return this.#followed.reduce((least, followed) => {
      const { collector, plan } = followed;
      const until = collector.until(firstStep);
      if (plan.manual !== undefined) return Math.min(least, until, this.#isStarted(followed, firstStep) ? 1 : LONG);
      const { first, count } = collector.schedule(firstStep, LONG);
      return Math.min(least, until, count > 0 ? first + 1 : LONG);
    }, Number.POSITIVE_INFINITY);
  }

  take(firstStep: number, rows: number, kept: number): void {
    if (kept < rows) return;
    for (const followed of this.#followed) {
      const { collector, read, row, plan } = followed;
      if (plan.manual !== undefined && !this.#isStarted(followed, firstStep)) {
        collector.jump(firstStep + rows - 1);
        continue;
      }
      if (collector.schedule(firstStep, rows).count === 0) continue;
      read(row);
      collector.take(row, 1);
    }
  }

  /** Whether the weights of a step are recorded because of a trigger. */
  #isStarted(followed: Followed, step: number): boolean {
    const { manual, trace } = followed.plan;
    const { once, held } = this.#started;
    if (once.has(manual!) || held.has(manual!)) followed.until = step + trace.trigger!.after;
    return step <= followed.until;
  }

  takeSpikes(_firstStep: number, rows: number): number {
    return rows;
  }

  results(dt: number): Recordings {
    return this.resultsOf((own) => own, dt);
  }

  resultsOf(shown: (own: TraceCollector) => ShownRows, dt: number): Recordings {
    return Object.fromEntries(
      this.#followed.map(({ plan, columns, collector }): [string, WeightRecording] => {
        const { name, unit } = plan.trace;
        const { steps, values } = shown(collector);
        const times = timesOfSteps(steps, dt);
        return [name, { name, unit, ...columns, steps, times, columns: collector.plan.columns, values }];
      }),
    );
  }

  async drain(sink: RecordSink): Promise<void> {
    await drainRows(this.collectors, sink);
  }

  /** The rows of the records as a sink receives them, with what their columns are. */
  get traces(): readonly TracePlan[] {
    return this.#followed.map(({ plan: { reduce, over }, columns, collector: { plan } }): TracePlan => {
      if (!reduce) return { ...plan, columnsAre: "synapse", units: Array.from(columns.synapses) };
      if (over === "synapses") return { ...plan, reduce, over: "units" };
      return { ...plan, reduce, over: "time", columnsAre: "target", units: Array.from(columns.targets) };
    });
  }

  clear(): void {
    for (const { collector } of this.#followed) collector.clear();
  }

  jump(step: number): void {
    for (const own of this.#followed) {
      own.collector.jump(step);
      own.until = 0;
      if (own.before) own.before = own.present();
    }
  }

  resume(other: WeightReader): void {
    for (const [k, own] of this.#followed.entries()) {
      const former = other.#followed[k]!;
      own.collector.resume(former.collector);
      own.before = former.before;
      own.until = former.until;
    }
  }
}
