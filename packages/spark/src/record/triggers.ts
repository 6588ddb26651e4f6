import { readOptions, readSound } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { spikeConditionOptions, variableConditionOptions } from "./options.ts";
import type { ConditionPlan, ProgramTrace, TriggerPlan } from "./plan.ts";

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

/** A population that conditions look at. */
export interface WatchedPopulation {
  readonly name: string;
  /** Number of units. */
  readonly units: number;
  /** Names of its variables. */
  readonly variables: readonly string[];
  /** The variables that conditions read, which are added here. */
  readonly conditions: ProgramTrace[];
}

/** A read-out that conditions look at. */
export interface WatchedReadout {
  readonly name: string;
  /** Number of values. */
  readonly columns: number;
  /** Whether a condition looks at it. */
  watched: boolean;
}

/** What conditions can look at. */
export interface Scene {
  /** The population that is recorded; undefined for a record of a read-out or of weights. */
  readonly own: WatchedPopulation | undefined;
  /** All populations and read-outs of a network. */
  readonly populations: readonly WatchedPopulation[];
  readonly readouts: readonly WatchedReadout[];
}

/** Reads the conditions of a record; undefined if it depends on none. Adds all problems to the issues. */
export const planTrigger = (
  given: GivenTrigger,
  span: { readonly dt: number; readonly scene: Scene },
  site: Site,
): TriggerPlan | undefined => {
  const { when, trigger, most = Number.POSITIVE_INFINITY } = given;
  if (when === undefined && trigger === undefined) {
    for (const key of ["before", "after", "most"] as const) {
      if (given[key] === undefined) continue;
      const { own, populations } = span.scene;
      const path = own ? "" : `${populations[0]?.name}.`;
      const example = site.place.say({
        code: own ? "when: { outSpikes: { atLeast: 1 } }" : `when: { "${path}outSpikes": { atLeast: 1 } }`,
        document: `"when": { "${path}outSpikes": { "atLeast": 1 } }`,
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

/** What a condition looks at. `population`: its index; undefined for the one that is recorded. */
type Sought =
  | { readonly kind: "spikes" | "variable"; readonly of: WatchedPopulation; readonly population: number | undefined }
  | { readonly kind: "readout"; readonly readout: number };

/** Everything that conditions can look at, by name. */
const soughtIn = ({
  own,
  populations,
  readouts,
}: Scene): ReadonlyMap<string, Sought & { readonly variable: string }> => {
  const known = new Map<string, Sought & { readonly variable: string }>();
  const add = (of: WatchedPopulation, prefix: string, population: number | undefined): void => {
    for (const variable of ["outSpikes", ...of.variables]) {
      const path = `${prefix}${variable}`;
      const kind = variable === "outSpikes" ? "spikes" : "variable";
      if (!known.has(path)) known.set(path, { kind, of, population, variable });
    }
  };
  if (own) add(own, "", undefined);
  for (const [k, of] of populations.entries()) add(of, `${of.name}.`, of === own ? undefined : k);
  for (const [readout, { name }] of readouts.entries()) {
    known.set(`readouts.${name}`, { kind: "readout", readout, variable: name });
  }
  return known;
};

const planConditions = (
  given: Readonly<Record<string, unknown>>,
  { dt, scene }: { readonly dt: number; readonly scene: Scene },
  site: Site,
): readonly ConditionPlan[] => {
  const known = soughtIn(scene);
  readSound(Object.fromEntries([...known.keys()].map((name) => [name, anything])), given, site);
  return Object.entries(given).flatMap(([name, condition]): ConditionPlan[] => {
    const sought = known.get(name);
    if (condition === undefined || !sought) return [];
    const at = site.at(name);
    if (!isRecord(condition)) {
      at.refuse(`must be a condition such as ${example(sought.kind, at)}; received ${describe(condition)}. Give one.`);
      return [];
    }
    if (sought.kind === "readout") return planReadout(condition, sought.readout, scene, at);
    const own = at.with({ units: sought.of.units, dt });
    return sought.kind === "spikes"
      ? planSpikeCondition(condition, sought.population, own)
      : planVariable(condition, sought, own);
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

const example = (kind: ConditionPlan["kind"], { place }: Site): string =>
  kind === "spikes"
    ? place.say({ code: "{ atLeast: 10 }", document: '{ "atLeast": 10 }' })
    : place.say({ code: "{ above: -50 }", document: '{ "above": -50 }' });

type Measured = { readonly units: number; readonly dt: number };

const planSpikeCondition = (
  given: Readonly<Record<string, unknown>>,
  population: number | undefined,
  site: Site<Measured>,
): ConditionPlan[] => {
  const read = readOptions(spikeConditionOptions, given, site);
  if (!read) return [];
  const { dt } = site.context;
  const { atLeast, atMost, within = dt, units } = read;
  if (atLeast === undefined && atMost === undefined) {
    site.refuse(`needs a number of spikes. Write ${example("spikes", site)}, or use atMost.`);
  } else if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
    site.at("atMost").refuse(`must be at least atLeast, ${atLeast}; received ${atMost}. No number is within them.`);
  }
  const steps = wholeSteps(within, dt, site.at("within"));
  return [{ kind: "spikes", population, units, atLeast, atMost, within: Math.max(1, steps) }];
};

/** Reads the bounds of a condition on values. */
const readBounds = (given: Readonly<Record<string, unknown>>, site: Site<Measured>) => {
  const read = readOptions(variableConditionOptions, given, site);
  if (!read) return undefined;
  const { above, below } = read;
  if (above === undefined && below === undefined) {
    site.refuse(`needs a bound. Write ${example("variable", site)}, or use below.`);
  } else if (above !== undefined && below !== undefined && above >= below) {
    site.at("below").refuse(`must be greater than above, ${above}; received ${below}. No value is between them.`);
  }
  return read;
};

const planVariable = (
  given: Readonly<Record<string, unknown>>,
  {
    of: { conditions },
    population,
    variable: name,
  }: {
    readonly of: WatchedPopulation;
    readonly population: number | undefined;
    readonly variable: string;
  },
  site: Site<Measured>,
): ConditionPlan[] => {
  const read = readBounds(given, site);
  if (!read) return [];
  const { above, below, units, reduce } = read;
  const trace: ProgramTrace = { name, units, every: 1, reduce: undefined, over: "units" };
  conditions.push(trace);
  return [{ kind: "variable", population, trace, probe: conditions.length - 1, above, below, reduce }];
};

/** A condition on the values of a read-out, whose `units` number these values. */
const planReadout = (
  given: Readonly<Record<string, unknown>>,
  readout: number,
  { readouts }: Scene,
  site: Site,
): ConditionPlan[] => {
  const own = readouts[readout]!;
  const read = readBounds(given, site.with({ units: own.columns, dt: 0 }));
  if (!read) return [];
  own.watched = true;
  const { above, below, units, reduce } = read;
  return [{ kind: "readout", readout, columns: units, above, below, reduce }];
};
