import { withUnit } from "../../config/field.ts";
import { suggestName } from "../../config/nearest-name.ts";
import { indexText } from "../../config/parse.ts";
import { describe, isTypedArray, type NestedArray, readArray, type ShapedArray } from "../../config/shape.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import { timeText } from "./clock.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { rowFeed } from "./rows.ts";
import { evenSampling, type Position, type Sampling, timedSampling } from "./sampling.ts";
import { firstProblem, fitsUnits, shapeProblem } from "./values.ts";

/** The choices of a series, the default first. */
export const seriesChoices = {
  between: ["hold", "linear"],
  before: ["error", "hold", "zero"],
  after: ["error", "hold", "zero", "repeat"],
} as const;
export const seriesKeys: readonly string[] = ["series", "interval", "start", "times", ...Object.keys(seriesChoices)];

type Given = Readonly<Record<string, unknown>>;
type Choices = { readonly [K in keyof typeof seriesChoices]: (typeof seriesChoices)[K][number] };

/** Reads { series, interval or times, … }. */
export const readSeries = (given: Given, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const before = issues.length;
  for (const key of Object.keys(given)) {
    if (!seriesKeys.includes(key)) {
      issues.push({ path: `${context.path}.${key}`, message: `is unknown. ${suggestName(key, seriesKeys)}` });
    }
  }
  const choices = readChoices(given, context.path, issues);
  const samples = readSamples(given["series"], context, issues);
  const sampling = samples && readSampling(given, samples.shape[0]!, context, issues);
  if (!sampling || issues.length > before) return undefined;
  const found = coverIssues(sampling, choices, context);
  issues.push(...found);
  if (found.length > 0) return undefined;
  const columns = samples.data.length / sampling.count;
  return rowFeed(columns, context, (view, offset, step) => {
    const time = step * context.dt;
    const at = locate(time, sampling, choices);
    if (at === "early" || at === "late") throw new ConfigError(lateIssue(sampling, choices, context, time));
    for (let column = 0; column < columns; column++) {
      view[offset + column] = at === "zero" ? 0 : valueAt(samples.data, at, column, columns, sampling.count);
    }
  });
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
    const hint = typeof value === "string" ? suggestName(value, known) : "Name one of these.";
    issues.push({ path: `${path}.${key}`, message: `must be one of ${names}; received ${describe(value)}. ${hint}` });
    return [key, known[0]];
  });
  return Object.fromEntries(chosen) as Choices;
};

const readSamples = (value: unknown, context: FeedContext, issues: Issue[]): ShapedArray | undefined => {
  const path = `${context.path}.series`;
  if (!Array.isArray(value) && !isTypedArray(value)) {
    issues.push({ path, message: `must be an array of samples in pA; received ${describe(value)}. Give one or more.` });
    return undefined;
  }
  if (value.length === 0) {
    issues.push({ path, message: "must hold at least one sample; received an empty array. Give one or more." });
    return undefined;
  }
  const array = readArray(value as NestedArray, path);
  if ("message" in array) {
    issues.push(array);
    return undefined;
  }
  const inner = array.shape.slice(1);
  if (inner.length > 0 && !fitsUnits(inner, context.units, true)) {
    issues.push({ path, message: `holds samples of another shape: each ${shapeProblem(inner, context.units)}` });
    return undefined;
  }
  const problem = firstProblem(array.data, context.precision);
  if (problem) issues.push({ path: `${path}${indexText(problem.at, array.shape)}`, message: problem.message });
  return problem ? undefined : array;
};

const readSampling = (given: Given, count: number, context: FeedContext, issues: Issue[]): Sampling | undefined => {
  const { interval, start, times } = given;
  const add = (key: string, message: string): undefined =>
    void issues.push({ path: `${context.path}.${key}`, message });
  if (times !== undefined) {
    const extra = ["interval", "start"].find((key) => given[key] !== undefined);
    if (extra) return add(extra, "cannot stand beside times, which say when each sample is. Leave one of them out.");
    return readTimes(times, count, context, issues);
  }
  if (interval === undefined) return add("interval", "is missing. Give the time between samples in ms, or times.");
  if (typeof interval !== "number" || !Number.isFinite(interval) || interval <= 0) {
    return add("interval", `must be greater than 0 ms; received ${millis(interval)}. Give the time between samples.`);
  }
  if (start !== undefined && !Number.isFinite(start)) {
    return add("start", `must be a finite number; received ${millis(start)}. Give the time of the first sample.`);
  }
  return evenSampling(count, interval, (start as number | undefined) ?? 0, context.dt);
};

const millis = (value: unknown): string => (typeof value === "number" ? withUnit(value, "ms") : describe(value));

const readTimes = (value: unknown, count: number, context: FeedContext, issues: Issue[]): Sampling | undefined => {
  const path = `${context.path}.times`;
  const add = (at: string, message: string): undefined => void issues.push({ path: at, message });
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return add(path, `must be an array of times in ms; received ${describe(value)}. Give one a sample.`);
  }
  const array = readArray(value as NestedArray, path);
  if ("message" in array) return add(array.path, array.message);
  if (array.shape.length !== 1 || array.data.length !== count) {
    const received = array.shape.length === 1 ? `${array.data.length}` : "nested arrays";
    return add(path, `must hold ${count} times, one a sample; received ${received}. Give one a sample.`);
  }
  const { data } = array;
  const bad = data.findIndex((time, k) => k > 0 && time <= data[k - 1]!);
  if (bad < 0) return timedSampling(data, context.dt);
  return add(
    `${path}[${bad}]`,
    `must be later than the time before it, ${millis(data[bad - 1])}; received ${millis(data[bad])}. Sort the samples by time.`,
  );
};

/** Where a time falls, by what the series says of times outside of it; where it says nothing, what is wrong. */
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

const earlyIssue = ({ first }: Sampling, { path }: FeedContext): Issue => ({
  path: `${path}.series`,
  message: `starts at ${timeText(first)}, but the run starts at 0 ms. Say what flows before with before: "zero" or "hold".`,
});

const lateIssue = (sampling: Sampling, { between }: Choices, context: FeedContext, time: number): Issue => {
  const { count, last, end } = sampling;
  const samples = count === 1 ? "1 sample" : `${count} samples`;
  const reach =
    between === "linear"
      ? `leads to its last sample at ${timeText(last)} (${samples})`
      : `lasts to ${timeText(end)} (${samples})`;
  const run = Number.isFinite(context.steps)
    ? `the run lasts to ${timeText(context.steps * context.dt)}`
    : `the run has come to ${timeText(time)}`;
  return {
    path: `${context.path}.series`,
    message: `${reach}, but ${run}. Give more samples, shorten the run, or say what follows with after: "hold", "zero" or "repeat".`,
  };
};

/** Whether the series covers the run, found before it starts where its end is known. */
const coverIssues = (sampling: Sampling, choices: Choices, context: FeedContext): Issue[] => {
  if (choices.after === "repeat" && !(sampling.end > sampling.first)) {
    const message = 'cannot repeat: a single sample with a time has no length. Give interval, or after: "hold".';
    return [{ path: `${context.path}.after`, message }];
  }
  const end = Number.isFinite(context.steps) ? Math.max(context.steps - 1, 0) * context.dt : 0;
  const found = new Set([0, end].map((time) => locate(time, sampling, choices)));
  const issues: Issue[] = [];
  if (found.has("early")) issues.push(earlyIssue(sampling, context));
  if (found.has("late")) issues.push(lateIssue(sampling, choices, context, end));
  return issues;
};
