import { ConfigError, type Issue } from "../errors/errors.ts";
import { timeText } from "./clock.ts";
import { type Field, withUnit } from "./field.ts";
import { suggestName } from "./nearest-name.ts";
import { arrayIssues } from "./parse.ts";
import { evenSampling, type Position, type Sampling, timedSampling } from "./sampling.ts";
import {
  describe,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  readArray,
  type Shape,
  type ShapedArray,
} from "./shape.ts";
import { unknownKeys } from "./unknown-keys.ts";

/* Sampled values that change over time: of a current, or of a parameter that may change. */

interface SeriesOptions {
  /** Samples in pA, or in the unit of the parameter. Each is a number for all units, or an array with one per unit. */
  readonly series: readonly number[] | NumericArray | readonly NestedArray[];
  /** Value between samples: the last sample (default) or a linear interpolation. */
  readonly between?: "hold" | "linear";
  /** Value before the first sample. By default, a run that starts earlier is an error. */
  readonly before?: "error" | "hold" | "zero";
  /** Value after the end of the series. By default, a run that ends later is an error. */
  readonly after?: "error" | "hold" | "zero" | "repeat";
}

/**
 * A value with its own sampling times. A step uses the value at its start: step s, counted from 0, uses the value at
 * s·dt. The last sample of a held series lasts as long as the one before it. A linear series ends at its last sample,
 * unless it repeats.
 */
export type SeriesInput = SeriesOptions &
  (
    | {
        /** Time between samples, ms. */
        readonly interval: number;
        /** Time of the first sample, ms; default 0. */
        readonly start?: number;
      }
    | {
        /** Time of each sample, ms, ascending. */
        readonly times: readonly number[] | NumericArray;
      }
  );

/** The choices of a series, the default first. */
export const seriesChoices = {
  between: ["hold", "linear"],
  before: ["error", "hold", "zero"],
  after: ["error", "hold", "zero", "repeat"],
} as const;
const seriesKeys: readonly string[] = ["series", "interval", "start", "times", ...Object.keys(seriesChoices)];

type Given = Readonly<Record<string, unknown>>;
type Choices = { readonly [K in keyof typeof seriesChoices]: (typeof seriesChoices)[K][number] };
type Timing = { readonly interval: number; readonly start: number } | { readonly times: Float64Array };

/** A valid series. */
export interface Series {
  /** Shape of each sample, if samples have one value per unit. A flat shape fits every shape of the same length. */
  readonly shape?: Shape;
  readonly flat?: boolean;
  /** The samples are along the first axis. */
  readonly samples: ShapedArray;
  /** Whether the value is 0 before or after the samples. */
  readonly zero: boolean;
  /** The series on a grid of time steps, ms. `path` names it in messages. */
  readonly on: (dt: number, path: string) => SteppedSeries;
}

export interface SteppedSeries {
  /** Number of values at a time: 1 for all units, or one per unit. */
  readonly columns: number;
  /** Writes the values at a time, ms. @throws ConfigError if the series does not cover that time. */
  readonly write: (time: number, into: Float64Array | Float32Array | Int32Array | Uint32Array, offset: number) => void;
  /** Problems of a run of `steps` steps that starts at time 0; Infinity for a run without a set end. */
  readonly issues: (steps: number) => Issue[];
}

/** The quantity that a series describes. */
export interface SeriesPlace {
  readonly path: string;
  readonly unit: string;
  /** An additional check of the samples. */
  readonly judge: (samples: ShapedArray, path: string) => Issue | undefined;
}

/** Reads { series, interval or times, … }. Returns undefined, and adds issues, if it is invalid. */
export const readSeries = (given: Given, place: SeriesPlace, issues: Issue[]): Series | undefined => {
  const before = issues.length;
  const { path } = place;
  unknownKeys(path, given, seriesKeys, issues);
  const choices = readChoices(given, path, issues);
  const samples = readSamples(given["series"], place, issues);
  const timing = samples && readTiming(given, samples.shape[0]!, choices, path, issues);
  if (!timing || issues.length > before) return undefined;
  const inner = samples.shape.slice(1);
  return {
    ...(inner.length > 0 && { shape: inner, flat: inner.length === 1 }),
    samples,
    zero: choices.before === "zero" || choices.after === "zero",
    on: (dt, own) => stepped(samples, samplingOf(samples.shape[0]!, timing, dt), choices, dt, own),
  };
};

/** A parameter that may change over time: a config may give a series for it. A model has at most one. */
export interface VaryingField<M extends string = string, U extends string = string, D extends number = number>
  extends Field<M, U, D> {
  readonly readSeries: typeof readFieldSeries;
}
export const varying = <M extends string, U extends string, D extends number>(
  field: Field<M, U, D>,
): VaryingField<M, U, D> => ({ ...field, readSeries: readFieldSeries });

/** Generators that are functions of time. */
const waves = ["step", "pulses", "ramp", "sine"];

/** Reads a value meant as a series, even if its samples are missing. Returns undefined for an initializer. */
const readFieldSeries = (
  field: Field,
  value: Given,
  path: string,
  skip: boolean,
  issues: Issue[],
): Series | number | undefined => {
  const [name, ...more] = Object.keys(value);
  if (waves.some((wave) => wave === name)) {
    const message = `does not accept a generator; received { ${name} }. Give its values as a series: { series, interval, after }.`;
    issues.push({ path, message });
    return field.default;
  }
  if (name !== "series" && more.length === 0) return undefined;
  const judge = (samples: ShapedArray, at: string): Issue | undefined =>
    skip ? undefined : arrayIssues(field, samples, at)[0];
  return readSeries(value, { path, unit: field.unit, judge }, issues) ?? field.default;
};

const samplingOf = (count: number, timing: Timing, dt: number): Sampling =>
  "times" in timing ? timedSampling(timing.times, dt) : evenSampling(count, timing.interval, timing.start, dt);

const stepped = (
  { data }: ShapedArray,
  sampling: Sampling,
  choices: Choices,
  dt: number,
  path: string,
): SteppedSeries => {
  const columns = data.length / sampling.count;
  return {
    columns,
    write: (time, into, offset) => {
      const at = locate(time, sampling, choices);
      if (at === "early") throw new ConfigError(earlyIssue(sampling, path));
      if (at === "late") throw new ConfigError(lateIssue(sampling, choices, path, `has reached ${timeText(time)}`));
      for (let column = 0; column < columns; column++) {
        into[offset + column] = at === "zero" ? 0 : valueAt(data, at, column, columns, sampling.count);
      }
    },
    issues: (steps) => coverIssues(sampling, choices, path, steps, dt),
  };
};

const valueAt = (
  data: Float64Array,
  { index, fraction }: Position,
  column: number,
  columns: number,
  count: number,
): number => {
  const value = data[index * columns + column]!;
  if (fraction === 0) return value;
  const next = data[((index + 1) % count) * columns + column]!;
  return value + (next - value) * fraction;
};

const readChoices = (given: Given, path: string, issues: Issue[]): Choices => {
  const chosen = Object.entries(seriesChoices).map(([key, known]) => {
    const value = given[key] ?? known[0];
    if ((known as readonly unknown[]).includes(value)) return [key, value];
    const names = known.map((name) => `"${name}"`).join(", ");
    const hint = typeof value === "string" ? suggestName(value, known) : "Choose one of these.";
    issues.push({ path: `${path}.${key}`, message: `must be one of ${names}; received ${describe(value)}. ${hint}` });
    return [key, known[0]];
  });
  return Object.fromEntries(chosen) as Choices;
};

const readSamples = (
  value: unknown,
  { path: of, unit, judge }: SeriesPlace,
  issues: Issue[],
): ShapedArray | undefined => {
  const path = `${of}.series`;
  const add = (message: string): undefined => void issues.push({ path, message });
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return add(`must be an array of samples in ${unit}; received ${describe(value)}. Give at least one.`);
  }
  if (value.length === 0) {
    return add("must contain at least one sample; received an empty array. Give at least one.");
  }
  const array = readArray(value as NestedArray, path);
  const problem = "message" in array ? array : judge(array, path);
  if (problem) issues.push(problem);
  return "message" in array || problem ? undefined : array;
};

const readTiming = (
  given: Given,
  count: number,
  { after }: Choices,
  path: string,
  issues: Issue[],
): Timing | undefined => {
  const { interval, start, times } = given;
  const add = (key: string, message: string): undefined => void issues.push({ path: `${path}.${key}`, message });
  if (times !== undefined) {
    const extra = ["interval", "start"].find((key) => given[key] !== undefined);
    if (extra)
      return add(
        extra,
        "cannot be combined with times, which already give the time of each sample. Remove one of them.",
      );
    const read = readTimes(times, count, `${path}.times`, issues);
    if (!read || count > 1 || after !== "repeat") return read && { times: read };
    return add(
      "after",
      'cannot be "repeat": a single sample in times has no duration. Give interval instead, or after: "hold".',
    );
  }
  if (interval === undefined) return add("interval", "is missing. Give the time between samples in ms, or times.");
  if (typeof interval !== "number" || !Number.isFinite(interval) || interval <= 0) {
    return add("interval", `must be greater than 0 ms; received ${millis(interval)}. Give the time between samples.`);
  }
  if (start !== undefined && !Number.isFinite(start)) {
    return add("start", `must be a finite number; received ${millis(start)}. Give the time of the first sample.`);
  }
  return { interval, start: (start as number | undefined) ?? 0 };
};

const millis = (value: unknown): string => (typeof value === "number" ? withUnit(value, "ms") : describe(value));

const readTimes = (value: unknown, count: number, path: string, issues: Issue[]): Float64Array | undefined => {
  const add = (at: string, message: string): undefined => void issues.push({ path: at, message });
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return add(path, `must be an array of times in ms; received ${describe(value)}. Give one per sample.`);
  }
  const array = readArray(value as NestedArray, path);
  if ("message" in array) return add(array.path, array.message);
  if (array.shape.length !== 1 || array.data.length !== count) {
    const received = array.shape.length === 1 ? `${array.data.length}` : "nested arrays";
    return add(path, `must contain ${count} times, one per sample; received ${received}. Give one per sample.`);
  }
  const { data } = array;
  const bad = data.findIndex((time, k) => k > 0 && time <= data[k - 1]!);
  if (bad < 0) return data;
  return add(
    `${path}[${bad}]`,
    `must be later than the time before, ${millis(data[bad - 1])}; received ${millis(data[bad])}. Sort the samples by time.`,
  );
};

/** Position of a time, after `before` and `after` are applied: "early" or "late" if they do not allow the time. */
const locate = (
  time: number,
  sampling: Sampling,
  { between, before, after }: Choices,
): Position | "zero" | "early" | "late" => {
  const { count } = sampling;
  let at = sampling.locate(time);
  if (at.index < 0) return before === "hold" ? { index: 0, fraction: 0 } : before === "zero" ? "zero" : "early";
  if (after === "repeat") at = sampling.locateRepeated(time);
  else if (at.index >= count || (between === "linear" && at.index === count - 1 && at.fraction > 0)) {
    return after === "hold" ? { index: count - 1, fraction: 0 } : after === "zero" ? "zero" : "late";
  }
  return between === "hold" ? { index: at.index, fraction: 0 } : at;
};

const earlyIssue = ({ first }: Sampling, path: string): Issue => ({
  path: `${path}.series`,
  message: `starts at ${timeText(first)}, but the run starts at 0 ms. Set before to "zero" or "hold".`,
});

const lateIssue = ({ count, last, end }: Sampling, { between }: Choices, path: string, run: string): Issue => {
  const samples = count === 1 ? "1 sample" : `${count} samples`;
  const reach =
    between === "linear"
      ? `ends with its last sample at ${timeText(last)} (${samples})`
      : `ends at ${timeText(end)} (${samples})`;
  return {
    path: `${path}.series`,
    message: `${reach}, but the run ${run}. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".`,
  };
};

/** Checks that the series covers the run. If the end of the run is open, checks its start only. */
const coverIssues = (sampling: Sampling, choices: Choices, path: string, steps: number, dt: number): Issue[] => {
  const end = Number.isFinite(steps) ? Math.max(steps - 1, 0) * dt : 0;
  const found = new Set([0, end].map((time) => locate(time, sampling, choices)));
  const issues: Issue[] = [];
  if (found.has("early")) issues.push(earlyIssue(sampling, path));
  if (!found.has("late")) return issues;
  const run = Number.isFinite(steps) ? `ends at ${timeText(steps * dt)}` : `has reached ${timeText(end)}`;
  return [...issues, lateIssue(sampling, choices, path, run)];
};
