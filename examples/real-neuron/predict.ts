import { readFile } from "node:fs/promises";
import { analysis, experiment, simulate } from "spark-snn";
import { duration, type Part, pathOf, type Recording, readRecording, titles, trained } from "./recording.ts";

/** Largest distance of a predicted and a recorded spike that coincide, ms. */
export const window = 2;

/** Prediction of a part of the recordings by the soma of experiment.json, with its scores. */
export interface Prediction {
  readonly recording: Recording;
  /** Spike times, ms. */
  readonly times: Float64Array;
  /** Potential and threshold of the soma, mV, at the end of each step: 0.1, 0.2, 0.3 … ms. */
  readonly potential: Float64Array;
  readonly threshold: Float64Array;
  /** Coincidence factor Γ: 1 for equal trains, 0 for chance. */
  readonly coincidence: number;
  /** Fraction of the predicted spikes that have a recorded spike within the window. */
  readonly precision: number;
  /** Fraction of the recorded spikes that have a predicted spike within the window. */
  readonly recall: number;
}

/** Fraction of the spikes of a train that have a spike of another train within the window. */
const fractionNear = (train: ArrayLike<number>, others: ArrayLike<number>): number => {
  let near = 0;
  for (let k = 0, first = 0; k < train.length; k++) {
    while (first < others.length && others[first]! < train[k]! - window - 1e-9) first++;
    if (first < others.length && others[first]! <= train[k]! + window + 1e-9) near++;
  }
  return near / train.length;
};

/** Runs experiment.json with the sound of a part. */
export const predict = async (part: Part): Promise<Prediction> => {
  const document = JSON.parse(await readFile(pathOf("experiment.json"), "utf8"));
  document.inputs.current.csv = `data/${part}.csv`;
  const read = (path: string): Promise<Uint8Array> => readFile(pathOf(path));
  const { component, options } = await experiment(document, { readFile: read, kind: "soma" });
  const record = { outSpikes: true, potential: { every: 1 }, adaptation: { every: 1 } } as const;
  const run = await simulate(component, { ...options, record });
  const recording = await readRecording(part);
  const times = run.outSpikes.times();
  const level = document.model.threshold as number;
  return {
    recording,
    times,
    potential: Float64Array.from(run.potential.trace()),
    threshold: Float64Array.from(run.adaptation.trace(), (raised) => level + raised),
    coincidence: analysis.coincidenceFactor(times, recording.spikes, { duration, window }),
    precision: fractionNear(times, recording.spikes),
    recall: fractionNear(recording.spikes, times),
  };
};

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;

/** The row of a prediction in the table of scores. */
export const scoreRow = ({ recording, times, coincidence, precision, recall }: Prediction): string[] => [
  titles[recording.part],
  recording.part === trained ? "yes" : "no",
  `${recording.spikes.length}`,
  `${times.length}`,
  percent(recall),
  percent(precision),
  coincidence.toFixed(2),
];
export const scoreHeader: readonly string[] = [
  "recording",
  "fitted",
  "spikes, neuron",
  "soma",
  "neuron's spikes predicted",
  "soma's spikes right",
  "Γ",
];
