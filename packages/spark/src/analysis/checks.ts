import { suggestName } from "../config/nearest-name.ts";
import { describe, isRecord, isTypedArray } from "../config/shape.ts";
import { SINGLE } from "../config/single.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";

/**
 * Relative tolerance for times. `step * dt` in double precision can differ from the nominal time by a few ulp, and a
 * spike exactly on a border must still count.
 */
const DOUBLE = 1e-12;

/** Whether all times fit into single precision, and not because all are whole. */
const isSingle = (times: ArrayLike<number>): boolean => {
  let isWhole = true;
  for (let index = 0; index < times.length; index++) {
    const time = times[index]!;
    if (Math.fround(time) !== time) return false;
    isWhole &&= Number.isInteger(time);
  }
  return !isWhole;
};

/** How far the times of a train, at most `latest`, may be from a border and still lie on it: their rounding error. */
export const timeSlack = (times: ArrayLike<number>, latest: number): number =>
  (isSingle(times) ? SINGLE : DOUBLE) * latest;

/** Throws one ConfigError with all issues in the list; undefined entries are skipped. */
export function refuse(issues: readonly (Issue | undefined)[]): void {
  const found = issues.filter((issue) => issue !== undefined);
  if (found.length > 0) throw new ConfigError(found);
}

/** A value for a message, with its unit if it is a number. */
export const received = (value: unknown, unit: string): string =>
  typeof value === "number" ? `${value} ${unit}`.trimEnd() : describe(value);

/**
 * The names of the options of a type. The object lists every key of the type, so that the compiler finds a missing one.
 */
export const keysOf = <T>(keys: Readonly<Record<keyof T, true>>): readonly string[] => Object.keys(keys);

/** Refuses options that are not an object, and unknown keys. Allocates nothing for valid options. */
export function requireOptions(where: string, options: unknown, known: readonly string[]): void {
  if (!isRecord(options)) {
    const message = `takes an object of options; received ${describe(options)}. Give one with ${known.join(", ")}.`;
    throw new ConfigError({ path: where, message });
  }
  for (const key in options) {
    if (!known.includes(key)) {
      throw new ConfigError({ path: `${where}.${key}`, message: `is unknown. ${suggestName(key, known)}` });
    }
  }
}

/** Whether a value is an array, a typed array of numbers, or an object with a length and elements. */
export const isList = (value: unknown): value is ArrayLike<unknown> => {
  if (Array.isArray(value) || isTypedArray(value)) return true;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return "length" in value && Number.isSafeInteger(value.length) && (value.length as number) >= 0;
};

/** Refuses what is not a list. For the results of a run, the message names the list that it contains. */
export function requireList(path: string, value: unknown, content: string): void {
  if (isList(value)) return;
  throw new ConfigError({ path, message: `must be a list of ${content}; ${listRemedy(value)}` });
}

const listRemedy = (value: unknown): string => {
  if (isRecord(value) && "outSpikes" in value) {
    return "received a run. Write run.outSpikes.times(unit) for the times of one unit.";
  }
  if (isRecord(value) && "steps" in value && "units" in value) {
    return "received the spikes of several units. Write outSpikes.times(unit) for the times of one unit.";
  }
  if (isRecord(value) && isList(value["values"])) return "received an object with values. Write its values: x.values.";
  return `received ${describe(value)}. Give an array.`;
};

/** An issue unless the value is a finite number greater than 0. The message gives the value in `unit`. */
export function positive(path: string, value: number, unit: string, remedy: string): Issue | undefined {
  if (Number.isFinite(value) && value > 0) return undefined;
  return {
    path,
    message: `must be a finite number greater than 0 ${unit}; received ${received(value, unit)}. ${remedy}`,
  };
}

/** An issue unless the value is a finite number of at least 0. */
export function notNegative(path: string, value: number, unit: string, remedy: string): Issue | undefined {
  if (Number.isFinite(value) && value >= 0) return undefined;
  return {
    path,
    message: `must be a finite number of at least 0 ${unit}; received ${received(value, unit)}. ${remedy}`,
  };
}

/** An issue unless the value is a whole number of at least 1. */
export function wholeCount(path: string, value: number, remedy: string): Issue | undefined {
  if (Number.isSafeInteger(value) && value >= 1) return undefined;
  return { path, message: `must be a whole number of at least 1; received ${describe(value)}. ${remedy}` };
}

/** An issue unless `from` and `to` are finite and `from < to`. */
export function ordered(where: string, from: number, to: number, unit: string): Issue | undefined {
  if (!Number.isFinite(from)) {
    return { path: `${where}.from`, message: `must be finite; received ${received(from, unit)}. Give a finite start.` };
  }
  if (!Number.isFinite(to) || to <= from) {
    const rule = `must be finite and greater than from, ${from} ${unit}`;
    return { path: `${where}.to`, message: `${rule}; received ${received(to, unit)}. Give an end after the start.` };
  }
  return undefined;
}

/**
 * Refuses times that are not finite or not ascending; the error names the first invalid position. `strict` also refuses
 * two equal times, which one unit cannot produce. Allocates nothing for a valid train.
 */
export function requireAscending(path: string, times: ArrayLike<number>, strict: boolean): void {
  requireList(path, times, "spike times in ms");
  let last = -Number.MAX_VALUE;
  for (let index = 0; index < times.length; index++) {
    const time = times[index]!;
    if (
      typeof time !== "number" ||
      !(time >= last && time <= Number.MAX_VALUE) ||
      (strict && index > 0 && time === last)
    ) {
      throw new ConfigError(orderIssue(path, times, index));
    }
    last = time;
  }
}

function orderIssue(path: string, times: ArrayLike<number>, index: number): Issue {
  const time = times[index]!;
  const at = `${path}[${index}]`;
  if (!Number.isFinite(time)) {
    return { path: at, message: `must be a finite time; received ${received(time, "ms")}. Give spike times in ms.` };
  }
  const before = times[index - 1]!;
  if (time === before) {
    const rule = `must be later than the spike before it, ${before} ms`;
    return { path: at, message: `${rule}; received ${time} ms. Give the train of one unit, each spike once.` };
  }
  const rule = `must not be earlier than the spike before it, ${before} ms`;
  return { path: at, message: `${rule}; received ${time} ms. Sort the times in ascending order.` };
}

/**
 * Refuses a train that is not ascending (see `requireAscending`), or exceeds the window [from, to] by more than
 * rounding.
 */
export function requireTrain(path: string, times: ArrayLike<number>, from: number, to: number, strict: boolean): void {
  requireAscending(path, times, strict);
  if (times.length === 0) return;
  const slack = timeSlack(times, Math.max(Math.abs(from), Math.abs(to)));
  const last = times.length - 1;
  if (times[0]! < from - slack) throw new ConfigError(outsideIssue(path, times, 0, from, to));
  if (times[last]! > to + slack) throw new ConfigError(outsideIssue(path, times, last, from, to));
}

function outsideIssue(path: string, times: ArrayLike<number>, index: number, from: number, to: number): Issue {
  const rule = `must lie in the window from ${from} ms to ${to} ms`;
  const remedy = "Give the window in which the train was recorded.";
  return { path: `${path}[${index}]`, message: `${rule}; received ${times[index]} ms. ${remedy}` };
}

/** Refuses NaN and infinities in a list of numbers; the error names the first position. */
export function requireFinite(path: string, values: ArrayLike<number>, unit: string): void {
  requireList(path, values, "numbers");
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isFinite(value)) {
      const message = `must be finite; received ${received(value, unit)}. Remove values that are not finite.`;
      throw new ConfigError({ path: `${path}[${index}]`, message });
    }
  }
}
