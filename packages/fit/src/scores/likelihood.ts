import type { ReadRecording } from "../recording/recording.ts";

/** The recorded spikes of a recording as inputs of runs, and the likelihood of a constant rate. */
export interface LikelihoodTarget {
  /** For each repetition: 1 in steps with a spike. */
  readonly given: readonly Float32Array[];
  readonly spikes: number;
  /** log L₀ of a soma with the same probability of a spike in every step. */
  readonly constant: number;
}

/** The step whose end is the first one not before a time: spikes of a run have the times of the ends of steps. */
const stepOf = (time: number, dt: number): number => Math.max(1, Math.ceil(time / dt - 1e-6));

export const likelihoodTarget = ({ repetitions, steps }: ReadRecording, dt: number): LikelihoodTarget => {
  const given = repetitions.map((train) => {
    const row = new Float32Array(steps);
    for (const time of train) row[Math.min(steps, stepOf(time, dt)) - 1] = 1;
    return row;
  });
  const spikes = given.reduce((sum, row) => sum + row.reduce((own, value) => own + value, 0), 0);
  const total = given.length * steps;
  // A rate of 0 would predict a silent recording perfectly.
  const p = Math.max(spikes, 0.5) / total;
  return { given, spikes, constant: spikes * Math.log(p) + (total - spikes) * Math.log1p(-p) };
};

/** 1 − log L/log L₀: 1 if every spike and every silent step was certain, 0 for a constant rate. */
export const likelihoodScore = (logLikelihood: number, { constant }: LikelihoodTarget): number =>
  Number.isFinite(logLikelihood) ? 1 - logLikelihood / constant : -1e6;

/** Information about each spike beyond a constant rate, bit. */
export const bitsPerSpike = (logLikelihood: number, { constant, spikes }: LikelihoodTarget): number =>
  (logLikelihood - constant) / Math.max(1, spikes) / Math.LN2;
