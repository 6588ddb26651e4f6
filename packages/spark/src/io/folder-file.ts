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
  /** What these numbers are. */
  readonly label: "unit" | "synapse" | "target";
  readonly columns: number;
  /** The bins of a histogram: each unit has one column per bin. */
  readonly bins?: { readonly edges: readonly number[]; readonly unit: string };
  readonly type: "f32" | "f64" | "i32";
  /** ms */
  readonly dt: number;
}

const listed = (units: readonly number[] | undefined, columns: number): Uint32Array =>
  units ? Uint32Array.from(units) : Uint32Array.from({ length: columns }, (_, unit) => unit);

/** The table of a recorded variable. */
export const traceTable = (plan: TracePlan, dt: number): RowTable => {
  const { name, unit, units, columns, reduce, over, edges, type } = plan;
  const named = (quantity: string): string => `${quantity}${unit === "1" ? "" : `_${unit}`}`;
  return {
    column: edges ? `count_${name}` : named(`${reduce === undefined ? "" : `${reduce}_`}${name}`),
    units: reduce && over !== "time" ? undefined : listed(units, columns / (edges ? edges.length - 1 : 1)),
    label: plan.columnsAre ?? "unit",
    columns,
    ...(edges && { bins: { edges, unit } }),
    type,
    dt,
  };
};

/** The table of rates or active fractions. */
export const binnedTable = ({ name, units, columns, each }: RatePlan, dt: number): RowTable => ({
  column: name === "rate" ? "rate_Hz" : name,
  units: each ? listed(units, columns) : undefined,
  label: "unit",
  columns,
  type: "f64",
  dt,
});
