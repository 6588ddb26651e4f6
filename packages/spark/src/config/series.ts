import { ConfigError, type Issue } from "../errors/errors.ts";
import { sameTime, timeText } from "./clock.ts";
import { arrayMisfit, type Field, inUnit, type ReadFieldSeries } from "./field.ts";
import { schemaOf } from "./json-schema.ts";
import { byDefault, choice, custom, number, optional, type Read, readOptions, time, type Written } from "./options.ts";
import type { Place, Site } from "./place.ts";
import {
  evenSampling,
  type Position,
  type SampleTimes,
  type Sampling,
  type Series,
  type SeriesChoices,
  type SteppedSeries,
  timedSampling,
} from "./sampling.ts";
import {
  describe,
  isTypedArray,
  type Misfit,
  type NestedArray,
  type NumericArray,
  readArray,
  type ShapedArray,
} from "./shape.ts";
import { withoutSingleRounding } from "./single.ts";

/* Sampled values that change over time: of a current, or of a parameter that may change. */

/** The quantity that a series describes. */
export interface SeriesContext {
  readonly unit: string;
  /** An additional check of the samples. */
  readonly judge: (samples: ShapedArray) => Misfit | undefined;
}

const isList = (value: unknown): value is NestedArray | NumericArray => Array.isArray(value) || isTypedArray(value);

export const seriesOptions = {
  /** Samples in pA, or in the unit of the parameter. Each is a number for all units, or an array with one per unit. */
  series: custom<readonly number[] | NumericArray | readonly NestedArray[], ShapedArray, SeriesContext>({
    about: "Samples: a number for all units, or an array with one value per unit.",
    takes: "an array of samples",
    missing: ({ unit }) => `Give at least one sample${inUnit(unit)}.`,
    schema: schemaOf("values"),
    read: (value, site) => {
      const { unit, judge } = site.context;
      if (!isList(value)) {
        return site.refuse(
          `must be an array of samples${inUnit(unit)}; received ${describe(value)}. Give at least one.`,
        );
      }
      if (value.length === 0) {
        return site.refuse("must contain at least one sample; received an empty array. Give at least one.");
      }
      const array = readArray(value);
      const wrong = "message" in array ? array : judge(array);
      return wrong || "message" in array ? site.refusePart(wrong) : array;
    },
  }),
  /** Time between samples, ms. */
  interval: optional(time("Time between samples.", "Give the time between samples.")),
  /** Time of the first sample, ms; default 0. */
  start: byDefault(
    0,
    number("Time of the first sample.", { unit: "ms", remedy: "Give the time of the first sample." }),
  ),
  /** Time of each sample, ms, ascending. */
  times: optional(
    custom<readonly number[] | NumericArray, Float64Array>({
      about: "Time of each sample in place of interval and start, ascending.",
      takes: "an array of times",
      unit: "ms",
      schema: {
        description: "Time of each sample in ms, ascending.",
        type: "array",
        minItems: 1,
        items: { type: "number" },
      },
      read: (value, site) => readTimes(value, site),
    }),
  ),
  /** Value between samples: the last sample (default) or a linear interpolation. */
  between: byDefault(
    "hold",
    choice("Value between samples: that of the last sample, or linear interpolation.", ["hold", "linear"]),
  ),
  /** Value before the first sample. By default, a run that starts earlier is an error. */
  before: byDefault(
    "error",
    choice("Value before the first sample. By default, a run that starts earlier is an error.", [
      "error",
      "hold",
      "zero",
    ]),
  ),
  /** Value after the end of the series. By default, a run that ends later is an error. */
  after: byDefault(
    "error",
    choice("Value after the series ends. By default, a run that lasts longer is an error.", [
      "error",
      "hold",
      "zero",
      "repeat",
    ]),
  ),
};

type SeriesOptions = Written<typeof seriesOptions>;

/**
 * A value with its own sampling times. A step uses the value at its start: step s, counted from 0, uses the value at
 * s·dt. The last sample of a held series lasts as long as the one before it. A linear series ends at its last sample,
 * unless it repeats.
 */
export type SeriesInput = Omit<SeriesOptions, "interval" | "start" | "times"> &
  ((Required<Pick<SeriesOptions, "interval">> & Pick<SeriesOptions, "start">) | Required<Pick<SeriesOptions, "times">>);

type Given = Readonly<Record<string, unknown>>;
type ReadOptions = Read<typeof seriesOptions>;

/** Reads { series, interval or times, … }. Returns undefined, and adds issues, if it is invalid. */
export const readSeries = (given: Given, site: Site<SeriesContext>): Series | undefined => {
  const before = site.issues.length;
  const read = readOptions(seriesOptions, given, site);
  const timing = read && readTiming(read, given, site);
  if (!read || !timing || site.issues.length > before) return undefined;
  const { series: samples, between, before: early, after } = read;
  const inner = samples.shape.slice(1);
  return {
    ...(inner.length > 0 && { shape: inner, flat: inner.length === 1 }),
    samples,
    sampling: { ...timing, between, before: early, after },
    zero: read.before === "zero" || read.after === "zero",
    on: (dt, place) => stepped(samples, samplingOf(samples.shape[0]!, timing, dt), read, dt, place),
  };
};

/** A parameter that may change over time: a config may give a series for it. A model has at most one. */
export interface VaryingField<M extends string = string, U extends string = string, D extends number = number>
  extends Field<M, U, D> {
  readonly readSeries: ReadFieldSeries;
}
export const varying = <M extends string, U extends string, D extends number>(
  field: Field<M, U, D>,
): VaryingField<M, U, D> => ({ ...field, readSeries: readFieldSeries });

/** Generators that are functions of time. */
const waves = ["step", "pulses", "ramp", "sine"];

/** Reads a value meant as a series, even if its samples are missing. Returns undefined for an initializer. */
const readFieldSeries: ReadFieldSeries = (field, value, site, skip) => {
  const [name, ...more] = Object.keys(value);
  if (waves.some((wave) => wave === name)) {
    site.refuse(
      `does not accept a generator; received { ${name} }. Give its values as a series: { series, interval, after }.`,
    );
    return field.default;
  }
  if (name !== "series" && more.length === 0) return undefined;
  const judge = (samples: ShapedArray): Misfit | undefined => (skip ? undefined : arrayMisfit(field, samples));
  return readSeries(value, site.with({ unit: field.unit, judge })) ?? field.default;
};

const samplingOf = (count: number, timing: SampleTimes, dt: number): Sampling =>
  "times" in timing
    ? timedSampling(Float64Array.from(withoutSingleRounding(timing.times, dt)), dt)
    : evenSampling(count, timing.interval, timing.start, dt);

const stepped = (
  { data }: ShapedArray,
  sampling: Sampling,
  choices: SeriesChoices,
  dt: number,
  parent: Place,
): SteppedSeries => {
  const place = parent.at("series");
  const columns = data.length / sampling.count;
  return {
    columns,
    write: (time, into, offset) => {
      const at = locate(time, sampling, choices);
      if (at === "early") throw new ConfigError(earlyIssue(sampling, place));
      if (at === "late") throw new ConfigError(lateIssue(sampling, choices, place, `has reached ${timeText(time)}`));
      for (let column = 0; column < columns; column++) {
        into[offset + column] = at === "zero" ? 0 : valueAt(data, at, column, columns, sampling.count);
      }
    },
    issues: (steps) => coverIssues(sampling, choices, place, steps, dt),
    doubt: (first, end) => {
      const text = outsideDoubt(sampling, choices, [first * dt, end * dt]) ?? fineDoubt(sampling, dt);
      return text && `${parent.path}: ${text}`;
    },
  };
};

const fineDoubt = ({ shortest }: Sampling, dt: number): string | undefined =>
  shortest < dt && !sameTime(shortest, dt, dt)
    ? `samples are ${timeText(shortest)} apart, but a step takes ${timeText(dt)}. A step uses the value at its start, so pulses between two starts have no effect. Use a shorter dt, or average the samples.`
    : undefined;

const outsideDoubt = (
  { first, last, end }: Sampling,
  { between, before, after }: SeriesChoices,
  [from, to]: readonly [number, number],
): string | undefined => {
  const close = between === "linear" ? last : end;
  if (!(before === "zero" && first >= to) && !(after === "zero" && close <= from)) return undefined;
  return `the samples from ${timeText(first)} to ${timeText(close)} lie outside this run, from ${timeText(from)} to ${timeText(to)}, so the value is 0. Times count from the start of the simulation, in ms.`;
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

/** Checks what the options say together about the times of the samples. */
const readTiming = (
  { series, interval, start, times, after }: ReadOptions,
  given: Given,
  site: Site,
): SampleTimes | undefined => {
  const count = series.shape[0]!;
  if (!times) {
    if (interval !== undefined) return { interval, start };
    return site.at("interval").refuse("is missing. Give the time between samples in ms, or times.");
  }
  const extra = ["interval", "start"].find((key) => given[key] !== undefined);
  if (extra !== undefined) {
    return site
      .at(extra)
      .refuse("cannot be combined with times, which already give the time of each sample. Remove one of them.");
  }
  if (times.length !== count) {
    return site
      .at("times")
      .refuse(`must contain ${count} times, one per sample; received ${times.length}. Give one per sample.`);
  }
  if (count > 1 || after !== "repeat") return { times };
  return site
    .at("after")
    .refuse('cannot be "repeat": a single sample in times has no duration. Give interval instead, or after: "hold".');
};

const readTimes = (value: unknown, site: Site): Float64Array | undefined => {
  if (!isList(value)) {
    return site.refuse(`must be an array of times in ms; received ${describe(value)}. Give one per sample.`);
  }
  const array = readArray(value);
  if ("message" in array) return site.refusePart(array);
  if (array.shape.length !== 1) {
    return site.refuse("must contain one time per sample; received nested arrays. Give one per sample.");
  }
  const { data } = array;
  const bad = data.findIndex((time, k) => k > 0 && time <= data[k - 1]!);
  if (bad < 0) return data;
  return site
    .at(bad)
    .refuse(
      `must be later than the time before, ${data[bad - 1]} ms; received ${data[bad]} ms. Sort the samples by time.`,
    );
};

/** Position of a time, after `before` and `after` are applied: "early" or "late" if they do not allow the time. */
const locate = (
  time: number,
  sampling: Sampling,
  { between, before, after }: SeriesChoices,
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

const earlyIssue = ({ first }: Sampling, place: Place): Issue =>
  place.issue(`starts at ${timeText(first)}, but the run starts at 0 ms. Set before to "zero" or "hold".`);

const lateIssue = ({ count, last, end }: Sampling, { between }: SeriesChoices, place: Place, run: string): Issue => {
  const samples = count === 1 ? "1 sample" : `${count} samples`;
  const reach =
    between === "linear"
      ? `ends with its last sample at ${timeText(last)} (${samples})`
      : `ends at ${timeText(end)} (${samples})`;
  return place.issue(
    `${reach}, but the run ${run}. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".`,
  );
};

/** Checks that the series covers the run. If the end of the run is open, checks its start only. */
const coverIssues = (sampling: Sampling, choices: SeriesChoices, place: Place, steps: number, dt: number): Issue[] => {
  const end = Number.isFinite(steps) ? Math.max(steps - 1, 0) * dt : 0;
  const found = new Set([0, end].map((time) => locate(time, sampling, choices)));
  const issues: Issue[] = [];
  if (found.has("early")) issues.push(earlyIssue(sampling, place));
  if (!found.has("late")) return issues;
  const run = Number.isFinite(steps) ? `ends at ${timeText(steps * dt)}` : `has reached ${timeText(end)}`;
  return [...issues, lateIssue(sampling, choices, place, run)];
};
