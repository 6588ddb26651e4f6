import type { Precision } from "../config/parse.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timeOfStep, wholeStepsIn } from "../config/time.ts";
import { readUnitList } from "../config/unit-list.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import type { Issue } from "../errors/errors.ts";
import type { Model } from "../model/component.ts";

/** Steps, from 1, that a record covers, both ends included. */
export interface StepWindow {
  readonly first: number;
  readonly last: number;
}

export interface SpikePlan extends StepWindow {
  readonly units: readonly number[] | undefined;
}

export interface TracePlan extends StepWindow {
  readonly name: string;
  readonly unit: string;
  readonly units: readonly number[] | undefined;
  readonly every: number;
  readonly reduce: "mean" | "min" | "max" | undefined;
  readonly over: "units" | "time";
  readonly type: Precision | "i32";
  readonly columns: number;
  readonly rows: number;
}

export interface RatePlan extends StepWindow {
  readonly units: readonly number[] | undefined;
  /** Steps of a bin. */
  readonly bin: number;
  readonly each: boolean;
  readonly columns: number;
  readonly rows: number;
}

export interface RecordPlan {
  readonly spikes: SpikePlan | undefined;
  readonly rate: RatePlan | undefined;
  readonly traces: readonly TracePlan[];
}

export interface RunSpan {
  readonly model: Model;
  readonly units: number;
  readonly dt: number;
  readonly precision: Precision;
  /** Steps before the run's first one. */
  readonly before: number;
  readonly steps: number;
}

type Given = Readonly<Record<string, unknown>>;

/** Reads what is to be recorded and adds every problem to `issues`. */
export const planRecord = (record: unknown, span: RunSpan, issues: Issue[]): RecordPlan => {
  if (record === undefined) return { spikes: undefined, rate: undefined, traces: [] };
  if (!isRecord(record)) {
    issues.push({
      path: "record",
      message: `takes an object such as { outSpikes: true }; received ${describe(record)}. Name what to keep.`,
    });
    return { spikes: undefined, rate: undefined, traces: [] };
  }
  const known = ["outSpikes", "rate", ...Object.keys(span.model.observables)];
  unknownKeys("record", record, known, issues);
  const options = (name: string, keys: readonly string[]): Given | undefined => optionsOf(record, name, keys, issues);
  const spikes = options("outSpikes", ["units", "from", "to"]);
  const rate = options("rate", ["bin", "units", "each", "from", "to"]);
  const traces: TracePlan[] = [];
  for (const name of Object.keys(span.model.observables)) {
    const given = options(name, ["units", "every", "from", "to", "reduce", "over", "dtype"]);
    if (given) traces.push(planTrace(name, given, span, issues));
  }
  return {
    spikes: spikes && {
      ...windowOf("record.outSpikes", spikes, span, issues),
      units: unitsOf("record.outSpikes", spikes, span, issues),
    },
    rate: rate && planRate(rate, span, issues),
    traces,
  };
};

/** The options of one record: {} for true, undefined for false or absent. */
const optionsOf = (record: Given, name: string, keys: readonly string[], issues: Issue[]): Given | undefined => {
  const value = record[name];
  if (value === undefined || value === false) return undefined;
  if (value === true) {
    if (name !== "rate") return {};
    issues.push({
      path: "record.rate",
      message: "must say the width of its bins. Write rate: { bin: 10 } for bins of 10 ms.",
    });
    return undefined;
  }
  if (!isRecord(value)) {
    issues.push({
      path: `record.${name}`,
      message: `must be true, false or an object of options; received ${describe(value)}. Give one of these.`,
    });
    return undefined;
  }
  unknownKeys(`record.${name}`, value, keys, issues);
  return value;
};

const windowOf = (path: string, given: Given, span: RunSpan, issues: Issue[]): StepWindow => {
  const end = span.before + span.steps;
  const step = (key: "from" | "to", otherwise: number): number => {
    const value = given[key];
    if (value === undefined) return otherwise;
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
      issues.push({
        path: `${path}.${key}`,
        message: `must be a time of at least 0 ms; received ${describe(value)}. Count from the start of the simulation.`,
      });
      return otherwise;
    }
    return wholeStepsIn(value, span.dt);
  };
  const at = (steps: number): string => `${timeOfStep(steps, span.dt)} ms`;
  const from = step("from", span.before);
  const to = step("to", end);
  if (given["from"] !== undefined && given["to"] !== undefined && from >= to) {
    issues.push({
      path: `${path}.to`,
      message: `must be at least a step after from; received from ${at(from)} and to ${at(to)}. Widen the window.`,
    });
  } else if (from >= end || to <= span.before) {
    issues.push({
      path: `${path}.from`,
      message: `must leave steps within the run, ${at(span.before)} to ${at(end)}; received ${at(from)} to ${at(to)}. Move the window.`,
    });
  }
  return { first: Math.max(from, span.before) + 1, last: Math.min(to, end) };
};

const unitsOf = (path: string, { units }: Given, span: RunSpan, issues: Issue[]): readonly number[] | undefined =>
  readUnitList(`${path}.units`, units, span.units, issues);

const wholeOf = (path: string, value: unknown, otherwise: number, issues: Issue[]): number => {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && (value as number) >= 1) return value as number;
  issues.push({
    path,
    message: `must be a whole number of at least 1; received ${describe(value)}. Give a count of steps.`,
  });
  return otherwise;
};

const choiceOf = <T extends string>(
  path: string,
  value: unknown,
  choices: readonly T[],
  issues: Issue[],
): T | undefined => {
  if (value === undefined) return undefined;
  if (choices.includes(value as T)) return value as T;
  issues.push({
    path,
    message: `must be ${choices.map((c) => `"${c}"`).join(" or ")}; received ${describe(value)}. Choose one.`,
  });
  return undefined;
};

const planTrace = (name: string, given: Given, span: RunSpan, issues: Issue[]): TracePlan => {
  const path = `record.${name}`;
  const observable = span.model.observables[name]!;
  const window = windowOf(path, given, span, issues);
  const units = unitsOf(path, given, span, issues);
  const every = wholeOf(`${path}.every`, given["every"], 1, issues);
  const reduce = choiceOf(`${path}.reduce`, given["reduce"], ["mean", "min", "max"], issues);
  const over = choiceOf(`${path}.over`, given["over"], ["units", "time"], issues) ?? "units";
  const dtype = choiceOf(`${path}.dtype`, given["dtype"], ["f32", "f64"], issues);
  if (given["over"] !== undefined && given["reduce"] === undefined) {
    issues.push({ path: `${path}.over`, message: 'needs reduce. Add reduce: "mean", or drop over.' });
  }
  const covered = window.last - window.first + 1;
  if (covered > 0 && every > covered) {
    issues.push({
      path: `${path}.every`,
      message: `must be at most the ${covered} steps of its window; received ${every}. Record more often or for longer.`,
    });
  }
  const isInt = observable.expr.dtype === "int";
  return {
    name,
    unit: observable.unit,
    ...window,
    units,
    every,
    reduce,
    over,
    type: isInt && (reduce !== "mean" || dtype !== undefined) ? (dtype ?? "i32") : (dtype ?? span.precision),
    columns: reduce && over === "units" ? 1 : (units?.length ?? span.units),
    rows: Math.max(0, Math.floor(covered / every)),
  };
};

const planRate = (given: Given, span: RunSpan, issues: Issue[]): RatePlan => {
  const window = windowOf("record.rate", given, span, issues);
  const units = unitsOf("record.rate", given, span, issues);
  const { bin, each } = given;
  const exact = typeof bin === "number" ? bin / span.dt : Number.NaN;
  const steps = Math.round(exact);
  if (bin === undefined) {
    issues.push({ path: "record.rate.bin", message: "is missing. Give the width of a bin in ms." });
  } else if (!(steps >= 1) || Math.abs(exact - steps) > 1e-9 * steps) {
    issues.push({
      path: "record.rate.bin",
      message: `must be a whole number of steps of ${span.dt} ms; received ${describe(bin)} ms. Give a multiple of dt.`,
    });
  }
  if (each !== undefined && typeof each !== "boolean") {
    issues.push({
      path: "record.rate.each",
      message: `must be true or false; received ${describe(each)}. True keeps one column a unit.`,
    });
  }
  const width = Number.isFinite(steps) && steps >= 1 ? steps : 1;
  const covered = window.last - window.first + 1;
  // With other problems about, the window may not be the one that is meant.
  if (issues.length === 0 && covered % width !== 0) {
    issues.push({
      path: "record.rate.bin",
      message: `must divide the window of ${timeOfStep(covered, span.dt)} ms; received ${describe(bin)} ms. Change the bin, or set from and to.`,
    });
  }
  return {
    ...window,
    units,
    bin: width,
    each: each === true,
    columns: each === true ? (units?.length ?? span.units) : 1,
    rows: Math.floor(covered / width),
  };
};

const bytes = { f32: 4, f64: 8, i32: 4 } as const;
/** The number and the time of a row. */
const ROW_BYTES = 16;

/** Bytes that `rows` rows of a trace or rate take. */
export const rowsMemory = (plan: TracePlan | RatePlan, rows: number): number =>
  rows * (ROW_BYTES + plan.columns * ("type" in plan ? bytes[plan.type] : 8));

/** Bytes that the traces and rates of a plan take when kept in memory. */
export const planMemory = (plan: RecordPlan): { readonly name: string; readonly bytes: number }[] => [
  ...plan.traces.map((trace) => ({ name: trace.name, bytes: rowsMemory(trace, trace.rows) })),
  ...(plan.rate ? [{ name: "rate", bytes: rowsMemory(plan.rate, plan.rate.rows) }] : []),
];
