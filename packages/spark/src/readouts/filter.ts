import { counted } from "../config/counted.ts";
import { doubles } from "../math/doubles.ts";
import { exp, expm1 } from "../math/elementary.ts";
import type { IntegratorFilter } from "./integrator.ts";
import type { FilterState, Tuning } from "./tuning.ts";

/*
 * A read-out follows r ← r + k·(x − r) in every step, with k = 1 − e^(−dt/tau). For spikes, x is 1000/dt Hz in a step with
 * a spike and 0 in all other steps, so the mean of r over time is the rate. All values are in double precision.
 */

/** Parameters of a filter. */
export interface FilterOptions extends Tuning {
  readonly mean: boolean;
}

/** Fraction of the distance to its target that a value moves in one step; 1 without a filter. */
const rateOf = (tau: number | undefined, dt: number): number => (tau === undefined ? 1 : -expm1(doubles, -dt / tau));

/** Number of steps for which the remaining fractions are tabulated. */
const REMEMBERED = 1024;

/** Remaining fraction of a value after some steps without spikes. */
const decayOf = (tau: number | undefined, dt: number): ((steps: number) => number) => {
  if (tau === undefined) return (steps) => (steps === 0 ? 1 : 0);
  const after = (steps: number): number => exp(doubles, (-dt / tau) * steps);
  const remembered = Float64Array.from({ length: REMEMBERED }, (_, steps) => after(steps));
  return (steps) => (steps < REMEMBERED ? remembered[steps]! : after(steps));
};

/**
 * Filters spikes. It works only when a spike arrives or a value is read. A value is stored as of its last spike and
 * decayed by one exponential, so the times of reading and the division into chunks never change a bit.
 */
export class SpikeFilter {
  readonly kind = "spikes";
  /** Whether the filter has state. */
  readonly keeps = true;
  readonly state: FilterState;
  readonly #columnOf: Int32Array | undefined;
  readonly #dt: number;
  readonly #share: number;
  #decay!: (steps: number) => number;
  /** Increase of a column by a spike. */
  #gain!: number;
  #scale!: number;

  /** `columnOf` is the column of each unit, −1 for none. Default: column k for unit k. */
  constructor(columns: number, columnOf: Int32Array | undefined, options: FilterOptions, dt: number, share: number) {
    this.#dt = dt;
    this.#share = share;
    this.state = { values: new Float64Array(columns), since: new Float64Array(columns) };
    this.#columnOf = columnOf;
    this.tune(options, 0);
  }

  /** Uses other numbers from the end of a step on. */
  tune({ tau, scale }: Tuning, step: number): void {
    const { values, since } = this.state;
    for (let c = 0; c < values.length; c++) {
      if (values[c] === 0) continue;
      values[c] = values[c]! * this.#decay(step - since[c]!);
      since[c] = step;
    }
    this.#scale = scale;
    this.#decay = decayOf(tau, this.#dt);
    this.#gain = (rateOf(tau, this.#dt) * 1000) / this.#dt / this.#share;
  }

  /** Adds a spike. Steps count from 1 and must not decrease from call to call. */
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

/** Filters a variable that is read in every step. Starts at the value of the first step. */
export class FloatFilter {
  readonly kind = "variable";
  /** Whether the filter has state; otherwise its value is that of the step. */
  readonly keeps: boolean;
  readonly state: FilterState;
  readonly #mean: boolean;
  readonly #dt: number;
  #rate!: number;
  #scale!: number;

  constructor(columns: number, options: FilterOptions, dt: number) {
    const { mean, tau } = options;
    this.state = { values: new Float64Array(columns), since: new Float64Array(0) };
    this.#mean = mean;
    this.keeps = tau !== undefined;
    this.#dt = dt;
    this.tune(options);
  }

  /** Uses other numbers from now on. */
  tune({ tau, scale }: Tuning): void {
    this.#rate = rateOf(tau, this.#dt);
    this.#scale = scale;
  }

  /** Adds the values of a step (counted from 1): those at the given places of a record row that begins at `start`. */
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

  /** Writes the values at the end of the last added step. */
  read(_step: number, out: Float64Array): void {
    const { values } = this.state;
    for (let c = 0; c < out.length; c++) out[c] = values[c]! * this.#scale;
  }
}

/** A filter of any kind. */
export type ReadFilter = SpikeFilter | FloatFilter | IntegratorFilter;

/** A read-out with its filter. */
export interface BuiltReadout {
  readonly filter: ReadFilter;
  /** The units that are read, in order. */
  readonly units: readonly number[];
  /** Number of values: one per unit, or one for the mean. */
  readonly columns: number;
}

/** Kind of source of a read-out, and its units. */
export interface ReadUnits {
  readonly ofSpikes: boolean;
  readonly units: readonly number[] | undefined;
  /** Number of units of the population. */
  readonly size: number;
}

/** The filter of a read-out in its initial state. */
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

/** The first invalid value of a state to restore at the end of a step: its key, the value and the requirement. */
export const stateFault = (
  { state }: Pick<ReadFilter, "state">,
  given: FilterState | undefined,
  step: number,
  nonFinite: "ignore" | undefined,
): readonly [at: string, received: unknown, wanted: string] | undefined => {
  for (const key of ["values", "since"] as const) {
    const { length } = state[key];
    const list = given?.[key];
    if (!(list instanceof Float64Array) || list.length !== length) {
      return [key, (list as ArrayLike<number> | undefined)?.length, `a Float64Array of ${counted(length, "value")}`];
    }
    const wrong = list.findIndex((value) =>
      key === "values"
        ? !nonFinite && !Number.isFinite(value)
        : !(Number.isInteger(value) && value >= 0 && value <= step),
    );
    if (wrong >= 0)
      return [`${key}[${wrong}]`, list[wrong], key === "values" ? "a finite number" : `a step up to ${step}`];
  }
  return undefined;
};
