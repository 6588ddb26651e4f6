import { counted } from "../config/counted.ts";
import type { Gate } from "./gate.ts";
import { type RatePlan, type TracePlan, waitingRows } from "./plan.ts";
import type { RateCollector } from "./rates.ts";
import type { Saved, Values } from "./rows.ts";
import { allocate, type TraceCollector } from "./traces.ts";

export type RowsCollector = TraceCollector | RateCollector;
export type GatedPlan = TracePlan | RatePlan;

const FIRST_ROWS = 64;

const withPrefix = (prefix: string, saved: Saved): Saved =>
  Object.fromEntries(Object.entries(saved).map(([name, list]) => [`${prefix}.${name}`, list]));

const partOf = (prefix: string, saved: Saved): Saved =>
  Object.fromEntries(
    Object.entries(saved).flatMap(([name, list]) =>
      name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), list]] : [],
    ),
  );

/**
 * The rows of a record around the steps in which its conditions hold. The last rows wait in a ring, because a condition
 * that holds later looks back on them.
 */
export class GatedRows<P extends GatedPlan = GatedPlan> {
  readonly plan: P;
  /** Collects all rows of a chunk. */
  readonly inner: RowsCollector;
  readonly gate: Gate;
  #steps: Float64Array;
  #values: Values;
  #count = 0;
  /** Rows that would have been kept if there were room. */
  #missed = 0;
  /** All rows that were kept, also those that were passed on. */
  #kept = 0;
  /** Waiting rows: the first one is at `head`. */
  readonly #waitingSteps: Float64Array;
  readonly #waitingValues: Values;
  #head = 0;
  #waiting = 0;
  /** The last step that is kept because of a condition that held before. */
  #until = 0;

  constructor(plan: P, inner: RowsCollector, gate: Gate) {
    this.plan = plan;
    this.inner = inner;
    this.gate = gate;
    const capacity = waitingRows(plan);
    const type = "type" in plan ? plan.type : "f64";
    this.#waitingSteps = new Float64Array(capacity);
    this.#waitingValues = allocate(type, capacity * plan.columns);
    const first = Math.min(FIRST_ROWS, plan.rows);
    this.#steps = new Float64Array(first);
    this.#values = allocate(type, first * plan.columns);
  }

  get name(): string {
    return this.plan.name;
  }
  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#count);
  }
  get values(): Values {
    return this.#values.subarray(0, this.#count * this.plan.columns);
  }
  get rows(): number {
    return this.#count;
  }

  /** A sentence about rows that exceeded `most`. */
  get warning(): string | undefined {
    if (this.#missed === 0) return undefined;
    const { path, most } = this.gate.plan;
    const kept = counted(most, "row");
    return `${path} is full: it has the first ${kept}, and ${this.#missed} more met its condition. Raise most.`;
  }

  /** Sieves the first `kept` rows of a chunk. If nothing is recorded, rows only wait for a later step. */
  take(firstStep: number, kept: number, records: boolean): void {
    const { inner, gate } = this;
    const { before, after } = gate.plan;
    const { holds } = gate;
    const { steps, values, rows } = inner;
    let next = 0;
    for (let row = 0; row < kept; row++) {
      const step = firstStep + row;
      if (next < rows && steps[next] === step) this.#push(step, values, next++);
      if (holds[row] === 1) this.#until = step + after;
      if (records && step <= this.#until) this.#release();
      else while (this.#waiting > 0 && this.#waitingSteps[this.#head]! <= step - before) this.#drop();
    }
    inner.clear();
  }

  #push(step: number, values: Values, row: number): void {
    const { columns } = this.plan;
    const capacity = this.#waitingSteps.length;
    if (this.#waiting === capacity) this.#drop();
    const place = (this.#head + this.#waiting) % capacity;
    this.#waitingSteps[place] = step;
    this.#waitingValues.set(values.subarray(row * columns, (row + 1) * columns), place * columns);
    this.#waiting++;
  }

  #drop(): void {
    this.#head = (this.#head + 1) % this.#waitingSteps.length;
    this.#waiting--;
  }

  /** Keeps all rows that wait. */
  #release(): void {
    const { columns, trigger } = this.plan;
    for (; this.#waiting > 0; this.#drop()) {
      if (this.#kept >= trigger!.most) {
        this.#missed++;
        continue;
      }
      if (this.#count === this.#steps.length) this.#grow();
      const place = this.#head * columns;
      this.#steps[this.#count] = this.#waitingSteps[this.#head]!;
      this.#values.set(this.#waitingValues.subarray(place, place + columns), this.#count * columns);
      this.#count++;
      this.#kept++;
    }
  }

  #grow(): void {
    const size = Math.min(Math.max(2 * this.#steps.length, 1), Math.max(this.plan.rows, this.#count + 1));
    const { steps, values } = this;
    this.#steps = new Float64Array(size);
    this.#steps.set(steps);
    this.#values = allocate("type" in this.plan ? this.plan.type : "f64", size * this.plan.columns);
    this.#values.set(values);
  }

  clear(): void {
    this.#count = 0;
  }

  jump(_step: number): void {
    this.gate.clear();
    this.#waiting = 0;
    this.#until = 0;
    this.#count = 0;
  }

  save(): Saved {
    const { columns } = this.plan;
    const capacity = this.#waitingSteps.length;
    const places = Array.from({ length: this.#waiting }, (_, k) => (this.#head + k) % capacity);
    const rows = places.flatMap((place) => [...this.#waitingValues.subarray(place * columns, (place + 1) * columns)]);
    return {
      ...withPrefix("inner", this.inner.save()),
      ...withPrefix("gate", this.gate.save()),
      until: [this.#until],
      steps: places.map((place) => this.#waitingSteps[place]!),
      values: rows,
    };
  }

  /** Whether saved lists are those of waiting rows. */
  fits({ steps, values }: Saved): boolean {
    return steps!.length <= this.#waitingSteps.length && values!.length === steps!.length * this.plan.columns;
  }

  load(saved: Saved): void {
    this.inner.load(partOf("inner", saved));
    this.gate.load(partOf("gate", saved));
    this.#until = saved["until"]![0]!;
    this.#head = 0;
    this.#waiting = saved["steps"]!.length;
    this.#waitingSteps.set(saved["steps"]!);
    this.#waitingValues.set(saved["values"]!);
  }
}
