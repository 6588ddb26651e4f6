import { readFile } from "node:fs/promises";
import { experiment, type PredictionScore, predictionScore, simulate } from "spark-snn";
import { pathOf, type Recording, type RecordingName, readRecording } from "./recording.ts";

/** Prediction of a stimulus by the soma of experiment.json, with its scores. */
export interface Prediction {
  readonly recording: Recording;
  /** Time step, ms. */
  readonly dt: number;
  /** Step of each predicted spike, from 1, and its time, ms. */
  readonly steps: Uint32Array;
  readonly times: Float64Array;
  /** Potential of the soma, mV, at the end of each full millisecond: 1, 2, 3 … ms. */
  readonly potential: ArrayLike<number>;
  readonly score: PredictionScore;
}

/** Largest distance of a predicted and a recorded spike that coincide, ms. */
export const window = 4;

/** Runs experiment.json with the current of the given stimulus. */
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

/** The row of a prediction in the table of scores. */
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
