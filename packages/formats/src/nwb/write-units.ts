import { FileError } from "spark-snn";
import type { NumberType, WrittenDataset, WrittenGroup, WrittenValue } from "../hdf5/write.ts";
import type { NwbPopulation, NwbSpikes } from "./results.ts";
import { type Mark, storageOf } from "./write-series.ts";

/* The table of units: one row for each recorded unit of each population. */

/** Spikes of the rows of a population. */
interface Rows {
  /** Unit of each row. */
  readonly units: readonly number[];
  /** Times of the spikes, row by row and ascending in each, s. */
  readonly times: Float64Array;
  /** Number of spikes of each row. */
  readonly counts: Uint32Array;
}

const rowsOf = ({ name, units: count }: NwbPopulation, { times, units, recorded }: NwbSpikes): Rows => {
  const own = recorded ?? Array.from({ length: count }, (_, k) => k);
  const rowOf = new Map(own.map((unit, row) => [unit, row]));
  const counts = new Uint32Array(own.length);
  const rows = Uint32Array.from(units, (unit, k) => {
    const row = rowOf.get(unit);
    if (row === undefined) {
      throw new FileError(
        `The population ${name} has a spike ${k} of unit ${unit}, which is not one of its recorded units.`,
      );
    }
    counts[row]!++;
    return row;
  });
  let next = 0;
  // First the start of each row, and at last its end.
  const ends = Uint32Array.from(counts, (spikes) => {
    next += spikes;
    return next - spikes;
  });
  const sorted = new Float64Array(times.length);
  for (let k = 0; k < rows.length; k++) sorted[ends[rows[k]!]!++] = times[k]! / 1000;
  for (const [row, end] of ends.entries()) sorted.subarray(end - counts[row]!, end).sort();
  return { units: own, times: sorted, counts };
};

/** The index of the end of each row in a column of lists. */
const endsOf = (counts: readonly number[]): number[] => {
  let end = 0;
  return counts.map((count) => {
    end += count;
    return end;
  });
};

/** The smallest type of indices. In a wider one, nwbinspector takes the indices 0 and 1 of two units for truth values. */
const indexType = (indices: readonly number[]): NumberType => {
  const largest = indices.reduce((most, index) => Math.max(most, index), 0);
  if (largest < 2 ** 8) return "u8";
  return largest < 2 ** 16 ? "u16" : "u32";
};

const joined = (parts: readonly Float64Array[]): Float64Array => {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Writes the spikes of populations. */
export const writeUnits = async (
  root: WrittenGroup,
  populations: readonly NwbPopulation[],
  mark: Mark,
): Promise<void> => {
  const table = root.group("units");
  await mark(table, "Units");
  table.attribute(
    "description",
    "Simulated units. All populations whose spikes were recorded have a row for each unit.",
  );
  const all = populations.map((population) => rowsOf(population, population.spikes!));
  const counts = all.flatMap((rows) => Array.from(rows.counts));
  const windows = populations.flatMap(({ spikes }, k) => all[k]!.units.map(() => spikes!.windows ?? []));
  const hasWindows = populations.every(({ spikes }) => spikes!.windows !== undefined);
  const names = ["population", "unit", "spike_times", ...(hasWindows ? ["obs_intervals"] : [])];
  table.attribute("colnames", names);

  const column = async (
    name: string,
    about: string,
    values: WrittenValue,
    type?: NumberType | "text",
    shape?: number[],
  ) => {
    const length = (values as ArrayLike<unknown>).length;
    const storage = type === "text" ? {} : storageOf(shape ?? [length]);
    const made = table.dataset(name, values, { ...storage, ...(type && { type }) });
    await mark(made, "VectorData", "hdmf-common");
    made.attribute("description", about);
    return made;
  };
  const index = async (target: WrittenDataset, name: string, ends: readonly number[]): Promise<void> => {
    const made = table.dataset(`${name}_index`, ends, { type: "u64" });
    await mark(made, "VectorIndex", "hdmf-common");
    made.attribute("description", `Index for VectorData '${name}'`);
    made.reference("target", target);
  };

  const id = table.dataset(
    "id",
    counts.map((_, row) => row),
    { type: "i64" },
  );
  await mark(id, "ElementIdentifiers", "hdmf-common");
  const owners = populations.flatMap(({ name }, k) => all[k]!.units.map(() => name));
  await column("population", "Population of the unit.", owners, "text");
  const own = all.flatMap(({ units }) => units);
  await column("unit", "Index of the unit in its population, counted from 0.", own, indexType(own));
  const times = joined(all.map((rows) => rows.times));
  const trains = await column("spike_times", "Times of the spikes of the unit, s.", times);
  const steps = populations.flatMap(({ spikes }) => spikes!.dt ?? []);
  if (steps.length === populations.length) trains.attribute("resolution", Math.min(...steps) / 1000);
  await index(trains, "spike_times", endsOf(counts));
  if (!hasWindows) return;
  const intervals = Float64Array.from(windows.flat().flatMap(({ from, to }) => [from / 1000, to / 1000]));
  const shape = [intervals.length / 2, 2];
  const observed = await column("obs_intervals", "Recorded windows of the unit, s.", intervals, "f64", shape);
  await index(observed, "obs_intervals", endsOf(windows.map(({ length }) => length)));
};
