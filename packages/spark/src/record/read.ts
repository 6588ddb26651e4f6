import { type Read, readSound } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timeOfStep, wholeStepsIn } from "../config/time.ts";
import type { Observable } from "../model/component.ts";
import {
  type rateOptions,
  rateRecord,
  readoutRecord,
  type readoutRecordOptions,
  spikeRecord,
  type traceOptions,
  traceRecord,
} from "./options.ts";
import { NOTHING, type RatePlan, type RecordPlan, type RunSpan, type TracePlan } from "./plan.ts";
import { extentOf, type GivenWindows, readWindows, type StepWindow, type StepWindows, windowFrom } from "./windows.ts";

/** Reads the records of a population. Adds all problems to the issues of the site. */
export const planRecord = (record: unknown, span: RunSpan, site: Site): RecordPlan => {
  if (record === undefined) return NOTHING;
  if (!isRecord(record)) {
    const example = site.place.say({ code: "{ outSpikes: true }", document: '{ "outSpikes": true }' });
    site.refuse(`takes an object such as ${example}; received ${describe(record)}. Name the records.`);
    return NOTHING;
  }
  const { observables } = span.model;
  const own = site.with(span);
  const { outSpikes, rate, ...traces } = readSound(
    {
      outSpikes: spikeRecord,
      rate: rateRecord,
      ...Object.fromEntries(Object.keys(observables).map((name) => [name, traceRecord])),
    },
    record,
    own,
  );
  return {
    spikes: outSpikes ? { ...windowOf(outSpikes, span, own.at("outSpikes")), units: outSpikes.units } : undefined,
    rate: rate ? planRate(rate, span, own.at("rate")) : undefined,
    traces: Object.entries(traces as Readonly<Record<string, Read<typeof traceOptions> | false>>).flatMap(
      ([name, read]) => (read ? planTrace(name, observables[name]!, read, span, own.at(name)) : []),
    ),
  };
};

/** Reads the record of a read-out, whose values are treated like a variable. */
export const planReadout = (
  given: unknown,
  { name, unit }: { readonly name: string; readonly unit: string },
  span: Omit<RunSpan, "model">,
  site: Site,
): TracePlan | undefined => {
  if (given === undefined) return undefined;
  const own = site.with(span);
  const read = readoutRecord.read(given, own);
  return read ? planTrace(name, { unit, expr: { dtype: "float" } }, read, span, own) : undefined;
};

const windowOf = (
  given: { readonly from?: number; readonly to?: number },
  { before, steps, dt, cuts }: Omit<RunSpan, "model">,
  site: Site,
): StepWindow => {
  const end = before + steps;
  const at = (step: number): string => `${timeOfStep(step, dt)} ms`;
  const from = given.from === undefined ? before : wholeStepsIn(given.from, dt);
  const to = given.to === undefined ? end : wholeStepsIn(given.to, dt);
  if (given.from !== undefined && given.to !== undefined && from >= to) {
    site
      .at("to")
      .refuse(`must be at least one step after from; received from ${at(from)} and to ${at(to)}. Widen the window.`);
  } else if (from >= end || to <= before) {
    site
      .at("from")
      .refuse(
        `must leave at least one step within the run, ${at(before)} to ${at(end)}; received ${at(from)} to ${at(to)}. Move the window.`,
      );
  } else if (from < before || to > end) {
    cuts.push(
      `${site.place.path}: the window from ${at(from)} to ${at(to)} exceeds this run, from ${at(before)} to ${at(end)}, so the record covers only the part in the run. Times count from the start of the simulation.`,
    );
  }
  return { first: Math.max(from, before) + 1, last: Math.min(to, end) };
};

type Traced = { readonly unit: string; readonly expr: Pick<Observable["expr"], "dtype"> };

const planTrace = (
  name: string,
  { unit, expr }: Traced,
  given: Read<typeof readoutRecordOptions> & Partial<Read<typeof traceOptions>>,
  span: Omit<RunSpan, "model">,
  site: Site,
): TracePlan => {
  const { units, every, reduce, over, dtype } = given;
  const window = windowOf(given, span, site);
  const windows = windowsOf(given, window, span, site);
  if (over !== undefined && reduce === undefined) {
    const remedy = site.place.say({ code: 'reduce: "mean"', document: '"reduce": "mean"' });
    site.at("over").refuse(`needs reduce. Add ${remedy}, or remove over.`);
  }
  const covered = window.last - window.first + 1;
  const extent = windows && extentOf(windows, every, window);
  const longest = extent?.longest ?? covered;
  if (longest > 0 && every > longest && !given.at) {
    site
      .at("every")
      .refuse(
        `must be at most the ${longest} steps of its window; received ${every}. Record more often or for longer.`,
      );
  }
  const isInt = expr.dtype === "int";
  return {
    name,
    unit,
    ...window,
    windows,
    units,
    every,
    reduce,
    over: over ?? "units",
    type:
      isInt && (!(reduce === "mean" || reduce === "std") || dtype !== undefined)
        ? (dtype ?? "i32")
        : (dtype ?? span.precision),
    columns: reduce && over !== "time" ? 1 : (units?.length ?? span.units),
    rows: extent?.rows ?? Math.max(0, Math.floor(covered / every)),
  };
};

/** The windows within the window of a record. */
const windowsOf = (
  given: GivenWindows & Partial<Pick<Read<typeof traceOptions>, "every" | "over">>,
  window: StepWindow,
  { dt, cuts }: Omit<RunSpan, "model">,
  site: Site,
): StepWindows | undefined => {
  const before = site.issues.length;
  const windows = readWindows(given, dt, site);
  if (!windows || site.issues.length > before) return undefined;
  if (given.at && (given.every !== 1 || given.over === "time")) {
    site
      .at("at")
      .refuse("records single steps, so every and over cannot be combined with it. Remove them, or use during.");
  }
  const key = given.at ? "at" : "during";
  const { first, last } = window;
  const within = `${timeOfStep(first - 1, dt)} to ${timeOfStep(last, dt)} ms`;
  if (!windowFrom(windows, first, window)) {
    site.at(key).refuse(`must have a step within the record, ${within}. Times count from the start of the simulation.`);
    return undefined;
  }
  const outside = Array.isArray(windows) ? windows.filter((own) => own.first < first || own.last > last).length : 0;
  if (outside > 0) {
    const part = outside === 1 ? "1 entry exceeds" : `${outside} entries exceed`;
    cuts.push(`${site.at(key).place.path}: ${part} the record, ${within}, so it covers only the part within.`);
  }
  const every = given.every ?? 1;
  const short = Array.isArray(windows) ? windows.filter((own) => own.last - own.first + 1 < every).length : 0;
  if (short > 0) {
    const part = short === 1 ? "1 entry has" : `${short} entries have`;
    cuts.push(`${site.at(key).place.path}: ${part} fewer steps than every, ${every}, and therefore no row.`);
  }
  return windows;
};

const planRate = (given: Read<typeof rateOptions>, span: RunSpan, site: Site): RatePlan => {
  const { bin, units, each } = given;
  const window = windowOf(given, span, site);
  const covered = window.last - window.first + 1;
  // If there are other problems, the window may be wrong too.
  if (site.issues.length === 0 && Number.isFinite(covered) && covered % bin !== 0) {
    site
      .at("bin")
      .refuse(
        `must divide the window of ${timeOfStep(covered, span.dt)} ms; received ${timeOfStep(bin, span.dt)} ms. Change the bin, or set from and to.`,
      );
  }
  return {
    ...window,
    units,
    bin,
    each,
    columns: each ? (units?.length ?? span.units) : 1,
    rows: Math.floor(covered / bin),
  };
};
