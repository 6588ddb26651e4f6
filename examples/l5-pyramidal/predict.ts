import { readFile } from "node:fs/promises";
import { experiment, type PredictionScore, predictionScore, simulate } from "spark-snn";
import { pathOf, type Recording, type RecordingName, readRecording } from "./recording.ts";

/** What the soma of experiment.json makes of a stimulus, and how near that is to the neuron. */
export interface Prediction {
  readonly recording: Recording;
  /** Length of a step, ms. */
  readonly dt: number;
  /** Step of each predicted spike, from 1, and its time, ms. */
  readonly steps: Uint32Array;
  readonly times: Float64Array;
  /** The soma's potential, mV, at the end of each full millisecond: 1, 2, 3 … ms. */
  readonly potential: ArrayLike<number>;
  readonly score: PredictionScore;
}

/** How far apart, ms, a predicted and a recorded spike may be to coincide. */
export const window = 4;

/** Runs experiment.json with the current of a stimulus in the place of its own. */
export const predict = async (name: RecordingName): Promise<Prediction> => {
  const document = JSON.parse(await readFile(pathOf("experiment.json"), "utf8"));
  document.inputs.current.csv = `data/${name}.csv`;
  const read = (path: string): Promise<Uint8Array> => readFile(pathOf(path));
  const { component, options } = await experiment(document, { readFile: read, kind: "soma" });
  const run = await simulate(component, { ...options, record: { outSpikes: true, potential: { every: 2 } } });
  const recording = await readRecording(name);
  const times = run.outSpikes.times();
  return {
    recording,
    dt: run.dt,
    steps: run.outSpikes.steps,
    times,
    potential: run.potential.trace(),
    score: predictionScore(times, recording.repetitions, { duration: recording.duration, window }),
  };
};

/** The row of a prediction in a table of scores. */
export const scoreRow = ({ recording, times, score }: Prediction): string[] => {
  const recorded = recording.repetitions.map((train) => train.length);
  return [
    recording.name,
    recording.name === "04" ? "yes" : "no",
    `${Math.min(...recorded)}–${Math.max(...recorded)}`,
    `${times.length}`,
    ...[...score.each, score.mean, score.reliability, score.ratio].map((value) => value.toFixed(3)),
  ];
};
export const scoreHeader: readonly string[] = [
  "stimulus",
  "fitted",
  "spikes, neuron",
  "soma",
  "Γ with 1",
  "with 2",
  "with 3",
  "with 4",
  "mean Γ",
  "reliability",
  "ratio",
];
