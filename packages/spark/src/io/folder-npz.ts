import { timesOfSteps } from "../config/time.ts";
import { npzStream } from "./files-npz.ts";
import type { RowFile, RowTable, SpikeFile } from "./folder-file.ts";

/** Names of the arrays of what the columns are. */
const LABELS = { unit: "units", synapse: "synapses", target: "targets" } as const;

/** Shape of the values of a step. */
const rowShape = ({ units, bins, columns }: RowTable): number[] => {
  if (!bins) return [columns];
  const count = bins.edges.length - 1;
  return units ? [units.length, count] : [count];
};

const dtypes = { f32: "f4", f64: "f8", i32: "i4" } as const;

/** Integers in NumPy's default type of 64 bits; unsigned ones would wrap around in a subtraction. */
const wholes = (values: ArrayLike<number>): BigInt64Array => {
  const words = new Uint32Array(2 * values.length);
  for (let k = 0; k < values.length; k++) {
    words[2 * k] = values[k]!;
    words[2 * k + 1] = Math.floor(values[k]! / 2 ** 32);
  }
  return new BigInt64Array(words.buffer);
};

/** Spikes as arrays `steps` and `units` of equal length, and `dt`. */
export const spikeNpz = async (path: string, dt: number): Promise<SpikeFile> => {
  const file = await npzStream(path, {
    steps: { dtype: "i8" },
    units: { dtype: "i8" },
    dt: { dtype: "f8", single: true },
  });
  try {
    await file.append("dt", Float64Array.of(dt));
    file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
  return {
    append: async (steps, units) => {
      await file.append("steps", wholes(steps));
      await file.append("units", wholes(units));
      file.commit();
    },
    finish: () => file.finish(),
    abort: () => file.abort(),
    keep: () => file.keep(),
  };
};

/**
 * Rows as arrays `steps`, `times` (ms), `units` (absent for a reduction over units) and `values` (rows × columns). A
 * histogram also has `edges`, and `values` of rows × units × bins, or rows × bins.
 */
export const rowNpz = async (path: string, table: RowTable): Promise<RowFile> => {
  const file = await npzStream(path, {
    steps: { dtype: "i8" },
    times: { dtype: "f8" },
    ...(table.units && { [LABELS[table.label]]: { dtype: "i8" as const } }),
    ...(table.bins && { edges: { dtype: "f8" as const } }),
    values: { dtype: dtypes[table.type], row: rowShape(table) },
  });
  try {
    if (table.units) await file.append(LABELS[table.label], wholes(table.units));
    if (table.bins) await file.append("edges", Float64Array.from(table.bins.edges));
    file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
  return {
    append: async (steps, values) => {
      await file.append("steps", wholes(steps));
      await file.append("times", timesOfSteps(steps, table.dt));
      await file.append("values", values);
      file.commit();
    },
    finish: () => file.finish(),
    abort: () => file.abort(),
    keep: () => file.keep(),
  };
};
