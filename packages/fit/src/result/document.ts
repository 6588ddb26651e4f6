import { ConfigError, type ExperimentDocument, type JsonObject, suggestName } from "spark-snn";
import { experimentVersion } from "spark-snn/documents";
import { currentOf } from "../recording/current.ts";
import type { ReadRecording } from "../recording/recording.ts";
import type { Prediction } from "./result.ts";

/** What an experiment of the fitted soma is made of. */
export interface ExperimentParts {
  readonly model: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** ms */
  readonly latency: number;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly recordings: readonly ReadRecording[];
  readonly predictions: readonly Prediction[];
}

/** The fitted soma under the current of a recording, as `spark-snn run` takes it. */
export const experimentOf = (
  { model, parameters, latency, dt, dtype, recordings, predictions }: ExperimentParts,
  name: string = recordings[0]!.name,
  current?: JsonObject,
): ExperimentDocument => {
  const k = recordings.findIndex((recording) => recording.name === name);
  if (k < 0) {
    const hint = suggestName(
      name,
      recordings.map((recording) => recording.name),
    );
    throw new ConfigError({
      path: "experiment.recording",
      message: `must be the name of a recording; received "${name}". ${hint}`,
    });
  }
  const recording = recordings[k]!;
  return {
    name: `${model} fitted, under the current of ${name}`,
    version: experimentVersion,
    model: { soma: model, ...parameters },
    duration: recording.duration,
    dt,
    ...(dtype !== "f32" && { dtype }),
    inputs: { current: delayed(recording, latency, current) },
    record: { outSpikes: true, potential: { every: Math.round(predictions[k]!.interval / dt) } },
  };
};

/** The current in a document, from its samples or as given. A latency makes it start later. */
const delayed = (recording: ReadRecording, latency: number, given?: JsonObject): JsonObject => {
  if (given && latency === 0) return given;
  const { series, ...rest } = currentOf(recording, latency);
  if ("times" in rest) return { series: [...series], ...rest, times: [...rest.times] };
  // Only the whole file of a current can start later.
  if (!given || recording.current.times[0] !== 0) return { series: [...series], ...rest };
  const { time, ...file } = given;
  return { ...file, ...rest };
};
