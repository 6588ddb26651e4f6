import { analysis } from "spark-snn";
import {
  byDefault,
  custom,
  describe,
  flag,
  isRecord,
  optional,
  options,
  type Read,
  type Site,
  time,
  type Written,
} from "spark-snn/documents";
import { weightIn } from "./recording/read.ts";
import type { ReadRecording } from "./recording/recording.ts";
import { coincidenceScorer } from "./scores/coincidence.ts";
import { countScorer } from "./scores/count.ts";
import type { Scorer } from "./scores/scorer.ts";
import { vanRossumScorer } from "./scores/van-rossum.ts";
import { type VoltageTarget, voltageScorer } from "./scores/voltage.ts";

const positive = (about: string, value: number) => byDefault(value, time(about, `Omit it for ${value} ms.`));
const weight = weightIn("the scores");

export const objectiveOptions = {
  /**
   * The coincidence factor Γ, averaged over the repetitions. Kistler, Gerstner, van Hemmen 1997, Neural Comput. 9:1015;
   * Jolivet et al. 2008, Biol. Cybern. 99:417.
   */
  coincidence: optional(
    options("The coincidence factor Γ, averaged over the repetitions.", {
      /** Δ, ms: spikes at most this far apart coincide. Default 4. */
      window: positive("Δ: spikes at most this far apart coincide.", 4),
      /**
       * Divides Γ by the mean Γ between the repetitions, so that recordings count equally in which the neuron is reliable
       * and in which it is not. Each recording needs two repetitions. Default false.
       */
      relative: optional(
        flag(false, "Divides Γ by the reliability of the neuron, the mean Γ between the repetitions."),
      ),
      weight,
    }),
  ),
  /**
   * 1 − |n − m|/(n + m) for n spikes of the soma and m of the neuron, averaged over the repetitions. Γ alone hardly
   * penalises surplus spikes.
   */
  count: optional(
    options("The number of spikes, as 1 − |n − m|/(n + m) for n spikes of the soma and m of the neuron.", { weight }),
  ),
  /**
   * 1 − D/D₀, averaged over the repetitions. D is the van Rossum distance of the predicted train, and D₀ that of an
   * empty train. Van Rossum 2001, Neural Comput. 13:751.
   */
  vanRossum: optional(
    options("The van Rossum distance, as 1 − D/D₀, averaged over the repetitions.", {
      /** Time constant of the kernel, ms. Default 10. */
      tau: positive("Time constant of the kernel.", 10),
      weight,
    }),
  ),
  /**
   * 1 − RMS error / standard deviation of the recorded potential, without the time around recorded spikes. Jolivet,
   * Rauch, Lüscher, Gerstner 2006, J. Comput. Neurosci. 21:35; Mensi et al. 2012, J. Neurophysiol. 107:1756.
   */
  voltage: optional(
    options("The error of the potential, without the time around recorded spikes.", {
      /** Excluded time before each recorded spike, ms. Default 5. */
      before: positive("Excluded time before each recorded spike.", 5),
      /** Excluded time after each recorded spike, ms. Default 15. */
      after: positive("Excluded time after each recorded spike.", 15),
      weight,
    }),
  ),
  /**
   * 1 − log L/log L₀, for somas that spike at random. L is the probability of the recorded spikes, each predicted from
   * the current and the spikes before it, and L₀ that of a constant rate. Not available with other objectives. Paninski
   * 2004, Network 15:243; Pillow et al. 2005, J. Neurosci. 25:11003.
   */
  likelihood: optional(options("The likelihood of the recorded spikes, for somas that spike at random.", {})),
};

/**
 * The objective to maximise: one score, or the weighted mean of several. Each score is 1 for a perfect soma and 0 for a
 * worthless one. Default: the coincidence alone; the likelihood for somas that spike at random.
 */
export interface Objective extends Written<typeof objectiveOptions> {}

/** An objective with all defaults filled in. */
export type ReadObjective = Read<typeof objectiveOptions>;

const ABOUT = "What to maximise: one score, or the weighted mean of several.";
const parts = options(ABOUT, objectiveOptions);

export const defaultObjective: ReadObjective = { coincidence: { window: 4, weight: 1 } };

export const objective = byDefault(
  defaultObjective as never,
  custom<Objective, ReadObjective>({
    about: ABOUT,
    takes: parts.takes,
    parts: objectiveOptions,
    schema: { ...parts.schema, minProperties: 1 },
    read: (value, site) => {
      if (isRecord(value) && Object.values(value).some((part) => part !== undefined)) {
        const read = parts.read(value, site);
        // States of fits identify an objective by its scores in the order of the user.
        return read && Object.fromEntries(Object.keys(value).map((name) => [name, read[name as keyof ReadObjective]]));
      }
      const example = site.place.say({
        code: "{ coincidence: { window: 4 } }",
        document: '{ "coincidence": { "window": 4 } }',
      });
      const names = Object.keys(objectiveOptions).join(", ");
      return site.refuse(
        `takes an object such as ${example}; received ${describe(value)}. Name one or more of ${names}.`,
      );
    },
  }),
);

/** A scorer with its weight in the objective; the weights add up to 1. */
export interface WeightedScorer {
  readonly name: keyof Objective;
  readonly scorer: Scorer;
  readonly share: number;
}

/** The scorers of a recording, and the potentials that they need. */
export interface RecordingScorers {
  readonly list: readonly WeightedScorer[];
  /** Record every n-th potential; undefined if none is needed. */
  readonly every: number | undefined;
}

/** Creates the scorers of a recording. One without a voltage is scored by the other parts alone. */
export const scorersFor = (objective: ReadObjective, recording: ReadRecording, dt: number): RecordingScorers => {
  const { repetitions, duration, steps } = recording;
  const target = { repetitions, duration, dt, steps };
  const { coincidence, count, vanRossum, voltage } = objective;
  const compared = voltage && voltageTarget(recording, voltage, dt);
  const all: (Omit<WeightedScorer, "share"> & { readonly weight: number })[] = [];
  if (coincidence) {
    all.push({
      name: "coincidence",
      scorer: coincidenceScorer(
        target,
        coincidence.window,
        coincidence.relative ? reliabilityOf(recording, coincidence.window)! : 1,
      ),
      weight: coincidence.weight,
    });
  }
  if (count) all.push({ name: "count", scorer: countScorer(target), weight: count.weight });
  if (vanRossum)
    all.push({ name: "vanRossum", scorer: vanRossumScorer(target, vanRossum.tau), weight: vanRossum.weight });
  if (voltage && compared) all.push({ name: "voltage", scorer: voltageScorer(compared), weight: voltage.weight });
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  return { list: all.map(({ weight, ...rest }) => ({ ...rest, share: weight / total })), every: compared?.every };
};

/** The mean Γ between the repetitions; undefined for fewer than two. */
export const reliabilityOf = ({ repetitions, duration }: ReadRecording, window: number): number | undefined =>
  repetitions.length < 2 ? undefined : analysis.reliability(repetitions, { duration, window, saturated: -1 });

/** Relative difference up to which two times are equal. */
const ROUNDING = 1e-12;

/** The recorded potential at the ends of steps, about as far apart as its samples, by linear interpolation. */
const voltageTarget = (
  { voltage, repetitions, steps }: ReadRecording,
  { before, after }: { readonly before: number; readonly after: number },
  dt: number,
): VoltageTarget | undefined => {
  if (!voltage) return undefined;
  const every = Math.max(1, Math.round(voltage.interval / dt));
  const spikes = repetitions[0]!;
  const { values, times } = voltage;
  let sample = 0;
  let spike = 0;
  const compared = Float64Array.from({ length: Math.floor(steps / every) }, (_, row) => {
    const time = (row + 1) * every * dt;
    // Computed times on a border of the window around a spike, or at the last sample, may differ in the last bits.
    const slack = ROUNDING * Math.max(1, time);
    while (spike < spikes.length && spikes[spike]! + after < time - slack) spike++;
    if (spike < spikes.length && spikes[spike]! - before <= time + slack) return Number.NaN;
    while (sample + 1 < times.length && times[sample + 1]! < time) sample++;
    const from = times[sample]!;
    const to = times[sample + 1];
    if (to === undefined || time < from) return Math.abs(time - from) <= slack ? values[sample]! : Number.NaN;
    return values[sample]! + ((values[sample + 1]! - values[sample]!) * (time - from)) / (to - from);
  });
  return { values: compared, every };
};

/** Refuses an objective that compares no sample of a recorded voltage. */
export const refuseWithoutSamples = (
  { voltage }: ReadObjective,
  recordings: readonly ReadRecording[],
  dt: number,
  site: Site,
): void => {
  if (!voltage) return;
  const { before, after } = voltage;
  for (const recording of recordings) {
    if (voltageTarget(recording, voltage, dt)?.values.every(Number.isNaN) !== true) continue;
    site
      .at("voltage")
      .refuse(
        `compares no sample of "${recording.name}": its samples within the recording are all at most ${before} ms before or ${after} ms after a spike. Give shorter before and after.`,
      );
  }
};
