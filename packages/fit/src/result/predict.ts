import { analysis, type ComponentType, type ConfigOf, type Fields, simulate } from "spark-snn";
import { withGivenSpikes } from "spark-snn/documents";
import { logLikelihoods, makeEvaluator, type RunSettings } from "../evaluate.ts";
import { type ReadObjective, reliabilityOf } from "../objective.ts";
import { currentOf } from "../recording/current.ts";
import type { ReadRecording } from "../recording/recording.ts";
import { bitsPerSpike, likelihoodTarget } from "../scores/likelihood.ts";
import type { Point } from "../search/optimizer.ts";
import { latencyAt, parametersAt, type Space, stepsInMs } from "../space/space.ts";
import type { Prediction, RecordingScore } from "./result.ts";

/** Runs of a soma that spikes at random, over which Γ is averaged. */
const TRIALS = 20;

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
  const parameters = parametersAt(space, point);
  const latency = stepsInMs(latencyAt(space, point, settings.dt), settings.dt);
  const units = [objective.likelihood ? TRIALS : 1];
  const run = await simulate(type({ ...parameters, units } as ConfigOf<Fields>), {
    duration,
    ...settings,
    inputs: { current: currentOf(recording, latency) },
    record: { outSpikes: true, potential: { every } },
    nonFinite: "ignore",
  });
  const trials = Array.from({ length: units[0]! }, (_, unit) => run.outSpikes.times(unit));
  const scored = await makeEvaluator(type, space, [recording], objective, settings).evaluate([point]);
  const options = { duration, window, saturated: -1 };
  const coincidence = repetitions.map((train) =>
    meanOf(trials.map((spikes) => analysis.coincidenceFactor(spikes, train, options))),
  );
  const mean = meanOf(coincidence);
  const reliability = reliabilityOf(recording, window);
  return {
    name: recording.name,
    role,
    score: scored.scores[0]!,
    coincidence,
    meanCoincidence: mean,
    reliability,
    ratio: reliability !== undefined && reliability > 0 ? mean / reliability : undefined,
    bitsPerSpike: objective.likelihood && (await informationOf(judge, recording, parameters, latency)),
    recordedCounts: repetitions.map((train) => train.length),
    spikes: trials[0]!,
    trials,
    recorded: repetitions,
    potential: Float64Array.from(run.potential.trace(0)),
    interval: every * settings.dt,
  };
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const informationOf = async (
  { type, settings }: Judge,
  recording: ReadRecording,
  parameters: Readonly<Record<string, number>>,
  latency: number,
): Promise<number> => {
  const target = likelihoodTarget(recording, settings.dt);
  const component = withGivenSpikes(type)({ ...parameters, units: [1] } as ConfigOf<Fields>);
  return bitsPerSpike((await logLikelihoods(component, recording, target, latency, settings))[0]!, target);
};

/** The scores of a prediction without its data. */
export const scoreOnly = (prediction: Prediction): RecordingScore => {
  const { spikes, trials, recorded, potential, interval, ...score } = prediction;
  return score;
};
