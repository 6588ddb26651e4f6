import { join } from "node:path";
import {
  csvRows,
  decodeNpz,
  encodeNpz,
  eventsFromCsv,
  eventsToCsv,
  FileError,
  type NpyArray,
  type NpySource,
  type RunInfo,
  readCsv,
  type SpikeRecording,
  type TraceRecording,
  traceFromCsv,
  traceToCsv,
} from "spark-snn";
import { atomicStream, readFileStrict, writeAtomic } from "spark-snn/node";
import type { Summary } from "./summary.ts";

/** Spikes of a run. */
export interface Spikes {
  readonly steps: ArrayLike<number>;
  readonly units: ArrayLike<number>;
}

/** A recorded variable; `units` is empty where it was reduced to one column. */
export interface Trace {
  readonly name: string;
  readonly unit: string;
  readonly steps: ArrayLike<number>;
  readonly times: Float64Array;
  readonly units: ArrayLike<number>;
  readonly columns: number;
  readonly values: Float32Array | Float64Array | Int32Array;
}

/** What a run recorded. */
export interface Results {
  readonly spikes: Spikes | undefined;
  readonly traces: readonly Trace[];
}

export type Format = "csv" | "npz";
export const formats: readonly Format[] = ["csv", "npz"];

/** The records of a run, by the names that were asked for. */
export const resultsOf = (run: RunInfo, names: readonly string[]): Results => {
  const records = run as unknown as Readonly<Record<string, SpikeRecording | TraceRecording | undefined>>;
  return {
    spikes: records["outSpikes"] as SpikeRecording | undefined,
    traces: names
      .filter((name) => name !== "outSpikes" && records[name])
      .map((name) => records[name] as TraceRecording),
  };
};

const columnOf = ({ name, unit }: Pick<Trace, "name" | "unit">): string => (unit === "1" ? name : `${name}_${unit}`);

/** Writes the records into a folder, each file as a whole. Gives the files' names. */
export const writeRecords = async (
  folder: string,
  { spikes, traces }: Results,
  dt: number,
  format: Format,
): Promise<string[]> => {
  const files: string[] = [];
  const write = async (name: string, content: Iterable<string> | Uint8Array): Promise<void> => {
    files.push(name);
    await writeParts(join(folder, name), content);
  };
  if (format === "csv") {
    if (spikes) await write("outSpikes.csv", eventsToCsv(spikes, { dt }));
    for (const trace of traces) await write(`${trace.name}.csv`, traceCsv(trace, dt));
    return files;
  }
  if (spikes) {
    const steps = Int32Array.from(spikes.steps);
    const units = Int32Array.from(spikes.units);
    const time = Float64Array.from(steps, (step) => timeOf(step, dt));
    await write("spikes.npz", npz({ step: steps, time_ms: time, unit: units }));
  }
  for (const trace of traces) {
    const shape = [trace.steps.length, trace.columns];
    const values: NpySource = { data: trace.values, shape };
    await write(
      `${trace.name}.npz`,
      npz(
        { step: Int32Array.from(trace.steps), time_ms: trace.times, unit: Int32Array.from(trace.units) },
        { [columnOf(trace)]: values },
      ),
    );
  }
  return files;
};

const npz = (
  lists: Readonly<Record<string, Int32Array | Float64Array>>,
  more: Readonly<Record<string, NpySource>> = {},
) =>
  encodeNpz({
    ...Object.fromEntries(Object.entries(lists).map(([name, data]) => [name, { data, shape: [data.length] }])),
    ...more,
  });

/** Time at the end of a step, rounded once where dt is one over a whole number, as in the records. */
const timeOf = (step: number, dt: number): number => {
  const perMs = Math.round(1 / dt);
  return perMs >= 1 && Math.abs(perMs * dt - 1) < 1e-12 ? step / perMs : step * dt;
};

const traceCsv = (trace: Trace, dt: number): Iterable<string> => {
  const { steps, times, units, values } = trace;
  const column = columnOf(trace);
  if (units.length === 0) return csvRows(["step", "time_ms", column], [Float64Array.from(steps), times, values]);
  const floats = values instanceof Int32Array ? Float64Array.from(values) : values;
  return traceToCsv({ steps, units, values: floats }, { dt, column });
};

const writeParts = async (path: string, content: Iterable<string> | Uint8Array): Promise<void> => {
  if (content instanceof Uint8Array) return writeAtomic(path, content);
  const stream = await atomicStream(path);
  try {
    for (const part of content) await stream.write(part);
    await stream.finish();
  } catch (error) {
    await stream.abort();
    throw error;
  }
};

/** Reads back what a run left in a folder. */
export const readRecords = async (folder: string, summary: Summary): Promise<Results> => {
  let spikes: Spikes | undefined;
  const traces: Trace[] = [];
  const { dt } = summary;
  for (const { file, record, unit, type } of summary.records) {
    const path = join(folder, file);
    const bytes = await readFileStrict(path);
    if (record === "outSpikes") {
      spikes = file.endsWith(".csv") ? eventsFromCsv(bytes, { dt, name: path }) : spikesOf(bytes, path);
    } else if (file.endsWith(".csv")) {
      const trace = traceOfCsv(bytes, path, record, unit);
      // The shortest decimal of a single is that single only when it is read as one.
      traces.push(type === "f32" ? { ...trace, values: Float32Array.from(trace.values) } : trace);
    } else traces.push(traceOfNpz(bytes, path, record, unit));
  }
  return { spikes, traces };
};

const arrayOf = (arrays: Readonly<Record<string, NpyArray>>, name: string, path: string): NpyArray => {
  const array = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (array && !(array.data instanceof BigInt64Array || array.data instanceof BigUint64Array)) return array;
  throw new FileError(
    `${path} must hold an array "${name}"; received ${Object.keys(arrays).join(", ")}. Run it again.`,
  );
};
const listOf = (arrays: Readonly<Record<string, NpyArray>>, name: string, path: string): Float64Array =>
  Float64Array.from(arrayOf(arrays, name, path).data as ArrayLike<number>);

const spikesOf = (bytes: Uint8Array, path: string): Spikes => {
  const arrays = decodeNpz(bytes, { name: path });
  return { steps: listOf(arrays, "step", path), units: listOf(arrays, "unit", path) };
};

const traceOfNpz = (bytes: Uint8Array, path: string, name: string, unit: string): Trace => {
  const arrays = decodeNpz(bytes, { name: path });
  const values = arrayOf(arrays, columnOf({ name, unit }), path);
  return {
    name,
    unit,
    steps: listOf(arrays, "step", path),
    times: listOf(arrays, "time_ms", path),
    units: listOf(arrays, "unit", path),
    columns: values.shape[1] ?? 1,
    values: values.data as Float64Array,
  };
};

const traceOfCsv = (bytes: Uint8Array, path: string, name: string, unit: string): Trace => {
  const column = columnOf({ name, unit });
  const start = new TextDecoder().decode(bytes.subarray(0, 100));
  if (start.startsWith("step,time_ms,unit,")) {
    const read = traceFromCsv(bytes, { name: path, column });
    return { name, unit, ...read, columns: read.units.length, values: read.values as Float64Array };
  }
  const { columns } = readCsv(bytes, { name: path, columns: ["step", "time_ms", column], allowNoRows: true });
  return { name, unit, steps: columns[0]!, times: columns[1]!, units: [], columns: 1, values: columns[2]! };
};
