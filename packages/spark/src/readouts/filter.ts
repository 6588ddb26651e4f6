import { doubles } from "../math/doubles.ts";
import { exp, expm1 } from "../math/elementary.ts";

/*
 * A read-out follows r ← r + k·(x − r) once a step, with k = 1 − e^(−dt/tau): of spikes x is 1000/dt Hz in a step with
 * a spike and 0 in all others, so that the mean of r over time is the rate. All in double precision.
 */

/** What a filter keeps from step to step. */
export interface FilterState {
  /** One a column. */
  readonly values: Float64Array;
  /** Of spikes: the step, from 1, to which each value belongs; 0 before the first spike. Else empty. */
  readonly since: Float64Array;
}

/** What a filter is made of. */
export interface FilterOptions {
  /** ms; no filter when left out. */
  readonly tau?: number | undefined;
  readonly mean: boolean;
  /** Multiplies every value. */
  readonly scale: number;
}

/** Share of the way to its target that a value goes in a step; all of it without a filter. */
const rateOf = (tau: number | undefined, dt: number): number => (tau === undefined ? 1 : -expm1(doubles, -dt / tau));

/** Steps up to which what is left of a value is computed once. */
const REMEMBERED = 1024;

/** What is left of a value after some steps without spikes. */
const decayOf = (tau: number | undefined, dt: number): ((steps: number) => number) => {
  if (tau === undefined) return (steps) => (steps === 0 ? 1 : 0);
  const after = (steps: number): number => exp(doubles, (-dt / tau) * steps);
  const remembered = Float64Array.from({ length: REMEMBERED }, (_, steps) => after(steps));
  return (steps) => (steps < REMEMBERED ? remembered[steps]! : after(steps));
};

/**
 * Filters spikes, with work for spikes and for reading alone. A value stays as its last spike left it and is brought
 * forward by one exponential, so that when it is read, or how steps are cut into chunks, never changes a bit.
 */
export class SpikeFilter {
  readonly kind = "spikes";
  /** Whether anything of it outlives a step. */
  readonly keeps = true;
  readonly state: FilterState;
  readonly #columnOf: Int32Array | undefined;
  readonly #decay: (steps: number) => number;
  /** What a spike adds to its column. */
  readonly #gain: number;
  readonly #scale: number;

  /** `columnOf` gives the column of each unit, −1 for none; that of its own number where it is left out. */
  constructor(
    columns: number,
    columnOf: Int32Array | undefined,
    { tau, scale }: FilterOptions,
    dt: number,
    share: number,
  ) {
    this.#scale = scale;
    this.state = { values: new Float64Array(columns), since: new Float64Array(columns) };
    this.#columnOf = columnOf;
    this.#decay = decayOf(tau, dt);
    this.#gain = (rateOf(tau, dt) * 1000) / dt / share;
  }

  /** Takes a spike of a step, from 1, that is not before those of earlier calls. */
  add(step: number, unit: number): void {
    const column = this.#columnOf ? this.#columnOf[unit]! : unit;
    if (column < 0) return;
    const { values, since } = this.state;
    values[column] = values[column]! * this.#decay(step - since[column]!) + this.#gain;
    since[column] = step;
  }

  /** Writes the values at the end of a step. */
  read(step: number, out: Float64Array): void {
    const { values, since } = this.state;
    for (let c = 0; c < out.length; c++) {
      out[c] = values[c] === 0 ? 0 : values[c]! * this.#decay(step - since[c]!) * this.#scale;
    }
  }
}

/** Filters a variable of which every step is seen. Starts at the value of the first step. */
export class FloatFilter {
  readonly kind = "variable";
  /** Whether anything of it outlives a step; else its value is that of the step. */
  readonly keeps: boolean;
  readonly state: FilterState;
  readonly #mean: boolean;
  readonly #rate: number;
  readonly #scale: number;

  constructor(columns: number, { mean, tau, scale }: FilterOptions, dt: number) {
    this.#scale = scale;
    this.state = { values: new Float64Array(columns), since: new Float64Array(0) };
    this.#mean = mean;
    this.keeps = tau !== undefined;
    this.#rate = rateOf(tau, dt);
  }

  /** Takes the values of a step, from 1: those of a row of records from `start` on, at the given places. */
  take(step: number, row: ArrayLike<number>, start: number, places: Int32Array): void {
    if (this.#mean) {
      let sum = 0;
      for (let k = 0; k < places.length; k++) sum += row[start + places[k]!]!;
      this.#follow(step, 0, sum / places.length);
    } else for (let c = 0; c < places.length; c++) this.#follow(step, c, row[start + places[c]!]!);
  }

  #follow(step: number, column: number, value: number): void {
    const { values } = this.state;
    const last = values[column]!;
    values[column] = step === 1 || !this.keeps ? value : last + this.#rate * (value - last);
  }

  /** Writes the values at the end of the last step that was taken. */
  read(_step: number, out: Float64Array): void {
    const { values } = this.state;
    for (let c = 0; c < out.length; c++) out[c] = values[c]! * this.#scale;
  }
}

/** A read-out with its filter. */
export interface BuiltReadout {
  readonly filter: SpikeFilter | FloatFilter;
  /** Units that are read, in their order. */
  readonly units: readonly number[];
  /** Values: one per unit, or their mean. */
  readonly columns: number;
}

/** What is read of how many units. */
export interface ReadUnits {
  readonly ofSpikes: boolean;
  readonly units: readonly number[] | undefined;
  /** Units of the population. */
  readonly size: number;
}

/** The filter of a read-out at its start. */
export const buildReadout = (
  { ofSpikes, units, size }: ReadUnits,
  options: FilterOptions,
  dt: number,
): BuiltReadout => {
  const { mean } = options;
  const read = units ?? Array.from({ length: size }, (_, unit) => unit);
  const columns = mean ? 1 : read.length;
  if (!ofSpikes) return { units: read, columns, filter: new FloatFilter(columns, options, dt) };
  const columnOf = mean || units ? new Int32Array(size).fill(-1) : undefined;
  for (const [k, unit] of read.entries()) if (columnOf) columnOf[unit] = mean ? 0 : k;
  const filter = new SpikeFilter(columns, columnOf, options, dt, mean ? read.length : 1);
  return { units: read, columns, filter };
};

/** What is wrong with a state that is given to a filter at the end of a step: where, what was received and wanted. */
export const stateFault = (
  { state }: SpikeFilter | FloatFilter,
  given: FilterState | undefined,
  step: number,
): readonly [at: string, received: unknown, wanted: string] | undefined => {
  for (const key of ["values", "since"] as const) {
    const { length } = state[key];
    const list = given?.[key];
    if (list?.length !== length) return [key, list?.length, `${length} values`];
    const wrong = list.findIndex((value) =>
      key === "values" ? !Number.isFinite(value) : !(Number.isInteger(value) && value >= 0 && value <= step),
    );
    if (wrong >= 0)
      return [`${key}[${wrong}]`, list[wrong], key === "values" ? "a finite number" : `a step up to ${step}`];
  }
  return undefined;
};
