import type { Site } from "../config/place.ts";
import { timeOfStep, wholeStepsIn } from "../config/time.ts";

/* Several windows of one record. They are data, so that a plan can be printed and compared. */

/** First and last step that a record covers, counted from 1, both included. */
export interface StepWindow {
  readonly first: number;
  readonly last: number;
}

/** Windows of equal length that begin every `period` steps: the first one with the step `first`. */
export interface RepeatedWindows {
  readonly first: number;
  readonly period: number;
  readonly length: number;
}

/** Disjoint windows in order. */
export type StepWindows = readonly StepWindow[] | RepeatedWindows;

const isList = (windows: StepWindows): windows is readonly StepWindow[] => Array.isArray(windows);

const clipped = (window: StepWindow | undefined, { first, last }: StepWindow): StepWindow | undefined => {
  if (!window || window.first > last) return undefined;
  return { first: Math.max(window.first, first), last: Math.min(window.last, last) };
};

/** The first window that contains a step or a later one, within the bounds; undefined if there is none. */
export const windowFrom = (windows: StepWindows, step: number, bounds: StepWindow): StepWindow | undefined => {
  const from = Math.max(step, bounds.first);
  if (from > bounds.last) return undefined;
  if (isList(windows)) return clipped(after(windows, from), bounds);
  const { first, period, length } = windows;
  const index = Math.max(0, Math.floor((from - first) / period));
  const begin = first + index * period;
  const next = from <= begin + length - 1 ? begin : begin + period;
  return clipped({ first: next, last: next + length - 1 }, bounds);
};

/** All windows within the bounds, one after another. */
export const windowsIn = function* (windows: StepWindows, bounds: StepWindow): Generator<StepWindow> {
  let next = windowFrom(windows, bounds.first, bounds);
  for (; next; next = windowFrom(windows, next.last + 1, bounds)) yield next;
};

/** The first window of a list that ends at a step or later. */
const after = (windows: readonly StepWindow[], step: number): StepWindow | undefined => {
  let [low, high] = [0, windows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (windows[middle]!.last < step) low = middle + 1;
    else high = middle;
  }
  return windows[low];
};

/** Number of rows of a record of every n-th step of each window, and the length of the longest window. */
export const extentOf = (
  windows: StepWindows,
  every: number,
  bounds: StepWindow,
): { readonly rows: number; readonly longest: number } => {
  const rowsOf = ({ first, last }: StepWindow): number => Math.floor((last - first + 1) / every);
  let [rows, longest] = [0, 0];
  const count = (window: StepWindow | undefined, times = 1): void => {
    if (!window || times <= 0) return;
    rows += rowsOf(window) * times;
    longest = Math.max(longest, window.last - window.first + 1);
  };
  if (isList(windows))
    for (const window of windows) count(window.last < bounds.first ? undefined : clipped(window, bounds));
  else {
    const { period, length } = windows;
    if (bounds.last === Number.POSITIVE_INFINITY) return { rows: bounds.last, longest: length };
    const head = windowFrom(windows, bounds.first, bounds);
    const whole = head && windowFrom(windows, head.last + 1, bounds);
    count(head);
    if (whole) {
      // All windows between the first and the last one are whole.
      const others = Math.floor((bounds.last - whole.first) / period);
      count({ first: 1, last: length }, others);
      const last = whole.first + others * period;
      count(clipped({ first: last, last: last + length - 1 }, bounds));
    }
  }
  return { rows, longest };
};

/** Lengths of the windows, in steps. */
export const lengthsOf = (windows: StepWindows): readonly number[] =>
  isList(windows) ? windows.map(({ first, last }) => last - first + 1) : [windows.length];

/** Windows as users give them, ms. */
export interface GivenWindows {
  readonly at?: readonly number[];
  readonly during?: readonly { readonly from: number; readonly to: number }[] | WindowRepetition;
}

/** Windows that repeat, ms: those after start + k · period, of the given length. */
export interface WindowRepetition {
  readonly period: number;
  readonly length: number;
  readonly start?: number;
}

/**
 * Converts windows to steps. A time in `at` is the end of `width` steps. Adds all problems to the issues. Returns
 * undefined if there are no windows.
 */
export const readWindows = (
  { at, during }: GivenWindows,
  dt: number,
  site: Site,
  width = 1,
): StepWindows | undefined => {
  if (at && during) {
    return site.at("at").refuse("cannot be combined with during. Write times as windows of one step, or remove one.");
  }
  // The order of wrong times tells nothing.
  const before = site.issues.length;
  if (at) {
    const steps = at.map((time, k) => stepAt(time, dt, width, site.at("at", k)));
    return site.issues.length > before ? steps : ascending(steps, site.at("at"), (k) => [k]);
  }
  if (!during) return undefined;
  const own = site.at("during");
  if ("period" in during) return repeated(during, dt, own);
  const windows = during.map(({ from, to }) => ({ first: wholeStepsIn(from, dt) + 1, last: wholeStepsIn(to, dt) }));
  for (const [k, { first, last }] of windows.entries()) {
    if (first > last) {
      const { from, to } = during[k]!;
      own
        .at(k, "to")
        .refuse(`must be at least one step after from; received from ${from} ms and to ${to} ms. Widen it.`);
    }
  }
  return site.issues.length > before ? windows : ascending(windows, own, (k) => [k, "from"]);
};

/** The window of the `width` steps that end at a time. */
const stepAt = (time: number, dt: number, width: number, site: Site): StepWindow => {
  const step = Math.round(time / dt);
  if (step < 1 || Math.abs(time / dt - step) > 1e-9 * step) {
    const nearest = timeOfStep(Math.max(width, step), dt);
    site.refuse(`must be the end of a step of ${dt} ms; received ${time} ms. The nearest is ${nearest} ms.`);
  } else if (step < width) {
    site.refuse(
      `must leave room for a whole bin before it; received ${time} ms. Give ${timeOfStep(width, dt)} ms or more.`,
    );
  }
  return { first: step - width + 1, last: step };
};

const ascending = (
  windows: readonly StepWindow[],
  site: Site,
  keysOf: (k: number) => readonly (string | number)[],
): readonly StepWindow[] => {
  const wrong = windows.findIndex(({ first }, k) => k > 0 && first <= windows[k - 1]!.last);
  if (wrong > 0)
    site
      .at(...keysOf(wrong))
      .refuse("must be after the end of the one before. Sort them, and join those that overlap.");
  return windows;
};

const repeated = ({ period, length, start = 0 }: WindowRepetition, dt: number, site: Site): RepeatedWindows => {
  const [steps, size, before] = [period, length, start].map((time) => Math.round(time / dt)) as [
    number,
    number,
    number,
  ];
  for (const [key, time, found] of [
    ["period", period, steps],
    ["length", length, size],
    ["start", start, before],
  ] as const) {
    if (Math.abs(time / dt - found) <= 1e-9 * Math.max(found, 1) && (found > 0 || key === "start")) continue;
    const nearest = timeOfStep(Math.max(key === "start" ? 0 : 1, found), dt);
    site
      .at(key)
      .refuse(`must be a whole number of steps of ${dt} ms; received ${time} ms. The nearest is ${nearest} ms.`);
  }
  if (size > steps) {
    site.at("length").refuse(`must be at most the period, ${period} ms; received ${length} ms. Shorten it.`);
  }
  return { first: before + 1, period: steps, length: size };
};
