import type { View } from "../program/machine.ts";
import { type TracePlan, takesAll } from "./plan.ts";
import { Reducer } from "./reducer.ts";
import { Rows, type Saved, type Values } from "./rows.ts";
import { type StepWindow, windowFrom } from "./windows.ts";

export const allocate = (type: TracePlan["type"], length: number): Values =>
  type === "f64" ? new Float64Array(length) : type === "f32" ? new Float32Array(length) : new Int32Array(length);

/** Schedule of a chunk: the rows to record, counted from 0, and their number. */
export interface Schedule {
  readonly first: number;
  readonly every: number;
  readonly last: number;
  readonly count: number;
}

/** Copies record rows of a machine, with the columns in the user's order, and reduces them if requested. */
export class TraceCollector extends Rows<TracePlan, Values> {
  /** Position of each column in a record row; undefined if column k is at position k. */
  readonly #places: Int32Array | undefined;
  /** Number of columns that are copied from a record row. */
  readonly #taken: number;
  readonly #width: number;
  /** Combines the values of a row, or those of an interval. */
  readonly #reducer: Reducer | undefined;
  /** Steps of the unfinished interval. */
  #merged = 0;
  #next!: number;
  /** The window of the next rows. */
  #window: StepWindow | undefined;

  /**
   * `places` and `width` describe a record row of a population of `units`. `capacity` is the number of recorded rows in
   * memory: all, or those of one chunk.
   */
  constructor(plan: TracePlan, places: Int32Array | undefined, width: number, units: number, capacity: number) {
    super(plan, allocate(plan.type, capacity * plan.columns), capacity);
    this.#places = places;
    this.#taken = places?.length ?? units;
    this.#width = width;
    const groups = takesAll(plan) && plan.over === "time" ? this.#taken : 1;
    this.#reducer = plan.reduce && new Reducer(plan.reduce, groups, plan.edges);
    this.#enter(plan.windows ? undefined : plan);
  }

  /** Begins a window. */
  #enter(window: StepWindow | undefined): void {
    this.#window = window;
    this.#merged = 0;
    this.#reducer?.clear();
    const { every } = this.plan;
    this.#next = window ? window.first + (takesAll(this.plan) ? 0 : every - 1) : Number.POSITIVE_INFINITY;
  }

  /** Finds the window of a step or the next one. */
  #follow(step: number): void {
    const { windows } = this.plan;
    if (!windows || (this.#window && step <= this.#window.last)) return;
    const next = windowFrom(windows, step, this.plan);
    if (next || this.#window) this.#enter(next);
  }

  /** Number of steps from a step on that lie in the same window, or before the next one. */
  until(step: number): number {
    this.#follow(step);
    const window = this.#window;
    if (!this.plan.windows || !window) return Number.POSITIVE_INFINITY;
    return (step < window.first ? window.first : window.last + 1) - step;
  }

  /** Continues after a step from which the values before it are unknown, with the next whole interval. */
  jump(step: number): void {
    const { every, windows } = this.plan;
    const window = windows ? windowFrom(windows, step + 1, this.plan) : this.plan;
    this.#enter(window);
    if (windows && !window) this.#window = undefined;
    if (Number.isFinite(this.#next)) this.#next += Math.max(0, Math.ceil((step + 1 - this.#next) / every)) * every;
    this.clear();
  }

  /** Takes over the unfinished interval of a collector of the same plan. */
  resume(other: TraceCollector): void {
    this.load(other.save());
    this.#window = this.plan.windows ? other.#window : this.plan;
  }

  /** The unfinished interval as numbers. */
  save(): Saved {
    const [counts, partial, squares, origin] = this.#reducer?.state ?? [];
    return { interval: [this.#next, this.#merged], ...(counts && { counts, partial, squares, origin }) } as Saved;
  }

  /** Takes over what `save` of a collector of the same plan returned. */
  load(saved: Saved): void {
    [this.#next, this.#merged] = saved["interval"] as unknown as [number, number];
    const names = ["counts", "partial", "squares", "origin"];
    for (const [k, own] of (this.#reducer?.state ?? []).entries()) own.set(saved[names[k]!]!);
  }

  schedule(firstStep: number, rows: number): Schedule {
    this.#follow(firstStep);
    const every = takesAll(this.plan) ? 1 : this.plan.every;
    const first = this.#next - firstStep;
    const last = Math.min(rows - 1, (this.#window ?? this.plan).last - firstStep);
    const count = first > last ? 0 : Math.floor((last - first) / every) + 1;
    // Row numbers have 32 bits; an interval longer than the chunk occurs at most once in it.
    return { first: count > 0 ? first : rows, every: Math.min(every, rows), last: count > 0 ? last : -1, count };
  }

  /** Adds the rows that the machine recorded by that schedule. */
  take(recorded: View, count: number): void {
    if (takesAll(this.plan)) {
      for (let row = 0; row < count; row++) this.#merge(recorded, row * this.#width, this.#next++);
    } else this.#keep(recorded, count);
  }

  #keep(recorded: View, count: number): void {
    const { columns, every } = this.plan;
    const { room } = this;
    const reducer = this.#reducer;
    const places = this.#places;
    const width = this.#width;
    const end = count * width;
    let out = this.end;
    for (let start = 0; start < end; start += width, out += columns) {
      if (reducer) this.#reduceRow(reducer, recorded, start, out);
      else if (places) for (let c = 0; c < columns; c++) room[out + c] = recorded[start + places[c]!]!;
      else room.set(recorded.subarray(start, start + columns), out);
    }
    this.add(this.#next, every, count);
    this.#next += every * count;
  }

  /** Reduces over the units, in their order. */
  #reduceRow(reducer: Reducer, recorded: ArrayLike<number>, start: number, out: number): void {
    reducer.addAll(recorded, start, this.#places, this.#taken);
    reducer.write(this.room, out);
  }

  /** Adds a step to the unfinished interval. */
  #merge(recorded: ArrayLike<number>, start: number, step: number): void {
    const reducer = this.#reducer!;
    if (this.plan.over === "time") reducer.addEach(recorded, start, this.#places, this.#taken);
    else reducer.addAll(recorded, start, this.#places, this.#taken);
    this.#merged++;
    if (this.#merged < this.plan.every) return;
    reducer.write(this.room, this.end);
    this.add(step);
    this.#merged = 0;
  }
}
