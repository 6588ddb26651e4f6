import type { View } from "../program/machine.ts";
import { type TracePlan, takesAll } from "./plan.ts";
import { Rows, type Values } from "./rows.ts";
import { type StepWindow, windowFrom } from "./windows.ts";

const allocate = (type: TracePlan["type"], length: number): Values =>
  type === "f64" ? new Float64Array(length) : type === "f32" ? new Float32Array(length) : new Int32Array(length);

/** The standard deviation from sums of distances and of their squares. Rounding may make a tiny variance negative. */
const deviation = (sum: number, squares: number, count: number): number =>
  Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));

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
  readonly #partial: Float64Array;
  /** For standard deviations: sums of squares. `partial` and they are relative to the first value. */
  readonly #squares: Float64Array;
  readonly #origin: Float64Array;
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
    const merged = takesAll(plan) ? plan.columns : 0;
    this.#partial = new Float64Array(merged);
    this.#squares = new Float64Array(plan.reduce === "std" ? merged : 0);
    this.#origin = this.#squares.slice();
    this.#enter(plan.windows ? undefined : plan);
  }

  /** Begins a window. */
  #enter(window: StepWindow | undefined): void {
    this.#window = window;
    this.#merged = 0;
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
    const { first, every } = this.plan;
    const due = takesAll(this.plan) ? first : first + every - 1;
    this.#next = due + Math.max(0, Math.ceil((step + 1 - due) / every)) * every;
    this.#merged = 0;
    this.clear();
  }

  /** Takes over the unfinished interval of a collector of the same plan. */
  resume(other: TraceCollector): void {
    this.#partial.set(other.#partial);
    this.#merged = other.#merged;
    this.#next = other.#next;
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
    const { columns, every, reduce } = this.plan;
    const { room } = this;
    const places = this.#places;
    const width = this.#width;
    const end = count * width;
    let out = this.end;
    for (let start = 0; start < end; start += width, out += columns) {
      if (reduce) room[out] = this.#reduceRow(recorded, start);
      else if (places) for (let c = 0; c < columns; c++) room[out + c] = recorded[start + places[c]!]!;
      else room.set(recorded.subarray(start, start + columns), out);
    }
    this.add(this.#next, every, count);
    this.#next += every * count;
  }

  /** Reduces over the units, in their order and in double precision. */
  #reduceRow(recorded: ArrayLike<number>, start: number): number {
    const places = this.#places;
    if (this.plan.reduce === "std") return this.#deviation(recorded, start);
    let result = recorded[start + (places?.[0] ?? 0)]!;
    for (let c = 1; c < this.#taken; c++) {
      const value = recorded[start + (places ? places[c]! : c)]!;
      if (this.plan.reduce === "mean") result += value;
      else if (this.plan.reduce === "min" ? value < result : value > result) result = value;
    }
    return this.plan.reduce === "mean" ? result / this.#taken : result;
  }

  /** Standard deviation of the units: the root of the mean squared distance from their mean. */
  #deviation(recorded: ArrayLike<number>, start: number): number {
    const places = this.#places;
    const origin = recorded[start + (places?.[0] ?? 0)]!;
    let sum = 0;
    let squares = 0;
    for (let c = 1; c < this.#taken; c++) {
      const distance = recorded[start + (places ? places[c]! : c)]! - origin;
      sum += distance;
      squares += distance * distance;
    }
    return deviation(sum, squares, this.#taken);
  }

  #merge(recorded: ArrayLike<number>, start: number, step: number): void {
    const { reduce, every, columns } = this.plan;
    const partial = this.#partial;
    const places = this.#places;
    for (let c = 0; c < columns; c++) {
      const value = recorded[start + (places ? places[c]! : c)]!;
      if (reduce === "std") this.#spread(c, value);
      else if (this.#merged === 0) partial[c] = value;
      else if (reduce === "mean") partial[c]! += value;
      else if (reduce === "min" ? value < partial[c]! : value > partial[c]!) partial[c] = value;
    }
    this.#merged++;
    if (this.#merged < every) return;
    const out = this.end;
    for (let c = 0; c < columns; c++) {
      if (reduce === "std") this.room[out + c] = deviation(partial[c]!, this.#squares[c]!, every);
      else this.room[out + c] = reduce === "mean" ? partial[c]! / every : partial[c]!;
    }
    this.add(step);
    this.#merged = 0;
  }

  /** Adds a value to the sums of a column. */
  #spread(column: number, value: number): void {
    const partial = this.#partial;
    const squares = this.#squares;
    if (this.#merged === 0) {
      this.#origin[column] = value;
      partial[column] = 0;
      squares[column] = 0;
    }
    const distance = value - this.#origin[column]!;
    partial[column]! += distance;
    squares[column]! += distance * distance;
  }
}
