import { analysis, type ComponentType, type ConfigOf, type Fields, simulate } from "spark-snn";
import { makeEvaluator, type RunSettings } from "../evaluate.ts";
import type { ReadObjective } from "../objective.ts";
import { currentOf } from "../recording/current.ts";
import type { ReadRecording } from "../recording/recording.ts";
import type { Point } from "../search/optimizer.ts";
import { latencyAt, parametersAt, type Space, stepsInMs } from "../space/space.ts";
import type { Prediction, RecordingScore } from "./result.ts";

/** Settings for scoring a soma. */
export interface Judge {
  readonly type: ComponentType;
  readonly space: Space;
  readonly objective: ReadObjective;
  readonly settings: RunSettings;
  readonly window: number;
}

/** Runs a candidate on a recording and scores it. */
export const predict = async (
  judge: Judge,
  recording: ReadRecording,
  point: Point,
  role: RecordingScore["role"],
): Promise<Prediction> => {
  const { type, space, objective, settings, window } = judge;
  const { duration, repetitions } = recording;
  const every = Math.max(1, Math.round((recording.voltage?.interval ?? 1) / settings.dt));
  const run = await simulate(type(parametersAt(space, point) as ConfigOf<Fields>), {
    duration,
    ...settings,
    inputs: { current: currentOf(recording, stepsInMs(latencyAt(space, point, settings.dt), settings.dt)) },
    record: { outSpikes: true, potential: { every } },
    nonFinite: "ignore",
  });
  const spikes = run.outSpikes.times();
  const scored = await makeEvaluator(type, space, [recording], objective, settings).evaluate([point]);
  const options = { duration, window, saturated: -1 };
  const coincidence = repetitions.map((train) => analysis.coincidenceFactor(spikes, train, options));
  const mean = coincidence.reduce((sum, gamma) => sum + gamma, 0) / coincidence.length;
  const reliability = repetitions.length < 2 ? undefined : analysis.reliability(repetitions, options);
  return {
    name: recording.name,
    role,
    score: scored.scores[0]!,
    coincidence,
    meanCoincidence: mean,
    reliability,
    ratio: reliability !== undefined && reliability > 0 ? mean / reliability : undefined,
    recordedCounts: repetitions.map((train) => train.length),
    spikes,
    recorded: repetitions,
    potential: Float64Array.from(run.potential.trace()),
    interval: every * settings.dt,
  };
};

/** The scores of a prediction without its data. */
export const scoreOnly = (prediction: Prediction): RecordingScore => {
  const { spikes, recorded, potential, interval, ...score } = prediction;
  return score;
};
