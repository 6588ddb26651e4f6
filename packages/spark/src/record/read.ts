import { type Read, readSound } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timeOfStep, wholeStepsIn } from "../config/time.ts";
import type { Observable } from "../model/component.ts";
import {
  activeFractionRecord,
  type rateOptions,
  rateRecord,
  readoutRecord,
  type readoutRecordOptions,
  type spikeOptions,
  spikeRecord,
  type traceOptions,
  traceRecord,
  weightRecord,
} from "./options.ts";
import {
  NOTHING,
  type RatePlan,
  type RecordPlan,
  type Reduction,
  type RunSpan,
  type SpikePlan,
  type TracePlan,
  type TriggerPlan,
  type WeightPlan,
} from "./plan.ts";
import { planTrigger, type Scene } from "./triggers.ts";
import {
  extentOf,
  type GivenWindows,
  lengthsOf,
  readWindows,
  type StepWindow,
  type StepWindows,
  windowFrom,
} from "./windows.ts";

/** What the records of a run share. */
type SceneSpan = Omit<RunSpan, "model"> & { readonly scene: Scene };

/** A population that is not part of a network. */
const alone = ({ model, units }: RunSpan): Scene => {
  const own = { name: "", units, variables: Object.keys(model.observables), conditions: [] };
  return { own, populations: [], readouts: [] };
};

/**
 * Reads the records of a population. Adds all problems to the issues of the site. The conditions of other records may
 * still add to `conditions` of the plan.
 */
export const planRecord = (record: unknown, span: RunSpan, site: Site, scene: Scene = alone(span)): RecordPlan => {
  const { conditions } = scene.own!;
  if (record === undefined) return { ...NOTHING, conditions };
  if (!isRecord(record)) {
    const example = site.place.say({ code: "{ outSpikes: true }", document: '{ "outSpikes": true }' });
    site.refuse(`takes an object such as ${example}; received ${describe(record)}. Name the records.`);
    return NOTHING;
  }
  const { observables } = span.model;
  const whole = { ...span, scene };
  const own = site.with(span);
  const { outSpikes, rate, activeFraction, ...traces } = readSound(
    {
      outSpikes: spikeRecord,
      rate: rateRecord,
      activeFraction: activeFractionRecord,
      ...Object.fromEntries(Object.keys(observables).map((name) => [name, traceRecord])),
    },
    record,
    own,
  );
  return {
    conditions,
    spikes: outSpikes ? planSpikes(outSpikes, whole, own.at("outSpikes")) : undefined,
    binned: [
      ...(rate ? [planRate("rate", rate, whole, own.at("rate"))] : []),
      ...(activeFraction ? [planRate("activeFraction", activeFraction, whole, own.at("activeFraction"))] : []),
    ],
    traces: Object.entries(traces as Readonly<Record<string, Read<typeof traceOptions> | false>>).flatMap(
      ([name, read]) => (read ? planTrace(name, observables[name]!, read, whole, own.at(name)) : []),
    ),
  };
};

/** Reads the record of a read-out, whose values are treated like a variable. */
export const planReadout = (
  given: unknown,
  { name, unit }: { readonly name: string; readonly unit: string },
  span: SceneSpan,
  site: Site,
): TracePlan | undefined => {
  if (given === undefined) return undefined;
  const own = site.with(span);
  const read = readoutRecord.read(given, own);
  return read ? planTrace(name, { unit, expr: { dtype: "float" } }, read, span, own) : undefined;
};

/** A projection whose weights are recorded. */
export interface RecordedProjection {
  readonly name: string;
  /** Index of the projection. */
  readonly projection: number;
  /** Number of source and target units. */
  readonly sources: number;
  readonly targets: number;
  /** Expected number of synapses. */
  readonly synapses: number;
  /** Unit of the weights. */
  readonly unit: string;
}

/** Reads the record of the weights of a projection. */
export const planWeights = (
  given: unknown,
  { name, projection, sources: from, targets: to, synapses, unit }: RecordedProjection,
  span: Omit<SceneSpan, "units">,
  site: Site,
): WeightPlan | undefined => {
  const read = given === undefined ? undefined : weightRecord.read(given, site.with({ sources: from, targets: to }));
  if (!read) return undefined;
  const { every, sources, targets, difference, reduce, over, ...others } = read;
  const manual = every === undefined ? read.trigger : undefined;
  const example = site.place.say({ code: "every: 100", document: '"every": 100' });
  if (every === undefined && !read.at && manual === undefined) {
    site.at("every").refuse(`is missing. Say how often the weights are recorded: write ${example}, or use at.`);
  } else if (manual !== undefined && read.before) {
    site.at("before").refuse(`needs every, because a look-back reads the weights in advance. Write ${example}.`);
  }
  if (over !== undefined && reduce === undefined) {
    const remedy = site.place.say({ code: 'reduce: "mean"', document: '"reduce": "mean"' });
    site.at("over").refuse(`needs reduce. Add ${remedy}, or remove over.`);
  }
  const share = (list: readonly number[] | undefined, count: number): number => (list ? list.length / count : 1);
  const expected = Math.ceil(synapses * share(sources, from) * share(targets, to));
  const columns = !reduce ? expected : over === "targets" ? (targets?.length ?? to) : 1;
  const steps = { ...others, every: every ?? 1 };
  const trace = planTrace(name, { unit, expr: { dtype: "float" } }, steps, { ...span, units: columns }, site);
  return { trace, projection, sources, targets, difference, manual, reduce, over: over ?? "synapses", units: to };
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

const planSpikes = (given: Read<typeof spikeOptions>, span: SceneSpan, site: Site): SpikePlan => {
  const window = windowOf(given, span, site);
  const trigger = planTrigger(given, span, site);
  return { ...window, windows: windowsOf(given, window, span, site), trigger, units: given.units };
};

type Traced = { readonly unit: string; readonly expr: Pick<Observable["expr"], "dtype"> };

const planTrace = (
  name: string,
  { unit, expr }: Traced,
  given: Read<typeof readoutRecordOptions> & Partial<Read<typeof traceOptions>>,
  span: SceneSpan,
  site: Site,
): TracePlan => {
  const { units, every, reduce, over, edges, dtype } = given;
  const window = windowOf(given, span, site);
  const trigger = planTrigger(given, span, site);
  const windows = windowsOf(given, window, span, site);
  if (over !== undefined && reduce === undefined) {
    const remedy = site.place.say({ code: 'reduce: "mean"', document: '"reduce": "mean"' });
    site.at("over").refuse(`needs reduce. Add ${remedy}, or remove over.`);
  }
  refuseMisplacedEdges(reduce, edges, site);
  const covered = window.last - window.first + 1;
  const extent = windows && extentOf(windows, every, window);
  const longest = extent?.longest ?? covered;
  if (longest > 0 && every > longest && !given.at && !trigger) {
    site
      .at("every")
      .refuse(
        `must be at most the ${longest} steps of its window; received ${every}. Record more often or for longer.`,
      );
  }
  const isInt = expr.dtype === "int" || reduce === "histogram";
  const ownUnits = reduce && over !== "time" ? 1 : (units?.length ?? span.units);
  return {
    name,
    unit,
    ...window,
    windows,
    trigger,
    units,
    every,
    reduce,
    over: over ?? "units",
    edges: reduce === "histogram" ? edges : undefined,
    type:
      isInt && (!(reduce === "mean" || reduce === "std") || dtype !== undefined)
        ? (dtype ?? "i32")
        : (dtype ?? span.precision),
    columns: ownUnits * (reduce === "histogram" && edges ? edges.length - 1 : 1),
    rows: extent?.rows ?? rowsOf(covered, every, trigger),
  };
};

/** The largest number of rows of a record of some steps, with those that it looks back on. */
const rowsOf = (covered: number, every: number, trigger: TriggerPlan | undefined): number =>
  trigger
    ? Math.min(trigger.most, Math.floor((Math.max(0, covered) + trigger.before) / every) + 1)
    : Math.max(0, Math.floor(covered / every));

/** A histogram needs edges, and nothing else takes them. */
const refuseMisplacedEdges = (
  reduce: Reduction | undefined,
  edges: readonly number[] | undefined,
  site: Site,
): void => {
  const { place } = site;
  if (reduce === "histogram" && !edges) {
    const example = place.say({ code: "edges: [-70, -60, -50]", document: '"edges": [-70, -60, -50]' });
    site.at("edges").refuse(`is missing. A histogram needs the edges of its bins: write ${example}.`);
  } else if (reduce !== "histogram" && edges) {
    const remedy = place.say({ code: 'reduce: "histogram"', document: '"reduce": "histogram"' });
    site.at("edges").refuse(`needs a histogram. Add ${remedy}, or remove edges.`);
  }
};

/** The windows within the window of a record. `bin`: number of steps that an entry of `at` stands for. */
const windowsOf = (
  given: GivenWindows & Partial<Pick<Read<typeof traceOptions>, "every" | "over">>,
  window: StepWindow,
  { dt, cuts }: Omit<RunSpan, "model">,
  site: Site,
  bin = 1,
): StepWindows | undefined => {
  const before = site.issues.length;
  const windows = readWindows(given, dt, site, bin);
  if (!windows || site.issues.length > before) return undefined;
  if (given.at && ((given.every ?? 1) !== 1 || (given.over ?? "units") !== "units")) {
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

const planRate = (name: RatePlan["name"], given: Read<typeof rateOptions>, span: SceneSpan, site: Site): RatePlan => {
  const { bin, units, each } = given;
  const window = windowOf(given, span, site);
  const trigger = planTrigger(given, span, site);
  const windows = windowsOf(given, window, span, site, bin);
  const covered = window.last - window.first + 1;
  const refuse = (steps: number, of: string): void => {
    const at = (count: number): string => `${timeOfStep(count, span.dt)} ms`;
    site
      .at("bin")
      .refuse(`must divide the ${of} of ${at(steps)}; received ${at(bin)}. Change the bin, or set from and to.`);
  };
  // If there are other problems, the window may be wrong too.
  if (site.issues.length === 0 && !trigger) {
    const lengths = windows ? lengthsOf(windows) : Number.isFinite(covered) ? [covered] : [];
    const uneven = lengths.find((length) => length % bin !== 0);
    if (uneven !== undefined) refuse(uneven, "window");
  }
  const rows = windows ? extentOf(windows, bin, window).rows : rowsOf(covered, bin, trigger);
  const columns = each ? (units?.length ?? span.units) : 1;
  return { name, ...window, windows, trigger, units, bin, each, columns, rows };
};
