import { ConfigError, type ExperimentDocument, type JsonObject, suggestName } from "spark-snn";
import type { ReadRecording } from "../recording/recording.ts";
import type { Prediction } from "./result.ts";

/** What an experiment of the fitted soma is made of. */
export interface ExperimentParts {
  readonly model: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly recordings: readonly ReadRecording[];
  readonly predictions: readonly Prediction[];
}

/** The fitted soma under the current of a recording, as `spark-snn run` takes it. */
export const experimentOf = (
  { model, parameters, dt, dtype, recordings, predictions }: ExperimentParts,
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
  const { values, times, interval, even } = recording.current;
  const sampling = even ? { interval, start: times[0]! } : { times: [...times] };
  return {
    name: `${model} fitted, under the current of ${name}`,
    model: { soma: model, ...parameters },
    duration: recording.duration,
    dt,
    ...(dtype !== "f32" && { dtype }),
    inputs: { current: current ?? { series: [...values], ...sampling, after: "hold" } },
    record: { outSpikes: true, potential: { every: Math.round(predictions[k]!.interval / dt) } },
  };
};
