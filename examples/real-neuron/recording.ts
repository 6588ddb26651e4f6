import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The parts of the recordings: two conditions, each in halves of 5 s. */
export const parts = ["200Hz-first", "200Hz-second", "800Hz-first", "800Hz-second"] as const;
export type Part = (typeof parts)[number];
/** The part that the parameters are fitted to. */
export const trained: Part = "200Hz-first";

/** Length of a part, and time between samples of the sound, ms. */
export const duration = 5000;
export const interval = 0.1;

/** Readable names of the parts. */
export const titles: Readonly<Record<Part, string>> = {
  "200Hz-first": "200 Hz, first half",
  "200Hz-second": "200 Hz, second half",
  "800Hz-first": "800 Hz, first half",
  "800Hz-second": "800 Hz, second half",
};

/** One sound and the response of the neuron. */
export interface Recording {
  readonly part: Part;
  /** Amplitude of the sound, in thousandths of its largest value, one sample every 0.1 ms. */
  readonly amplitude: Float64Array;
  /** Spike times, ms. */
  readonly spikes: readonly number[];
}

/** The path of a file of this example. */
export const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export const readRecording = async (part: Part): Promise<Recording> => {
  const [, ...lines] = (await readFile(pathOf(`data/${part}.csv`), "utf8")).trim().split("\n");
  const spikes = JSON.parse(await readFile(pathOf("data/spikes.json"), "utf8"));
  return { part, amplitude: Float64Array.from(lines, Number), spikes: spikes[part][0] };
};
