import { join } from "node:path";
import { decodeNpz, eventsFromCsv, FileError, type NpyArray, readCsv, traceFromCsv } from "spark-snn";
import { readFileStrict } from "spark-snn/node";
import type { Results, Spikes, Trace } from "./records.ts";
import type { Summary } from "./summary.ts";

/** Reads the records of a run from its folder. */
export const readRecords = async (
  folder: string,
  summary: Pick<Summary, "dt" | "steps" | "records"> & { readonly units?: Summary["units"] },
): Promise<Results> => {
  let spikes: Spikes | undefined;
  const traces: Trace[] = [];
  const { dt } = summary;
  for (const { file, record, unit, type, population } of summary.records) {
    const path = join(folder, file);
    if (file.endsWith(".h5")) {
      const { sonataSpikes, sonataTrace } = await import("./sonata-records.ts");
      if (record !== "outSpikes") {
        traces.push(await sonataTrace(path, population ?? "", record, unit, dt));
        continue;
      }
      spikes = await sonataSpikes(path, population ?? "", dt);
      checkUnits(spikes, path, summary.units);
      spikes = until(spikes, summary.steps);
      continue;
    }
    const bytes = await readFileStrict(path);
    const isText = file.endsWith(".csv");
    if (record === "outSpikes") {
      spikes = isText ? eventsFromCsv(bytes, { dt, name: path }) : spikesOfNpz(bytes, path);
      checkUnits(spikes, path, summary.units);
      spikes = until(spikes, summary.steps);
      continue;
    }
    const trace = isText ? traceOfCsv(bytes, path, record, unit) : traceOfNpz(bytes, path, record, unit);
    // The shortest decimal of a single-precision number restores its bits only if it is rounded to single precision.
    traces.push(type === "f32" ? { ...trace, values: Float32Array.from(trace.values) } : trace);
  }
  return { spikes, traces };
};

/** The spikes up to a step. A run that failed may have written more spikes than values. */
const until = ({ steps, units }: Spikes, last: number): Spikes => {
  let count = steps.length;
  while (count > 0 && steps[count - 1]! > last) count--;
  const cut = (list: ArrayLike<number>): ArrayLike<number> => Array.prototype.slice.call(list, 0, count);
  return count === steps.length ? { steps, units } : { steps: cut(steps), units: cut(units) };
};

const checkUnits = ({ units }: Spikes, path: string, shape: Summary["units"] | undefined): void => {
  const count = shape?.reduce((product, size) => product * size, 1) ?? Number.POSITIVE_INFINITY;
  for (let k = 0; k < units.length; k++) {
    if (units[k]! < count) continue;
    throw new FileError(
      `${path} contains unit ${units[k]}, but summary.json names ${count} units, counted from 0. The files are of different runs: run the experiment again.`,
    );
  }
};

const arrayOf = (arrays: Readonly<Record<string, NpyArray>>, name: string, path: string): NpyArray => {
  if (Object.hasOwn(arrays, name)) return arrays[name]!;
  throw new FileError(
    `${path} must contain an array "${name}"; received ${Object.keys(arrays).join(", ")}. Run it again.`,
  );
};
/** Integers are stored in 64 bits, and are small enough for doubles. */
const listOf = (arrays: Readonly<Record<string, NpyArray>>, name: string, path: string): Float64Array =>
  Float64Array.from(arrayOf(arrays, name, path).data as ArrayLike<number | bigint>, Number);

const spikesOfNpz = (bytes: Uint8Array, path: string): Spikes => {
  const arrays = decodeNpz(bytes, { name: path });
  return { steps: listOf(arrays, "steps", path), units: listOf(arrays, "units", path) };
};

const traceOfNpz = (bytes: Uint8Array, path: string, name: string, unit: string): Trace => {
  const arrays = decodeNpz(bytes, { name: path });
  const values = arrayOf(arrays, "values", path);
  return {
    name,
    unit,
    steps: listOf(arrays, "steps", path),
    times: listOf(arrays, "times", path),
    units: Object.hasOwn(arrays, "units") && !Object.hasOwn(arrays, "edges") ? listOf(arrays, "units", path) : [],
    columns: values.shape.slice(1).reduce((product, size) => product * size, 1),
    values: values.data as Float64Array,
  };
};

const traceOfCsv = (bytes: Uint8Array, path: string, name: string, unit: string): Trace => {
  const end = bytes.indexOf(0x0a);
  const header = new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end)).split(",");
  const column = header.at(-1)!.trim();
  // A histogram has more columns: the edges of its bins.
  if (header[2] === "unit" && header.length === 4) {
    const read = traceFromCsv(bytes, { name: path, column });
    return { name, unit, ...read, columns: read.units.length, values: read.values as Float64Array };
  }
  const { columns } = readCsv(bytes, { name: path, columns: ["step", "time_ms", column], allowNoRows: true });
  return { name, unit, steps: columns[0]!, times: columns[1]!, units: [], columns: 1, values: columns[2]! };
};
