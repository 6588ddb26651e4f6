import { readOptions, readSound } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { spikeConditionOptions, variableConditionOptions } from "./options.ts";
import type { ConditionPlan, ProgramTrace, RunSpan, TriggerPlan } from "./plan.ts";

/* Reads the conditions on which a record depends. */

/** The options of a record that belong to its conditions. */
export interface GivenTrigger {
  readonly when?: Readonly<Record<string, unknown>>;
  readonly trigger?: string;
  readonly before?: number;
  readonly after?: number;
  readonly most?: number;
  readonly at?: unknown;
  readonly during?: unknown;
}

/** What the records of a population share: the run, and the variables that conditions read, which are added here. */
export interface TriggerSpan extends RunSpan {
  readonly conditions: ProgramTrace[];
}

/** Reads the conditions of a record; undefined if it depends on none. Adds all problems to the issues. */
export const planTrigger = (given: GivenTrigger, span: TriggerSpan, site: Site): TriggerPlan | undefined => {
  const { when, trigger, most = Number.POSITIVE_INFINITY } = given;
  if (when === undefined && trigger === undefined) {
    for (const key of ["before", "after", "most"] as const) {
      if (given[key] === undefined) continue;
      const example = site.place.say({
        code: "when: { outSpikes: { atLeast: 1 } }",
        document: '"when": { "outSpikes": { "atLeast": 1 } }',
      });
      site.at(key).refuse(`needs a condition. Add when or trigger, such as ${example}, or remove ${key}.`);
    }
    return undefined;
  }
  if (when !== undefined && trigger !== undefined) {
    site.at("trigger").refuse("cannot be combined with when. Remove one of them, or record twice.");
  }
  for (const key of ["at", "during"] as const) {
    if (given[key] === undefined) continue;
    const own = when === undefined ? "trigger" : "when";
    site.at(key).refuse(`cannot be combined with ${own}. Remove one of them, or limit the record with from and to.`);
  }
  return {
    path: site.place.path,
    when: when === undefined ? [] : planConditions(when, span, site.at("when")),
    name: trigger,
    before: wholeSteps(given.before ?? 0, span.dt, site.at("before")),
    after: wholeSteps(given.after ?? 0, span.dt, site.at("after")),
    most,
  };
};

/** A time as a number of steps. */
const wholeSteps = (time: number, dt: number, site: Site): number => {
  const steps = Math.round(time / dt);
  if (Math.abs(time / dt - steps) > 1e-9 * Math.max(steps, 1)) {
    const nearest = timeOfStep(time < dt ? 1 : steps, dt);
    site.refuse(`must be a whole number of steps of ${dt} ms; received ${time} ms. The nearest is ${nearest} ms.`);
  }
  return steps;
};

const planConditions = (
  given: Readonly<Record<string, unknown>>,
  span: TriggerSpan,
  site: Site,
): readonly ConditionPlan[] => {
  const { observables } = span.model;
  const known = ["outSpikes", ...Object.keys(observables)];
  readSound(Object.fromEntries(known.map((name) => [name, anything])), given, site);
  const own = site.with(span);
  return Object.entries(given).flatMap(([name, condition]): ConditionPlan[] => {
    if (condition === undefined || !known.includes(name)) return [];
    const at = own.at(name);
    if (!isRecord(condition)) {
      at.refuse(`must be a condition such as ${example(name, at)}; received ${describe(condition)}. Give one.`);
      return [];
    }
    return name === "outSpikes" ? planSpikeCondition(condition, span, at) : planVariable(name, condition, span, at);
  });
};

const anything = {
  need: "optional",
  about: "",
  takes: "",
  remedy: "",
  schema: {},
  read: (value: unknown) => value,
} as const;

const example = (name: string, { place }: Site): string =>
  name === "outSpikes"
    ? place.say({ code: "{ atLeast: 10 }", document: '{ "atLeast": 10 }' })
    : place.say({ code: "{ above: -50 }", document: '{ "above": -50 }' });

const planSpikeCondition = (
  given: Readonly<Record<string, unknown>>,
  { dt }: TriggerSpan,
  site: Site,
): ConditionPlan[] => {
  const read = readOptions(spikeConditionOptions, given, site);
  if (!read) return [];
  const { atLeast, atMost, within = dt, units } = read;
  if (atLeast === undefined && atMost === undefined) {
    site.refuse(`needs a number of spikes. Write ${example("outSpikes", site)}, or use atMost.`);
  } else if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
    site.at("atMost").refuse(`must be at least atLeast, ${atLeast}; received ${atMost}. No number is within them.`);
  }
  const steps = wholeSteps(within, dt, site.at("within"));
  return [{ kind: "spikes", units, atLeast, atMost, within: Math.max(1, steps) }];
};

const planVariable = (
  name: string,
  given: Readonly<Record<string, unknown>>,
  { conditions }: TriggerSpan,
  site: Site,
): ConditionPlan[] => {
  const read = readOptions(variableConditionOptions, given, site);
  if (!read) return [];
  const { above, below, units, reduce } = read;
  if (above === undefined && below === undefined) {
    site.refuse(`needs a bound. Write ${example(name, site)}, or use below.`);
  } else if (above !== undefined && below !== undefined && above >= below) {
    site.at("below").refuse(`must be greater than above, ${above}; received ${below}. No value is between them.`);
  }
  conditions.push({ name, units, every: 1, reduce: undefined, over: "units" });
  return [{ kind: "variable", probe: conditions.length - 1, above, below, reduce }];
};
