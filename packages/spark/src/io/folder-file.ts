import type { RatePlan, TracePlan } from "../record/plan.ts";

/** The values of a recorded variable. */
export type RecordValues = Float32Array | Float64Array | Int32Array;

/** A file that is being written and receives spikes. */
export interface SpikeFile {
  append(steps: Uint32Array, units: Uint32Array): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
  /** After a failure: keeps the complete data before it. Returns the names of the files. */
  keep(): Promise<readonly string[]>;
}

/** A file that is being written and receives rows of a variable or of rates. */
export interface RowFile {
  append(steps: Float64Array, values: RecordValues): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
  /** After a failure: keeps the complete data before it. Returns the names of the files. */
  keep(): Promise<readonly string[]>;
}

/** A recorded variable or rate, in the form of its file. */
export interface RowTable {
  /** Name of the column of values, with its unit: `potential_mV`, `mean_potential_mV`, `rate_Hz`. */
  readonly column: string;
  /** Units of the columns; absent for a reduction over units. */
  readonly units: Uint32Array | undefined;
  readonly columns: number;
  readonly type: "f32" | "f64" | "i32";
  /** ms */
  readonly dt: number;
}

const listed = (units: readonly number[] | undefined, columns: number): Uint32Array =>
  units ? Uint32Array.from(units) : Uint32Array.from({ length: columns }, (_, unit) => unit);

/** The table of a recorded variable. */
export const traceTable = ({ name, unit, units, columns, reduce, over, type }: TracePlan, dt: number): RowTable => ({
  column: `${reduce === undefined ? "" : `${reduce}_`}${name}${unit === "1" ? "" : `_${unit}`}`,
  units: reduce && over === "units" ? undefined : listed(units, columns),
  columns,
  type,
  dt,
});

/** The table of rates. */
export const rateTable = ({ units, columns, each }: RatePlan, dt: number): RowTable => ({
  column: "rate_Hz",
  units: each ? listed(units, columns) : undefined,
  columns,
  type: "f64",
  dt,
});
