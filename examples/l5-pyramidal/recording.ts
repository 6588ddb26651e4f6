import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** One stimulus and the response of the neuron. */
export interface Recording {
  readonly name: string;
  /** Sample times, ms: one every 1 ms. */
  readonly time: Float64Array;
  /** Injected current, pA. */
  readonly current: Float64Array;
  /** Recorded potential of the first repetition, mV. */
  readonly voltage: Float64Array;
  /** Spike times of the four repetitions, ms. */
  readonly repetitions: readonly (readonly number[])[];
  /** ms */
  readonly duration: number;
}

export type RecordingName = "04" | "05" | "06";

/** The path of a file of this example. */
export const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export const readRecording = async (name: RecordingName): Promise<Recording> => {
  const [header, ...lines] = (await readFile(pathOf(`data/${name}.csv`), "utf8")).trim().split("\n");
  if (header !== "time_ms,current_pA,voltage_mV") throw new Error(`data/${name}.csv has other columns: ${header}.`);
  const rows = lines.map((line) => line.split(",").map(Number));
  const column = (k: number): Float64Array => Float64Array.from(rows, (row) => row[k]!);
  const { spikes_ms } = JSON.parse(await readFile(pathOf(`data/${name}.spikes.json`), "utf8"));
  return {
    name,
    time: column(0),
    current: column(1),
    voltage: column(2),
    repetitions: spikes_ms,
    duration: rows.length,
  };
};
