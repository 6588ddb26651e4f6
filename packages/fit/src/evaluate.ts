import {
  type BackendChoice,
  type Component,
  type ComponentType,
  type ConfigOf,
  type Fields,
  type Precision,
  type RecordSink,
  type SimulateOptions,
  simulate,
} from "spark-snn";
import { GIVEN, LOG_LIKELIHOOD, withGivenSpikes } from "spark-snn/documents";
import { type Across, combineScores } from "./across.ts";
import { type ReadObjective, type RecordingScorers, scorersFor } from "./objective.ts";
import { currentOf } from "./recording/current.ts";
import type { ReadRecording } from "./recording/recording.ts";
import { type LikelihoodTarget, likelihoodScore, likelihoodTarget } from "./scores/likelihood.ts";
import type { Point } from "./search/optimizer.ts";
import { delaySpikes } from "./space/latency.ts";
import { configAt, latencyAt, type Space } from "./space/space.ts";

/** Run settings. Only dt and dtype affect the result. */
export interface RunSettings {
  /** ms */
  readonly dt: number;
  readonly dtype: Precision;
  readonly backend: BackendChoice;
  readonly threads: number | "all";
}

/** The scores of a generation. */
export interface Evaluation {
  /** The objective of each candidate, combined over the recordings; 1 is perfect. */
  readonly scores: Float64Array;
  /** Loss that the search minimises: 1 − score, plus a guide where the score is uninformative. */
  readonly losses: number[];
}

/** Seconds spent in runs, and the part of them spent in scoring. */
export interface Timing {
  total: number;
  scoring: number;
}

/** Thrown if a signal stopped a run, so that the generation is incomplete. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Prepared recordings to score candidates against. */
export interface Evaluator {
  /** One run per recording, with a unit for each point. Rejects with Stopped after an abort. */
  evaluate(points: readonly Point[], signal?: AbortSignal): Promise<Evaluation>;
  readonly timing: Timing;
}

interface Job {
  readonly recording: ReadRecording;
  /** For somas that spike at random. */
  readonly likelihood: LikelihoodTarget | undefined;
  readonly scorers: RecordingScorers;
  readonly share: number;
}

const now = (): number => performance.now() / 1000;

export const makeEvaluator = (
  type: ComponentType,
  space: Space,
  recordings: readonly ReadRecording[],
  objective: ReadObjective,
  settings: RunSettings,
  across: Across = "mean",
): Evaluator => {
  const weight = recordings.reduce((sum, recording) => sum + recording.weight, 0);
  const jobs = recordings.map((recording): Job => {
    const likelihood = objective.likelihood && likelihoodTarget(recording, settings.dt);
    const scorers = scorersFor(objective, recording, settings.dt);
    return { recording, likelihood, scorers, share: recording.weight / weight };
  });
  const conditional = objective.likelihood && withGivenSpikes(type);
  const timing: Timing = { total: 0, scoring: 0 };
  const evaluate = async (points: readonly Point[], signal?: AbortSignal): Promise<Evaluation> => {
    const begin = now();
    const combined = combineScores(across, points.length);
    const config = { ...configAt(space, points), units: [points.length] } as ConfigOf<Fields>;
    const component = type(config);
    // All candidates share the current. Instead of delaying it for each of them, their spikes are delayed.
    const latencies =
      space.latency === undefined
        ? undefined
        : Uint32Array.from(points, (point) => latencyAt(space, point, settings.dt));
    for (const { recording, likelihood, scorers, share } of jobs) {
      if (conditional && likelihood) {
        const found = await logLikelihoods(
          conditional(config),
          recording,
          likelihood,
          latencyOf(space),
          settings,
          signal,
        );
        combined.add(
          share,
          found.map((sum) => likelihoodScore(sum, likelihood)),
        );
        continue;
      }
      const { list, every } = scorers;
      for (const { scorer } of list) scorer.begin(points.length);
      const run = await simulate(component, {
        duration: recording.duration,
        ...settings,
        inputs: { current: currentOf(recording) },
        record: { outSpikes: true, ...(every !== undefined && { potential: { every } }) },
        // A poor candidate may grow without bound. It gets a low score, and the others go on.
        nonFinite: "ignore",
        sink: scoringSink(scorers, timing, latencies, recording.steps),
        ...(signal && { signal }),
      } as SimulateOptions);
      if (!run.complete) throw new Stopped("The run was stopped.");
      const start = now();
      const own = scoresOf(scorers, points.length);
      combined.add(share, own.scores, own.guides);
      timing.scoring += now() - start;
    }
    timing.total += now() - begin;
    const scores = combined.scores();
    return { scores, losses: Array.from(scores, (score, k) => 1 - score + combined.guides[k]!) };
  };
  return { evaluate, timing };
};

/** A fixed latency, ms. */
const latencyOf = ({ latency = 0 }: Space): number => (typeof latency === "number" ? latency : 0);

/** The log-likelihood of the spikes of all repetitions, for each unit. Each repetition is one run. */
export const logLikelihoods = async (
  component: Component,
  recording: ReadRecording,
  { given }: LikelihoodTarget,
  latency: number,
  settings: RunSettings,
  signal?: AbortSignal,
): Promise<Float64Array> => {
  const sums = new Float64Array(component.units![0]!);
  for (const row of given) {
    const run = await simulate(component, {
      duration: recording.duration,
      ...settings,
      inputs: { current: currentOf(recording, latency), [GIVEN]: { series: row, interval: settings.dt } },
      record: { [LOG_LIKELIHOOD]: { every: recording.steps } },
      nonFinite: "ignore",
      ...(signal && { signal }),
    } as SimulateOptions);
    if (!run.complete) throw new Stopped("The run was stopped.");
    const { values } = (run as unknown as Readonly<Record<string, { readonly values: Float32Array }>>)[LOG_LIKELIHOOD]!;
    for (let k = 0; k < sums.length; k++) sums[k]! += values[k]!;
  }
  return sums;
};

/** Passes the records of a run to the scorers, chunk by chunk, without keeping them. */
const scoringSink = (
  { list }: RecordingScorers,
  timing: Timing,
  latencies: Uint32Array | undefined,
  last: number,
): RecordSink => ({
  open: () => {},
  close: () => {},
  spikes: (steps, units) => {
    const start = now();
    const moved = latencies ? delaySpikes(steps, units, latencies, last) : { steps, units };
    for (const { scorer } of list) scorer.spikes?.(moved.steps, moved.units);
    timing.scoring += now() - start;
  },
  rows: (_name, steps, values) => {
    const start = now();
    for (const { scorer } of list) scorer.potentials?.(steps, values as Float32Array);
    timing.scoring += now() - start;
  },
});

/** The scores and guides of all candidates on one recording: the means over the parts of the objective. */
const scoresOf = ({ list }: RecordingScorers, count: number): { scores: Float64Array; guides: Float64Array } => {
  const parts = combineScores("mean", count);
  const found = new Float64Array(count);
  const guide = new Float64Array(count);
  for (const { scorer, share } of list) {
    scorer.finish(found, guide);
    parts.add(share, found, guide);
  }
  return { scores: parts.scores(), guides: parts.guides };
};
