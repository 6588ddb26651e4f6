import { ConfigError, type Issue, suggestName } from "spark-snn";
import type { ReadRecording } from "./recording/recording.ts";
import { coincidenceScorer } from "./scores/coincidence.ts";
import type { Scorer } from "./scores/scorer.ts";
import { vanRossumScorer } from "./scores/van-rossum.ts";
import { type VoltageTarget, voltageScorer } from "./scores/voltage.ts";
import { isObject, readNumber, refuseUnknown, shown } from "./shown.ts";

/**
 * The objective to maximise: one score, or the weighted mean of several. Each score is 1 for a perfect soma and 0 for a
 * worthless one. Default: the coincidence alone.
 */
export interface Objective {
  /**
   * The coincidence factor Γ, averaged over the repetitions. Kistler, Gerstner, van Hemmen 1997, Neural Comput. 9:1015;
   * Jolivet et al. 2008, Biol. Cybern. 99:417.
   */
  readonly coincidence?: {
    /** Δ, ms: spikes at most this far apart coincide. Default 4. */
    readonly window?: number;
    readonly weight?: number;
  };
  /**
   * 1 − D/D₀, averaged over the repetitions. D is the van Rossum distance of the predicted train, and D₀ that of an
   * empty train. Van Rossum 2001, Neural Comput. 13:751.
   */
  readonly vanRossum?: {
    /** Time constant of the kernel, ms. Default 10. */
    readonly tau?: number;
    readonly weight?: number;
  };
  /**
   * 1 − RMS error / standard deviation of the recorded potential, without the time around recorded spikes. Jolivet,
   * Rauch, Lüscher, Gerstner 2006, J. Comput. Neurosci. 21:35; Mensi et al. 2012, J. Neurophysiol. 107:1756.
   */
  readonly voltage?: {
    /** Excluded time before each recorded spike, ms. Default 5. */
    readonly before?: number;
    /** Excluded time after each recorded spike, ms. Default 15. */
    readonly after?: number;
    readonly weight?: number;
  };
}

/** An objective with all defaults filled in. */
export interface ReadObjective {
  readonly coincidence?: { readonly window: number; readonly weight: number };
  readonly vanRossum?: { readonly tau: number; readonly weight: number };
  readonly voltage?: { readonly before: number; readonly after: number; readonly weight: number };
}

const parts = {
  coincidence: { window: 4 },
  vanRossum: { tau: 10 },
  voltage: { before: 5, after: 15 },
} as const;

/** Reads an objective. Adds issues for unknown names and values out of range. */
export const readObjective = (path: string, given: unknown, issues: Issue[]): ReadObjective => {
  if (given === undefined) return { coincidence: { window: 4, weight: 1 } };
  const names = Object.keys(parts);
  if (!isObject(given) || Object.keys(given).length === 0) {
    issues.push({
      path,
      message: `takes an object such as { coincidence: { window: 4 } }; received ${shown(given)}. Name one or more of ${names.join(", ")}.`,
    });
    return {};
  }
  const read: Record<string, Record<string, number>> = {};
  for (const [name, part] of Object.entries(given)) {
    if (!Object.hasOwn(parts, name)) {
      issues.push({ path: `${path}.${name}`, message: `is unknown. ${suggestName(name, names)}` });
      continue;
    }
    if (part === undefined) continue;
    read[name] = readPart(`${path}.${name}`, part, parts[name as keyof typeof parts], issues);
  }
  return read as ReadObjective;
};

const readPart = (
  path: string,
  given: unknown,
  defaults: Readonly<Record<string, number>>,
  issues: Issue[],
): Record<string, number> => {
  const known = [...Object.keys(defaults), "weight"];
  if (!isObject(given)) {
    issues.push({
      path,
      message: `takes an object, {} for the defaults; received ${shown(given)}. Known: ${known.join(", ")}.`,
    });
    return {};
  }
  refuseUnknown(path, given, known, issues);
  const positive = (value: number): boolean => value > 0;
  const read: Record<string, number> = {};
  for (const [key, value] of Object.entries({ ...defaults, weight: 1 })) {
    const unit = key === "weight" ? "" : "ms";
    const rule = {
      words: `greater than 0${unit === "" ? "" : " ms"}`,
      unit,
      holds: positive,
      remedy: `Omit it for ${value}.`,
    };
    read[key] = readNumber(`${path}.${key}`, given[key], rule, issues) ?? value;
  }
  return read;
};

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
  const { coincidence, vanRossum, voltage } = objective;
  const compared = voltage && voltageTarget(recording, voltage, dt);
  const all: (Omit<WeightedScorer, "share"> & { readonly weight: number })[] = [];
  if (coincidence) {
    all.push({
      name: "coincidence",
      scorer: coincidenceScorer(target, coincidence.window),
      weight: coincidence.weight,
    });
  }
  if (vanRossum)
    all.push({ name: "vanRossum", scorer: vanRossumScorer(target, vanRossum.tau), weight: vanRossum.weight });
  if (voltage && compared) all.push({ name: "voltage", scorer: voltageScorer(compared), weight: voltage.weight });
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  return { list: all.map(({ weight, ...rest }) => ({ ...rest, share: weight / total })), every: compared?.every };
};

/** Relative difference up to which two times are equal. */
const ROUNDING = 1e-12;

/** The recorded potential at the ends of steps, about as far apart as its samples, by linear interpolation. */
const voltageTarget = (
  { name, voltage, repetitions, steps }: ReadRecording,
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
  if (!compared.every((value) => Number.isNaN(value))) return { values: compared, every };
  const message = `compares no sample of "${name}": its samples within the recording are all at most ${before} ms before or ${after} ms after a spike. Give shorter before and after.`;
  throw new ConfigError({ path: "fit.objective.voltage", message });
};
