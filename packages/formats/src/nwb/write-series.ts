import type { DatasetOptions, WrittenGroup, WrittenObject } from "../hdf5/write.ts";
import type { NwbTrace } from "./results.ts";
import { nwbUnit } from "./units.ts";

/** Gives an object its type, the namespace of the type ("core" by default) and an identifier. */
export type Mark = (object: WrittenObject, type: string, namespace?: "core" | "hdmf-common") => Promise<void>;

/** Smaller datasets are not compressed. */
const COMPRESSED = 2 ** 14;
/** Number of values in a chunk. */
const CHUNK = 2 ** 16;

/** Chunks and compression of a long dataset of a shape. */
export const storageOf = (shape: readonly number[]): DatasetOptions => {
  const [rows = 0, ...others] = shape;
  const perRow = others.reduce((product, length) => product * length, 1);
  if (rows * perRow < COMPRESSED) return { shape };
  const chunks = [Math.min(rows, Math.max(1, Math.floor(CHUNK / perRow))), ...others];
  return { shape, maxShape: shape, chunks, compression: 4 };
};

/** Ascending numbers as text, such as "0 to 9, 12". */
const ranges = (numbers: ArrayLike<number>): string => {
  const parts: string[] = [];
  for (let k = 0; k < numbers.length; ) {
    let last = k;
    while (last + 1 < numbers.length && numbers[last + 1] === numbers[last]! + 1) last++;
    const [from, to] = [numbers[k]!, numbers[last]!];
    parts.push(from === to ? `${from}` : `${from} to ${to}`);
    k = last + 1;
  }
  return parts.join(", ");
};

const describe = ({ name, units }: NwbTrace, population: string): string => {
  const what = `${name} of ${population} in a simulation.`;
  if (units.length === 0) return what;
  return units.length === 1 ? `${what} Unit: ${units[0]}.` : `${what} Units of the columns: ${ranges(units)}.`;
};

/** Samples per second, Hz; undefined if the times have unequal distances. */
const rateOf = (times: ArrayLike<number>): number | undefined => {
  const count = times.length;
  if (count < 2) return undefined;
  const first = times[0]!;
  const interval = (times[count - 1]! - first) / (count - 1);
  for (let k = 0; k < count; k++) {
    if (Math.abs(times[k]! - (first + k * interval)) > 1e-6 * interval) return undefined;
  }
  return Number((1000 / interval).toPrecision(12));
};

/** Writes a variable over time as a series: rows are times, and columns are units. */
export const writeSeries = async (
  folder: WrittenGroup,
  name: string,
  population: string,
  trace: NwbTrace,
  mark: Mark,
): Promise<void> => {
  const { times, columns, values } = trace;
  const group = folder.group(name);
  await mark(group, "TimeSeries");
  group.attribute("description", describe(trace, population));
  group.attribute("comments", "Computed by a simulation, not measured.");
  const shape = columns === 1 ? [times.length] : [times.length, columns];
  const data = group.dataset("data", values, storageOf(shape));
  const { unit, conversion } = nwbUnit(trace.unit);
  data.attribute("unit", unit);
  data.attribute("conversion", conversion);
  data.attribute("offset", 0);
  data.attribute("resolution", -1);
  const rate = rateOf(times);
  if (rate === undefined) {
    const stamps = Float64Array.from(times, (time) => time / 1000);
    const timestamps = group.dataset("timestamps", stamps, storageOf([stamps.length]));
    timestamps.attribute("interval", 1, { type: "i32" });
    timestamps.attribute("unit", "seconds");
  } else {
    const start = group.dataset("starting_time", times[0]! / 1000);
    start.attribute("rate", rate);
    start.attribute("unit", "seconds");
  }
};
