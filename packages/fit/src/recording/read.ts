import {
  byDefault,
  custom,
  describe,
  isRecord,
  number,
  optional,
  optionsSchema,
  readSound,
  type Site,
  text,
  type Written,
} from "spark-snn/documents";
import { detectSpikes } from "./detect.ts";
import type { ReadRecording, Sampled } from "./recording.ts";
import { sampled } from "./series.ts";
import { refuseMisplaced, trains } from "./trains.ts";

/** Largest number of steps of a recording. Scores keep some values for each step. */
const MOST_STEPS = 2 ** 28;

/** Data for reading recordings. */
export interface RecordingContext {
  /** Time step of the fit, ms. */
  readonly dt: number;
}

/** A weight in a mean. */
export const weightIn = (mean: string) =>
  byDefault(
    1,
    number(`Weight in the mean over ${mean}.`, {
      holds: (weight) => weight > 0,
      takes: "a number greater than 0",
      remedy: "Omit it for 1.",
      schema: { exclusiveMinimum: 0 },
    }),
  );

const LENGTH = "Duration, a whole number of steps. Default: as many as the current covers.";

export const recordingOptions = {
  /** Name in results and in `validate`. Default: "recording 1" and so on. */
  name: optional(text("Name in results and in `validate`. Default: recording 1 and so on.", "Give a name.")),
  /** Injected current, pA. */
  current: sampled("Injected current.", "pA"),
  /** Spike times of each repetition of the stimulus, ms. Default: detected in the voltage. */
  spikes: optional(trains),
  /** Potential of one repetition, mV. */
  voltage: optional(sampled("Potential of one repetition.", "mV")),
  /** Duration, ms. Default: as many whole steps as the current covers. */
  duration: optional(
    custom<number, number, RecordingContext>({
      about: LENGTH,
      unit: "ms",
      takes: "a whole number of steps",
      schema: { description: `${LENGTH} In ms.`, type: "number", exclusiveMinimum: 0 },
      read: (value, site) => {
        const { dt } = site.context;
        const steps = typeof value === "number" ? value / dt : Number.NaN;
        if (Math.round(steps) >= 1 && Math.abs(steps - Math.round(steps)) <= 1e-6) return value as number;
        const received = typeof value === "number" ? `${value} ms` : describe(value);
        return site.refuse(`must be a whole number of steps of ${dt} ms; received ${received}. Give the length in ms.`);
      },
    }),
  ),
  /** Weight among the recordings that are fitted. Default 1. */
  weight: weightIn("the recordings that are fitted"),
};

/** One stimulus and the response of the neuron. */
export interface Recording extends Written<typeof recordingOptions> {}

/** Recordings, in code. */
export const recordings = custom<readonly Recording[], readonly ReadRecording[], RecordingContext>({
  about: "Recorded stimuli and responses.",
  takes: "a list of recordings",
  remedy: "Give { current, spikes } or { current, voltage } for each recording.",
  schema: { type: "array", minItems: 1, items: optionsSchema(recordingOptions) },
  parts: recordingOptions,
  read: (value, site) => {
    if (!Array.isArray(value) || value.length === 0) {
      return site.refuse(
        `must be a list of recordings, { current, spikes } or { current, voltage }; received ${describe(value)}. Give at least one.`,
      );
    }
    const read: ReadRecording[] = [];
    value.forEach((one: unknown, k) => {
      const recording = readRecording(one, `recording ${k + 1}`, site.at(k));
      if (!recording) return;
      const { name } = recording;
      if (read.some((other) => other.name === name)) {
        site.at(k, "name").refuse(`must differ from the names of the others; received "${name}" twice. Rename one.`);
      }
      read.push(recording);
    });
    // Recordings with problems are omitted, and the others are checked further.
    return read;
  },
});

const readRecording = (given: unknown, otherwise: string, site: Site<RecordingContext>): ReadRecording | undefined => {
  const before = site.issues.length;
  const { dt } = site.context;
  if (!isRecord(given)) {
    return site.refuse(`takes { current, spikes }; received ${describe(given)}. Give a recording.`);
  }
  const { name = otherwise, current, voltage, spikes, weight, duration } = readSound(recordingOptions, given, site);
  const isTrained = given["spikes"] !== undefined;
  if (!isTrained && given["voltage"] === undefined) {
    site.at("spikes").refuse("is missing. Give spike times of each repetition in ms, or voltage.");
  }
  const length = current && lengthOf(current, duration, site.at("duration"));
  if (length === undefined) return undefined;
  if (spikes) refuseMisplaced(spikes, length, site.at("spikes"));
  if (voltage && site.issues.length === before) {
    if (isTrained) refuseOutside(voltage, length, site.at("voltage"));
    else refuseUncovered(voltage, length, site.at("voltage"));
  }
  if (site.issues.length > before) return undefined;
  const repetitions = spikes ?? [spikesIn(voltage!, length)];
  const steps = Math.round(length / dt);
  return { name, current: current!, repetitions, voltage, duration: length, steps, weight: weight! };
};

const spikesIn = ({ values, times, interval, even }: Sampled, duration: number): Float64Array =>
  detectSpikes(values, even ? { interval, start: times[0]! } : { times }).filter(
    (time) => time >= 0 && time <= duration,
  );

/** A voltage shows spikes only where it was recorded: a part without samples is not a part without spikes. */
const refuseUncovered = (voltage: Sampled, duration: number, site: Site<RecordingContext>): void => {
  const { dt } = site.context;
  const first = voltage.times[0]!;
  const end = endOf(voltage);
  // A run records from the end of its first step on.
  const slack = Math.max(dt, 1.5 * voltage.interval, 1);
  if (first > slack) {
    site.refuse(
      `starts at ${first} ms, but the current at 0 ms. Spikes before the first sample are unknown: give spikes, or cut the current.`,
    );
  } else if (end < duration - slack) {
    site.refuse(
      `ends at ${shortest(end)} ms, but the recording at ${shortest(duration)} ms. Spikes after the last sample are unknown: give spikes, or duration: ${Math.floor(end / dt) * dt}.`,
    );
  }
};

/** A voltage beside spikes may cover a part of the recording. */
const refuseOutside = ({ times }: Sampled, duration: number, site: Site): void => {
  const first = times[0]!;
  const last = times[times.length - 1]!;
  if (first < duration && last > 0) return;
  site.refuse(
    `has no sample within the recording, 0 to ${shortest(duration)} ms; received samples from ${shortest(first)} to ${shortest(last)} ms. Shift its clock.`,
  );
};

/** End of sampled data, ms. The last sample lasts as long as the one before it. */
const endOf = ({ times, interval, even }: Sampled): number => {
  const last = times[times.length - 1]!;
  return last + (even ? interval : last - times[times.length - 2]!);
};

/** Duration of the run: as given, or as many whole steps as the current covers. */
const lengthOf = (current: Sampled, given: number | undefined, site: Site<RecordingContext>): number | undefined => {
  const { dt } = site.context;
  const end = endOf(current);
  if (given !== undefined && given > end + 1e-6 * end) {
    return site.refuse(`must be at most ${end} ms, the length of the current; received ${given} ms. Shorten it.`);
  }
  const steps = given === undefined ? Math.floor(end / dt + 1e-6) : Math.round(given / dt);
  if (steps > MOST_STEPS) {
    return site.refuse(
      `must be at most ${MOST_STEPS} steps of ${dt} ms; received ${given ?? end} ms. Check the unit of the interval or times (ms), give a shorter duration, or use a larger dt.`,
    );
  }
  if (steps >= 1) return given ?? steps * dt;
  return site.refuse(
    `must be at least one step of ${dt} ms; received a current that ends at ${end} ms. If its times are in seconds, multiply them by 1000; otherwise record longer.`,
  );
};

const shortest = (value: number): string => `${Number(value.toPrecision(9))}`;
