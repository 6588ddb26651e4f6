import { byName } from "../config/by-name.ts";
import type { Precision } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import type { RecordPlan, TracePlan } from "../record/plan.ts";
import { planReadout } from "../record/read.ts";
import type { Filtered } from "./filtered.ts";

/** What a population records for a read-out, beside what was asked for. */
export type SourceTrace = Pick<TracePlan, "name" | "units" | "every" | "reduce" | "over">;

/** What a run does with a read-out. */
export interface ReadoutPlan {
  /** What is kept of its values; undefined for nothing. */
  readonly record: TracePlan | undefined;
  /** What its population records for it, beside what was asked for; undefined where spikes do, or nothing is needed. */
  readonly source: SourceTrace | undefined;
}

export interface ReadoutSpan {
  readonly dt: number;
  readonly precision: Precision;
  /** Steps before the run's first one. */
  readonly before: number;
  readonly steps: number;
}

/** Reads what is to be recorded of each read-out, and finds what their populations have to record for that. */
export const planReadouts = (
  filtered: readonly Filtered[],
  given: unknown,
  span: ReadoutSpan,
  site: Site,
): ReadoutPlan[] => {
  const names = filtered.map(({ wired }) => wired.name);
  const wanted = byName(site.place.path, given, names, site.issues, { kind: "read-out" });
  return filtered.map((readout) => {
    const { name } = readout.wired;
    const given = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    const record = planOne(readout, given, span, site.at(name));
    // A variable that is filtered is needed in every step, another one where it is kept.
    const { keeps } = readout.filter;
    return { record, source: keeps || record ? sourceOf(readout, keeps ? 1 : record?.every) : undefined };
  });
};

/** A read-out is recorded as a variable of its own. */
const planOne = (
  { wired, units, columns }: Filtered,
  given: unknown,
  span: ReadoutSpan,
  site: Site,
): TracePlan | undefined => {
  const plan = planReadout(given, wired, { ...span, units: columns, precision: "f64" }, site);
  return plan && { ...plan, ...(wired.mean ? { reduce: "mean" } : { units }) };
};

/** What the population of a read-out records for it; nothing of spikes, which it has in any case. */
const sourceOf = ({ wired: { port }, filter, units }: Filtered, every = 1): SourceTrace | undefined =>
  filter.kind === "spikes" ? undefined : { name: port, units, every, reduce: undefined, over: "units" };

/** What single steps do with read-outs: all are needed, and nothing is kept. */
export const planSteps = (filtered: readonly Filtered[]): ReadoutPlan[] =>
  filtered.map((readout) => ({ record: undefined, source: sourceOf(readout) }));

/** What each of so many populations records for read-outs, in their order. */
export const sourcesOf = (
  populations: number,
  filtered: readonly Filtered[],
  plans: readonly ReadoutPlan[],
): SourceTrace[][] =>
  Array.from({ length: populations }, (_, place) =>
    filtered.flatMap(({ wired }, k) => {
      const { source } = plans[k]!;
      return source && wired.source === place ? [source] : [];
    }),
  );

/** What is kept of all read-outs. */
export const recordOf = (plans: readonly ReadoutPlan[]): RecordPlan => ({
  spikes: undefined,
  rate: undefined,
  traces: plans.flatMap(({ record }) => record ?? []),
});
