import {
  type ComponentType,
  ConfigError,
  type ConfigOf,
  documentOf,
  type ExperimentDocument,
  type Fields,
  type JsonObject,
  type SomaTypes,
  somas,
  suggestName,
} from "spark-snn";
import { experimentVersion } from "spark-snn/documents";
import { currentOf } from "../recording/current.ts";
import type { ReadRecording } from "../recording/recording.ts";
import type { Prediction } from "./result.ts";

/** What an experiment of the fitted soma is made of. */
export interface ExperimentParts {
  readonly type: ComponentType;
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
  { type, parameters, latency, dt, dtype, recordings, predictions }: ExperimentParts,
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
    name: `${type.model.name} fitted, under the current of ${name}`,
    version: experimentVersion,
    model: modelOf(type, parameters),
    duration: recording.duration,
    dt,
    ...(dtype !== "f32" && { dtype }),
    inputs: { current: delayed(recording, latency, current) },
    record: { outSpikes: true, potential: { every: Math.round(predictions[k]!.interval / dt) } },
  };
};

/** The soma by its name if it is one of the library, otherwise by its equations. */
const modelOf = (type: ComponentType, parameters: Readonly<Record<string, number>>): ExperimentDocument["model"] => {
  const { name } = type.model;
  const known: SomaTypes = somas;
  if (known[name]?.model === type.model) return { soma: name, ...parameters };
  const own = (): ExperimentDocument["model"] => documentOf(type(parameters as ConfigOf<Fields>)).model;
  try {
    return own();
  } catch (error) {
    // Some somas that are declared in code have no text. A document names them, and its reader must know them.
    if (error instanceof ConfigError) return { soma: name, ...parameters };
    throw error;
  }
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
