import { analysis, type RecordHeader, type RecordSink } from "spark-snn";
import type { Results, Spikes, Trace } from "./records.ts";
import type { SpikeSummary } from "./summary.ts";
import { stepsNear } from "./times.ts";

type Values = Trace["values"];

/** Largest number of spikes, and of values of a variable, in a figure. The files contain everything. */
const MOST_SPIKES = 2_000_000;
const MOST_NUMBERS = 4_000_000;
/** ms */
export const SYNCHRONY_BIN = 3;

/** A list with a maximum length. */
class Growing {
  #values = new Float64Array(1024);
  length = 0;

  add(values: ArrayLike<number>, count: number): void {
    while (this.length + count > this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    for (let k = 0; k < count; k++) this.#values[this.length + k] = values[k]!;
    this.length += count;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}

interface KeptRows {
  readonly name: string;
  readonly unit: string;
  readonly units: ArrayLike<number>;
  readonly columns: number;
  readonly type: "f32" | "f64" | "i32";
  readonly steps: Growing;
  readonly values: Growing;
  full: boolean;
}

/**
 * Passes records on to another sink. In bounded memory, it counts the spikes of each unit and keeps enough records for
 * a figure.
 */
export class Tally implements RecordSink {
  readonly #next: RecordSink;
  #header: RecordHeader | undefined;
  readonly #steps = new Growing();
  readonly #units = new Growing();
  #spikesFull = false;
  readonly #rows = new Map<string, KeptRows>();
  /**
   * For each unit: spikes, step of the last one, and mean and squared deviations of its intervals, after Welford 1962.
   */
  #counts = new Float64Array();
  #last = new Float64Array();
  #means = new Float64Array();
  #squares = new Float64Array();
  /** Spikes of all recorded units in each bin of the recorded window. */
  readonly #bins: number[] = [];
  #binSteps = 1;

  readonly #begin: () => Promise<void>;
  #opening: Promise<void> | undefined;
  #settle: () => void = () => {};
  readonly #closed = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  /** `begin` is called before the next sink is opened. */
  constructor(next: RecordSink, begin: () => Promise<void> = async () => {}) {
    this.#next = next;
    this.#begin = begin;
  }

  /** Resolves when the next sink is closed, also if the run did not wait for it after an abort. */
  get closed(): Promise<void> {
    const opened = this.#opening?.then(
      () => true,
      () => false,
    );
    return Promise.resolve(opened).then((isOpen) => (isOpen ? this.#closed : undefined));
  }

  get grace(): number {
    return this.#next.grace ?? 0;
  }

  async open(header: RecordHeader): Promise<void> {
    this.#header = header;
    const all = Array.from({ length: Math.min(header.units, MOST_NUMBERS) }, (_, unit) => unit);
    const size = header.spikes ? header.units : 0;
    this.#counts = new Float64Array(size);
    this.#last = new Float64Array(size);
    this.#means = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#binSteps = stepsNear(SYNCHRONY_BIN, header.dt);
    for (const { name, unit, units, columns, reduce, over, edges, type } of header.traces) {
      const named = (reduce && over !== "time") || edges ? [] : (units ?? all);
      this.#keep(name, unit, named, columns, type);
    }
    for (const plan of [header.rate, header.activeFraction]) {
      if (!plan) continue;
      const { name, units, columns, each } = plan;
      this.#keep(name, name === "rate" ? "Hz" : "1", each ? (units ?? all) : [], columns, "f64");
    }
    this.#opening = this.#begin().then(() => this.#next.open(header));
    await this.#opening;
  }

  async spikes(steps: Uint32Array, units: Uint32Array): Promise<void> {
    const first = this.#header?.spikes?.first ?? 1;
    for (let k = 0; k < steps.length; k++) {
      const bin = Math.floor((steps[k]! - first) / this.#binSteps);
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    }
    for (let k = 0; k < steps.length; k++) this.#count(steps[k]!, units[k]!);
    if (this.#steps.length + steps.length > MOST_SPIKES) this.#spikesFull = true;
    if (!this.#spikesFull) {
      this.#steps.add(steps, steps.length);
      this.#units.add(units, units.length);
    }
    await this.#next.spikes(steps, units);
  }

  async rows(name: string, steps: Float64Array, values: Values): Promise<void> {
    const kept = this.#rows.get(name)!;
    const room = kept.full ? 0 : Math.floor((MOST_NUMBERS - kept.values.length) / kept.columns);
    const count = Math.min(room, steps.length);
    if (count < steps.length) kept.full = true;
    kept.steps.add(steps, count);
    kept.values.add(values, count * kept.columns);
    await this.#next.rows(name, steps, values);
  }

  async reached(step: number): Promise<void> {
    await this.#next.reached?.(step);
  }

  async close(complete: boolean): Promise<void> {
    try {
      await this.#next.close(complete);
    } finally {
      this.#settle();
    }
  }

  /** Data for a figure: all records, or the beginning of long ones. */
  get results(): Results {
    const spikes: Spikes | undefined = this.#header?.spikes && { steps: this.#steps.values, units: this.#units.values };
    return { spikes, traces: [...this.#rows.values()].map((rows) => this.#traceOf(rows)) };
  }

  /** Time up to which records were kept, ms; undefined if all were kept. */
  get keptUntil(): number | undefined {
    const lists = [...(this.#spikesFull ? [this.#steps] : [])];
    for (const { full, steps } of this.#rows.values()) if (full) lists.push(steps);
    if (lists.length === 0) return undefined;
    return Math.min(...lists.map((list) => list.values.at(-1) ?? 0)) * this.#header!.dt;
  }

  /**
   * Spike statistics of the recorded units in the recorded window, as far as a run of `steps` reached. Undefined if the
   * record has gaps, because they would count as silence.
   */
  summarize(steps: number): SpikeSummary | undefined {
    const plan = this.#header?.spikes;
    const { dt = 1, units = 0, firstStep = 1 } = this.#header ?? {};
    if (!plan || plan.windows || plan.trigger) return undefined;
    const covered = Math.min(plan.last, firstStep + steps - 1) - plan.first + 1;
    if (covered <= 0) return undefined;
    const seconds = (covered * dt) / 1000;
    const chosen = plan.units ?? Array.from({ length: units }, (_, unit) => unit);
    let count = 0;
    let active = 0;
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    let variation = 0;
    let varied = 0;
    for (const unit of chosen) {
      const own = this.#counts[unit]!;
      count += own;
      if (own > 0) active++;
      least = Math.min(least, own);
      most = Math.max(most, own);
      if (own < 3) continue;
      variation += Math.sqrt(this.#squares[unit]! / (own - 1)) / this.#means[unit]!;
      varied++;
    }
    return {
      count,
      units: chosen.length,
      active,
      meanRate: count / chosen.length / seconds,
      minRate: least / seconds,
      maxRate: most / seconds,
      meanCv: varied > 0 ? variation / varied : null,
    };
  }

  /**
   * Variance over mean of the spike counts of all recorded units in bins of 3 ms, after Potjans and Diesmann 2014.
   * Undefined for fewer than two bins, no spikes, or a record with gaps. A partial bin at the end of the window is ignored.
   */
  synchrony(steps: number): number | undefined {
    const plan = this.#header?.spikes;
    if (!plan || plan.windows || plan.trigger) return undefined;
    const covered = Math.min(plan.last, this.#header!.firstStep + steps - 1) - plan.first + 1;
    const counts = Array.from(
      { length: Math.max(0, Math.floor(covered / this.#binSteps)) },
      (_, k) => this.#bins[k] ?? 0,
    );
    const factor = analysis.fanoFactor(counts);
    return Number.isNaN(factor) ? undefined : factor;
  }

  #keep(name: string, unit: string, units: ArrayLike<number>, columns: number, type: KeptRows["type"]): void {
    const kept = { name, unit, units, columns, type, steps: new Growing(), values: new Growing(), full: false };
    this.#rows.set(name, kept);
  }

  #count(step: number, unit: number): void {
    const intervals = this.#counts[unit]!;
    this.#counts[unit] = intervals + 1;
    if (intervals > 0) {
      const gap = step - this.#last[unit]!;
      const off = gap - this.#means[unit]!;
      this.#means[unit]! += off / intervals;
      this.#squares[unit]! += off * (gap - this.#means[unit]!);
    }
    this.#last[unit] = step;
  }

  #traceOf({ name, unit, units, columns, type, steps, values }: KeptRows): Trace {
    const kept = values.values;
    const { dt } = this.#header!;
    return {
      name,
      unit,
      units,
      columns,
      steps: steps.values,
      times: steps.values.map((step) => step * dt),
      values: type === "f32" ? Float32Array.from(kept) : type === "i32" ? Int32Array.from(kept) : kept,
    };
  }
}
