import { basename } from "node:path";
import { timesOfSteps } from "../config/time.ts";
import { csvRows } from "./csvrows.ts";
import { type AtomicStream, atomicStream } from "./files.ts";
import type { RecordValues, RowFile, RowTable, SpikeFile } from "./folder-file.ts";
import { eventsToCsv, traceToCsv } from "./tables.ts";

const writeAll = async (stream: AtomicStream, chunks: Iterable<string>): Promise<void> => {
  for (const chunk of chunks) await stream.write(chunk);
};

/** A stream that begins with the line of names. If that fails, nothing is left behind. */
const startStream = async (path: string, header: Iterable<string>): Promise<AtomicStream> => {
  const stream = await atomicStream(path);
  try {
    await writeAll(stream, header);
  } catch (error) {
    await stream.abort();
    throw error;
  }
  return stream;
};

const keepStream = async (stream: AtomicStream, path: string): Promise<readonly string[]> => {
  await stream.keep();
  return [basename(path)];
};

/** Spikes as `step,time_ms,unit`. */
export const spikeCsv = async (path: string, dt: number): Promise<SpikeFile> => {
  const stream = await startStream(path, eventsToCsv({ steps: [], units: [] }, { dt }));
  return {
    append: (steps, units) => writeAll(stream, eventsToCsv({ steps, units }, { dt, header: false })),
    finish: () => stream.finish(),
    abort: () => stream.abort(),
    keep: () => keepStream(stream, path),
  };
};

/** A line for each bin of a histogram: `step,time_ms,unit,from,to,<column>`, without `unit` for a reduction over units. */
function* binLines(table: RowTable, steps: Float64Array, values: RecordValues, header: boolean): Iterable<string> {
  const { edges, unit } = table.bins!;
  const bins = edges.length - 1;
  const lines = steps.length * table.columns;
  const filled = (of: (line: number) => number): Float64Array => Float64Array.from({ length: lines }, (_, k) => of(k));
  const own = filled((line) => steps[Math.floor(line / table.columns)]!);
  const named = (name: string): string => (unit === "1" ? name : `${name}_${unit}`);
  const { units } = table;
  yield* csvRows(
    ["step", "time_ms", ...(units ? ["unit"] : []), named("from"), named("to"), table.column],
    [
      own,
      timesOfSteps(own, table.dt),
      ...(units ? [filled((line) => units[Math.floor((line % table.columns) / bins)]!)] : []),
      filled((line) => edges[line % bins]!),
      filled((line) => edges[(line % bins) + 1]!),
      values,
    ],
    { header },
  );
}

/** A line for each synapse or target unit: `step,time_ms,synapse,<column>`. */
function* labelledLines(table: RowTable, steps: Float64Array, values: RecordValues, header: boolean): Iterable<string> {
  const units = table.units!;
  const own = Float64Array.from({ length: values.length }, (_, line) => steps[Math.floor(line / units.length)]!);
  const labels = Float64Array.from({ length: values.length }, (_, line) => units[line % units.length]!);
  const names = ["step", "time_ms", table.label, table.column];
  yield* csvRows(names, [own, timesOfSteps(own, table.dt), labels, values], { header, nonFinite: true });
}

/** Rows as `step,time_ms,unit,<column>`, or `step,time_ms,<column>` for a reduction over units. */
export const rowCsv = async (path: string, table: RowTable): Promise<RowFile> => {
  const lines = (steps: Float64Array, values: RecordValues, header: boolean): Iterable<string> => {
    if (table.bins) return binLines(table, steps, values, header);
    if (table.units && table.label !== "unit") return labelledLines(table, steps, values, header);
    return table.units
      ? traceToCsv(
          { steps, units: table.units, values: values instanceof Int32Array ? Float64Array.from(values) : values },
          { dt: table.dt, column: table.column, header, nonFinite: true },
        )
      : csvRows(["step", "time_ms", table.column], [steps, timesOfSteps(steps, table.dt), values], {
          header,
          nonFinite: true,
        });
  };
  const stream = await startStream(path, lines(new Float64Array(0), new Float64Array(0), true));
  return {
    append: (steps, values) => writeAll(stream, lines(steps, values, false)),
    finish: () => stream.finish(),
    abort: () => stream.abort(),
    keep: () => keepStream(stream, path),
  };
};
