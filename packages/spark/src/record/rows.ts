/** Numbers by name, from which a collector continues. */
export type Saved = Readonly<Record<string, ArrayLike<number>>>;

export type Values = Float32Array | Float64Array | Int32Array;

/** Rows of values, each with the number of the step at which it was complete. */
export class Rows<P extends { readonly columns: number }, V extends Values> {
  readonly plan: P;
  /** Values of all rows that there is room for. */
  protected readonly room: V;
  readonly #steps: Float64Array;
  #count = 0;

  /** `room` has the length of `capacity` rows. */
  constructor(plan: P, room: V, capacity: number) {
    this.plan = plan;
    this.room = room;
    this.#steps = new Float64Array(capacity);
  }

  get values(): V {
    return this.room.subarray(0, this.end) as V;
  }

  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#count);
  }

  get rows(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Index into `room` after the last row. */
  protected get end(): number {
    return this.#count * this.plan.columns;
  }

  /** Counts rows that were written from `end` on. Gives the step of the first row and the distance to the next. */
  protected add(step: number, every = 1, rows = 1): void {
    const steps = this.#steps;
    const end = this.#count + rows;
    for (let row = this.#count, next = step; row < end; row++, next += every) steps[row] = next;
    this.#count = end;
  }
}
