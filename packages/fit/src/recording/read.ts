import type { Issue } from "spark-snn";
import { isList, isObject, readNumber, refuseUnknown, shown } from "../shown.ts";
import { detectSpikes } from "./detect.ts";
import type { ReadRecording, Sampled } from "./recording.ts";
import { readFinite, readSampled } from "./series.ts";

const keys = ["name", "current", "spikes", "voltage", "duration", "weight"];

/** Reads all recordings of a fit. Recordings with problems are omitted, and the problems are added to `issues`. */
export const readRecordings = (path: string, given: unknown, dt: number, issues: Issue[]): ReadRecording[] => {
  if (!Array.isArray(given) || given.length === 0) {
    const message = `must be a list of recordings, { current, spikes } or { current, voltage }; received ${shown(given)}. Give at least one.`;
    issues.push({ path, message });
    return [];
  }
  const read: ReadRecording[] = [];
  given.forEach((one: unknown, k) => {
    const recording = readRecording(`${path}[${k}]`, one, `recording ${k + 1}`, dt, issues);
    if (!recording) return;
    if (read.some(({ name }) => name === recording.name)) {
      const message = `must differ from the names of the others; received "${recording.name}" twice. Rename one.`;
      issues.push({ path: `${path}[${k}].name`, message });
    }
    read.push(recording);
  });
  return read;
};

const readRecording = (
  path: string,
  given: unknown,
  otherwise: string,
  dt: number,
  issues: Issue[],
): ReadRecording | undefined => {
  const before = issues.length;
  if (!isObject(given)) {
    issues.push({ path, message: `takes { current, spikes }; received ${shown(given)}. Give a recording.` });
    return undefined;
  }
  refuseUnknown(path, given, keys, issues);
  const { name = otherwise, current: currentGiven, voltage: voltageGiven, spikes, weight: weightGiven } = given;
  if (typeof name !== "string" || name === "") {
    issues.push({ path: `${path}.name`, message: `must be text; received ${shown(name)}. Give a name.` });
  }
  const current = readSampled(`${path}.current`, currentGiven, "pA", issues);
  const voltage = voltageGiven === undefined ? undefined : readSampled(`${path}.voltage`, voltageGiven, "mV", issues);
  const rule = { words: "a number greater than 0", holds: (value: number) => value > 0, remedy: "Omit it for 1." };
  const weight = readNumber(`${path}.weight`, weightGiven, rule, issues) ?? 1;
  const duration = current && readDuration(`${path}.duration`, given["duration"], current, dt, issues);
  if (!current || duration === undefined) return undefined;
  if (spikes === undefined && voltageGiven === undefined) {
    issues.push({
      path: `${path}.spikes`,
      message: "is missing. Give spike times of each repetition in ms, or voltage.",
    });
  }
  const repetitions = spikes === undefined ? [] : readTrains(`${path}.spikes`, spikes, duration, issues);
  const uncovered =
    voltage && issues.length === before
      ? spikes === undefined
        ? coverIssue(`${path}.voltage`, voltage, duration, dt)
        : outsideIssue(`${path}.voltage`, voltage, duration)
      : undefined;
  if (uncovered) issues.push(uncovered);
  if (issues.length > before || !repetitions) return undefined;
  const steps = Math.round(duration / dt);
  const found = spikes === undefined && voltage ? [spikesIn(voltage, duration)] : repetitions;
  return { name: name as string, current, repetitions: found, voltage, duration, steps, weight };
};

const spikesIn = ({ values, times, interval, even }: Sampled, duration: number): Float64Array =>
  detectSpikes(values, even ? { interval, start: times[0]! } : { times }).filter(
    (time) => time >= 0 && time <= duration,
  );

/** A voltage shows spikes only where it was recorded: a part without samples is not a part without spikes. */
const coverIssue = (path: string, voltage: Sampled, duration: number, dt: number): Issue | undefined => {
  const first = voltage.times[0]!;
  const end = endOf(voltage);
  // A run records from the end of its first step on.
  const slack = Math.max(dt, 1.5 * voltage.interval, 1);
  if (first > slack) {
    const message = `starts at ${first} ms, but the current at 0 ms. Spikes before the first sample are unknown: give spikes, or cut the current.`;
    return { path, message };
  }
  if (end >= duration - slack) return undefined;
  const message = `ends at ${shortest(end)} ms, but the recording at ${shortest(duration)} ms. Spikes after the last sample are unknown: give spikes, or duration: ${Math.floor(end / dt) * dt}.`;
  return { path, message };
};

/** A voltage beside spikes may cover a part of the recording. */
const outsideIssue = (path: string, voltage: Sampled, duration: number): Issue | undefined => {
  const first = voltage.times[0]!;
  const last = voltage.times[voltage.times.length - 1]!;
  if (first < duration && last > 0) return undefined;
  const message = `has no sample within the recording, 0 to ${shortest(duration)} ms; received samples from ${shortest(first)} to ${shortest(last)} ms. Shift its clock.`;
  return { path, message };
};

/** End of sampled data, ms. The last sample lasts as long as the one before it. */
const endOf = ({ times, interval, even }: Sampled): number => {
  const last = times[times.length - 1]!;
  return last + (even ? interval : last - times[times.length - 2]!);
};

/** Duration of the run: as given, or as many whole steps as the current covers. */
const readDuration = (
  path: string,
  given: unknown,
  current: Sampled,
  dt: number,
  issues: Issue[],
): number | undefined => {
  const end = endOf(current);
  if (given === undefined) {
    const steps = Math.floor(end / dt + 1e-6);
    if (steps >= 1) return steps * dt;
    issues.push({
      path,
      message: `must be at least one step of ${dt} ms; received a current that ends at ${end} ms. If its times are in seconds, multiply them by 1000; otherwise record longer.`,
    });
    return undefined;
  }
  const steps = Math.round(Number(given) / dt);
  const whole = (value: number): boolean => steps >= 1 && Math.abs(value / dt - steps) <= 1e-6;
  const words = `a whole number of steps of ${dt} ms`;
  const duration = readNumber(
    path,
    given,
    { words, unit: "ms", holds: whole, remedy: "Give the length in ms." },
    issues,
  );
  if (duration === undefined || duration <= end + 1e-6 * end) return duration;
  const message = `must be at most ${end} ms, the length of the current; received ${duration} ms. Shorten it.`;
  issues.push({ path, message });
  return undefined;
};

/** The trains of all repetitions, in ascending order. */
const readTrains = (path: string, given: unknown, duration: number, issues: Issue[]): Float64Array[] | undefined => {
  if (!isList(given) || given.length === 0) {
    issues.push({
      path,
      message: `must be a list with the spike times of each repetition; received ${shown(given)}. Give one list per repetition.`,
    });
    return undefined;
  }
  if (typeof given[0] === "number") {
    issues.push({
      path,
      message: "must be a list of repetitions; received a list of numbers. Put it in a list: [[…]].",
    });
    return undefined;
  }
  const trains: Float64Array[] = [];
  for (let r = 0; r < given.length; r++) {
    const train = readTrain(`${path}[${r}]`, given[r], duration, issues);
    if (train) trains.push(train);
  }
  return trains.length === given.length ? trains : undefined;
};

const readTrain = (path: string, given: unknown, duration: number, issues: Issue[]): Float64Array | undefined => {
  if (!isList(given)) {
    issues.push({ path, message: `must be a list of spike times in ms; received ${shown(given)}. Give the times.` });
    return undefined;
  }
  const written = readFinite(path, given, "ms", "Give a time in ms, or remove the spike.", issues);
  if (!written) return undefined;
  const train = withoutSingleRounding(written);
  const outside = train.findIndex((time) => !(time >= 0 && time <= duration));
  if (outside >= 0) {
    const count = train.filter((time) => !(time >= 0 && time <= duration)).length;
    const others = count > 1 ? ` ${count - 1} more of ${train.length} are outside too.` : "";
    const last = train.reduce((most, time) => Math.max(most, time), 0);
    // A thousand times too late: either the spikes are in µs, or the times of the current are in seconds.
    const doubt =
      last > 100 * duration && train.every((time) => time >= 0)
        ? " If the spikes are in µs, divide them by 1000; if the times of the current are in seconds, multiply them by 1000."
        : "";
    const message = `must be within the recording, 0 to ${duration} ms; received ${train[outside]} ms.${others}${doubt} Check the unit (ms) and the clock, or remove the spikes.`;
    issues.push({ path: `${path}[${outside}]`, message });
    return undefined;
  }
  const back = train.findIndex((time, k) => k > 0 && time <= train[k - 1]!);
  if (back < 0) return train;
  const message = `must be later than the spike before it, ${train[back - 1]} ms; received ${train[back]} ms. Sort the spikes, and give each once.`;
  issues.push({ path: `${path}[${back}]`, message });
  return undefined;
};

const shortest = (value: number): string => `${Number(value.toPrecision(9))}`;

/**
 * Times that were kept in single precision, as the decimals that someone wrote: 9.9 instead of 9.899999618530273. Their
 * rounding would decide which spikes are within a window. Other lists are returned unchanged.
 */
const withoutSingleRounding = (times: Float64Array): Float64Array =>
  times.every((time) => Math.fround(time) === time) ? times.map(shortestSingle) : times;

/** The shortest decimal that single precision rounds to the value. */
const shortestSingle = (value: number): number => {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
};
