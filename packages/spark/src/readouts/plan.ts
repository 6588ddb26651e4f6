import { byName } from "../config/by-name.ts";
import type { Precision } from "../config/parse.ts";
import { isRecord } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import type { Issue } from "../errors/errors.ts";
import { constant } from "../expr/expr.ts";
import type { Model } from "../model/component.ts";
import { planRecord, type RecordPlan, type TracePlan } from "../record/plan.ts";
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

const recordKeys = ["every", "from", "to", "dtype"];

/** Reads what is to be recorded of each read-out, and finds what their populations have to record for that. */
export const planReadouts = (
  filtered: readonly Filtered[],
  given: unknown,
  span: ReadoutSpan,
  issues: Issue[],
): ReadoutPlan[] => {
  const names = filtered.map(({ wired }) => wired.name);
  const wanted = byName("record.readouts", given, names, issues, { kind: "read-out" });
  return filtered.map((readout) => {
    const { name } = readout.wired;
    const record = planOne(readout, Object.hasOwn(wanted, name) ? wanted[name] : undefined, span, issues);
    // A variable that is filtered is needed in every step, another one where it is kept.
    const { keeps } = readout.filter;
    return { record, source: keeps || record ? sourceOf(readout, keeps ? 1 : record?.every) : undefined };
  });
};

/** Stands for a read-out where records are read, since some of these have names of their own. */
const STAND_IN = "readout";

/** A read-out is recorded as a variable of its own. */
const planOne = (
  { wired: { name, unit, mean }, units, columns }: Filtered,
  given: unknown,
  span: ReadoutSpan,
  issues: Issue[],
): TracePlan | undefined => {
  const found: Issue[] = [];
  const path = `record.${STAND_IN}`;
  // What records of variables may have besides would be told twice, or taken.
  if (isRecord(given)) unknownKeys(path, given, recordKeys, found);
  const known = found.length > 0 ? false : given;
  const observables = { [STAND_IN]: { expr: constant("float", 0, unit), unit, description: "" } };
  const model = { observables } as unknown as Model;
  const { traces } = planRecord({ [STAND_IN]: known }, { ...span, model, units: columns, precision: "f64" }, found);
  const own = `record.readouts.${name}`;
  issues.push(...found.map((issue) => ({ ...issue, path: own + issue.path.slice(path.length) })));
  return traces[0] && { ...traces[0], name, ...(mean ? { reduce: "mean" } : { units }) };
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
