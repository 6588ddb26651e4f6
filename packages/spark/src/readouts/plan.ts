import { byName } from "../config/by-name.ts";
import type { Site } from "../config/place.ts";
import type { ProgramTrace, RecordPlan, RunSpan, TracePlan } from "../record/plan.ts";
import { planReadout } from "../record/read.ts";
import type { Scene } from "../record/triggers.ts";
import type { Filtered } from "./filtered.ts";

/** Plan of a read-out in a run. */
export interface ReadoutPlan {
  /** Record of its values; undefined if they are not recorded. */
  readonly record: TracePlan | undefined;
  /** Record of its population that it needs; undefined if it reads spikes, or nothing is needed. */
  readonly source: ProgramTrace | undefined;
  /** Whether conditions look at its values, which are then needed in every step. */
  readonly watched: boolean;
}

export type ReadoutSpan = Omit<RunSpan, "model" | "units"> & { readonly scene: Scene };

/** Reads the records of read-outs. */
export const planReadoutRecords = (
  filtered: readonly Filtered[],
  given: unknown,
  span: ReadoutSpan,
  site: Site,
): readonly (TracePlan | undefined)[] => {
  const names = filtered.map(({ wired }) => wired.name);
  const wanted = byName(given, names, site, { kind: "read-out" });
  return filtered.map((readout) => {
    const { name } = readout.wired;
    const own = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    return planOne(readout, own, span, site.at(name));
  });
};

/** Determines which records of the populations the read-outs need. All conditions are known by now. */
export const planReadouts = (
  filtered: readonly Filtered[],
  records: readonly (TracePlan | undefined)[],
  { readouts }: Scene,
): ReadoutPlan[] =>
  filtered.map((readout, k) => {
    const record = records[k];
    const { watched } = readouts[k]!;
    // A filtered variable is needed in every step, any other only in recorded steps.
    const always = readout.filter.keeps || watched;
    return { record, watched, source: always || record ? sourceOf(readout, always ? 1 : record?.every) : undefined };
  });

/** A read-out is recorded like a variable. */
const planOne = (
  { wired, units, columns }: Filtered,
  given: unknown,
  span: ReadoutSpan,
  site: Site,
): TracePlan | undefined => {
  const plan = planReadout(given, wired, { ...span, units: columns, precision: "f64" }, site);
  return plan && { ...plan, ...(wired.mean ? { reduce: "mean" } : { units }) };
};

/** Record that a read-out needs of its population; none for spikes, which are always available. */
const sourceOf = ({ wired: { port }, filter, units }: Filtered, every = 1): ProgramTrace | undefined =>
  filter.kind === "spikes" ? undefined : { name: port, units, every, reduce: undefined, over: "units" };

/** Plan for single steps: all read-outs are needed, and none is recorded. */
export const planSteps = (filtered: readonly Filtered[]): ReadoutPlan[] =>
  filtered.map((readout) => ({ record: undefined, watched: false, source: sourceOf(readout) }));

/** Records for read-outs, for each population. */
export const sourcesOf = (
  populations: number,
  filtered: readonly Filtered[],
  plans: readonly ReadoutPlan[],
): ProgramTrace[][] =>
  Array.from({ length: populations }, (_, place) =>
    filtered.flatMap(({ wired }, k) => {
      const { source } = plans[k]!;
      return source && wired.source === place ? [source] : [];
    }),
  );

/** Records of all read-outs. */
export const recordOf = (plans: readonly ReadoutPlan[]): RecordPlan => ({
  spikes: undefined,
  binned: [],
  conditions: [],
  traces: plans.flatMap(({ record }) => record ?? []),
});
