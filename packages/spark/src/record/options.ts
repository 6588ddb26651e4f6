import {
  byDefault,
  choice,
  custom,
  type Declarations,
  flag,
  number,
  type Option,
  optional,
  options,
  optionsSchema,
  time as positiveTime,
  type Read,
  readOptions,
  required,
  text,
  type Written,
  whole,
} from "../config/options.ts";
import type { Precision } from "../config/parse.ts";
import type { Language, Place, Site } from "../config/place.ts";
import { describe, isRecord, isTypedArray } from "../config/shape.ts";
import { readUnitList, type UnitList } from "../config/unit-list.ts";
import type { GivenWindows, WindowRepetition } from "./windows.ts";

/* Options of records. */

/** Data about the run that the readers of records need. */
export interface RecordContext {
  /** Number of units of the population. */
  readonly units: number;
  /** Time step, ms. */
  readonly dt: number;
}

const time = (about: string, remedy = "Count from the start of the simulation.") =>
  number(about, {
    holds: (value) => value >= 0,
    takes: "a time of at least 0 ms",
    unit: "ms",
    remedy,
    schema: { minimum: 0 },
  });

/** The steps that a record covers: those that end at a time t (ms) with from < t ≤ to. */
const window = {
  /** ms. Default: the start of the run. */
  from: optional(time("Records the steps that end after this time. Default: the start of the run.")),
  /** ms. Default: the end of the run. */
  to: optional(time("Records the steps that end at or before this time. Default: the end of the run.")),
};

/** A list whose entries are read one by one. */
const listed = <G, R>(about: string, entry: Option<G, R>, takes: string, example: Record<Language, string>) => {
  const schema = { description: about, type: "array", minItems: 1, items: entry.schema };
  const read = (value: unknown, site: Site): readonly R[] | undefined => {
    if (!Array.isArray(value) || value.length === 0) {
      return site.refuse(`must be ${takes}; received ${describe(value)}. Write ${site.place.say(example)}.`);
    }
    const before = site.issues.length;
    const entries = value.map((one: unknown, k) => entry.read(one, site.at(k)));
    return site.issues.length > before ? undefined : (entries as R[]);
  };
  return { about, takes, schema, read };
};

const times = listed(
  "Records the steps, or the bins, that end at these times, in ascending order.",
  time("A time."),
  "a list of times",
  {
    code: "[100, 250]",
    document: "[100, 250]",
  },
);
const spans = listed(
  "Records these windows, in ascending order.",
  options("A window.", {
    from: required(window.from),
    to: required(window.to),
  }),
  "a list of windows",
  { code: "[{ from: 100, to: 200 }]", document: '[{ "from": 100, "to": 200 }]' },
);
const repetition = options("Windows that repeat on the clock of the simulation.", {
  period: positiveTime("Time from the start of a window to the start of the next; a whole number of steps."),
  length: positiveTime("Length of a window; a whole number of steps."),
  start: optional(time("Start of the first window. Default 0.")),
});
const DURING = "Records only these windows: a list, or windows that repeat.";

/** Which steps within the window to record. */
const parts = {
  /** Records the steps, or the bins, that end at these times, ms, in ascending order. */
  at: optional(custom<readonly number[]>(times)),
  /** Records only these windows: a list of `{ from, to }`, or `{ period, length, start }`, ms. */
  during: optional(
    custom<NonNullable<GivenWindows["during"]>>({
      about: DURING,
      takes: "a list of windows, or period and length",
      schema: { description: DURING, anyOf: [spans.schema, repetition.schema] },
      read: (value, site) =>
        isRecord(value) ? (repetition.read(value, site) as WindowRepetition | undefined) : spans.read(value, site),
    }),
  ),
};

const units = optional(
  custom<UnitList, readonly number[], RecordContext>({
    about: "Flat indices of the units, counted from 0, in the order of the columns. Default: all units.",
    takes: "a list of units",
    schema: { $ref: "#/$defs/unitList" },
    read: (value, site) => readUnitList(value, site.context.units, site),
  }),
);

/** Ends of a projection. */
export interface ProjectionContext {
  readonly sources: number;
  readonly targets: number;
}

const unitsOf = (end: keyof ProjectionContext, about: string) =>
  custom<UnitList, readonly number[], ProjectionContext>({
    about,
    takes: "a list of units",
    schema: { $ref: "#/$defs/unitList" },
    read: (value, site) => readUnitList(value, site.context[end], site),
  });

const every = byDefault(
  1,
  whole("Records every n-th step, counted from the start of the window.", 1, Infinity, "Give a count of steps."),
);
const dtype = optional(
  choice<Precision>("Precision of the recorded values. Default: that of the run.", ["f32", "f64"]),
);

const bound = (about: string) => optional(number(about));

export const variableConditionOptions = {
  /** Holds if the value is greater than this number, in the unit of the variable. */
  above: bound("Holds if the value is greater than this number, in the unit of the variable."),
  /** Holds if the value is less than this number. With `above`, it holds between the two. */
  below: bound("Holds if the value is less than this number. With above, it holds between the two."),
  /** Flat indices of the units that are compared. Default: all units. */
  units,
  /** Compares this number over the units. Default: it holds if any unit meets it. */
  reduce: optional(
    choice("Compares this number over the units. Default: the condition holds if any unit meets it.", [
      "mean",
      "std",
      "min",
      "max",
    ]),
  ),
};

export const spikeConditionOptions = {
  /** Holds if there are at least this many spikes. */
  atLeast: optional(whole("Holds if there are at least this many spikes.", 1)),
  /** Holds if there are at most this many spikes. */
  atMost: optional(whole("Holds if there are at most this many spikes.", 0)),
  /** Counts the spikes of the last ms. Default: those of one step. */
  within: optional(positiveTime("Counts the spikes of this time up to the step. Default: one step.")),
  /** Flat indices of the units whose spikes count. Default: all units. */
  units,
};

/** A condition on a variable. */
export interface VariableCondition extends Written<typeof variableConditionOptions> {}

/** A condition on the spikes of a population. */
export interface SpikeCondition extends Written<typeof spikeConditionOptions> {}

/**
 * Conditions by the name of what they look at: a state variable, or `outSpikes`. In a network also a path, such as
 * "inhibitory.potential", "inhibitory.outSpikes" or "readouts.rate". All of them must hold in a step.
 */
export type ConditionOptions<S extends string = string> = string extends S
  ? { readonly [name: string]: VariableCondition | SpikeCondition | undefined }
  : { readonly outSpikes?: SpikeCondition } & { readonly [K in S]?: VariableCondition } & {
      readonly [path: `${string}.${string}`]: VariableCondition | SpikeCondition | undefined;
    };

const WHEN =
  "Records only around the steps in which these conditions hold: by name of a variable, or outSpikes; in a network also by a path, such as inhibitory.outSpikes or readouts.rate.";

/** The conditions on which a record depends. */
const triggered = {
  /** Records only around the steps in which all these conditions hold: by name of a state variable, or `outSpikes`. */
  when: optional(
    custom<ConditionOptions, Readonly<Record<string, unknown>>>({
      about: WHEN,
      takes: "an object of conditions",
      schema: {
        description: WHEN,
        type: "object",
        minProperties: 1,
        patternProperties: {
          "^(.+\\.)?outSpikes$": optionsSchema(spikeConditionOptions, "A condition on the spikes of a population."),
        },
        additionalProperties: optionsSchema(variableConditionOptions, "A condition on a variable."),
      },
      read: (value, site) => {
        if (isRecord(value) && Object.keys(value).length > 0) return value as Readonly<Record<string, unknown>>;
        const example = { code: "{ potential: { above: -50 } }", document: '{ "potential": { "above": -50 } }' };
        return site.refuse(
          `must be an object of conditions; received ${describe(value)}. Write ${site.place.say(example)}.`,
        );
      },
    }),
  ),
  /** Records only around the steps in which the caller starts the trigger of this name. */
  trigger: optional(text("Records only around the steps in which the caller starts the trigger of this name.")),
  /** Time that is recorded before a step in which the conditions hold, ms. Default 0. */
  before: optional(
    time("Time that is recorded before a step in which the conditions hold. Default 0.", "Give a time in ms."),
  ),
  /** Time that is recorded after a step in which the conditions hold, ms. Default 0. */
  after: optional(
    time("Time that is recorded after a step in which the conditions hold. Default 0.", "Give a time in ms."),
  ),
};

const limited = {
  ...triggered,
  /** Largest number of rows that a record with conditions keeps in a run; a warning tells how many more there were. */
  most: optional(whole("Largest number of rows that a record with conditions keeps in a run. Default: no limit.", 1)),
};

/** Options of a record of weights. */
export const weightRecordOptions = {
  /** Records the weights at the end of every n-th step, counted from the start of the window. */
  every: optional(
    whole(
      "Records the weights at the end of every n-th step, counted from the start of the window.",
      1,
      Infinity,
      "Give a count of steps.",
    ),
  ),
  ...window,
  ...parts,
  /** Source units whose synapses are recorded. Default: all. */
  sources: optional(unitsOf("sources", "Source units whose synapses are recorded. Default: all units.")),
  /** Target units whose synapses are recorded. Default: all. */
  targets: optional(unitsOf("targets", "Target units whose synapses are recorded. Default: all units.")),
  /** True records the changes since the row before instead of the weights; the first row, since the start of the run. */
  difference: flag(
    false,
    "True records the changes since the row before, and in the first row since the start of the run.",
    "Leave it out for weights.",
  ),
  /** Records one number instead of many: over all recorded synapses, or over those of each target unit. */
  reduce: optional(
    choice("Records one number instead of many: over the synapses, or over those of each target unit.", [
      "mean",
      "std",
      "min",
      "max",
    ]),
  ),
  /** What `reduce` combines: all synapses (default), or those of each target unit. */
  over: optional(
    choice("What reduce combines: all synapses (default), or those of each target unit.", ["synapses", "targets"]),
  ),
  dtype,
  ...limited,
};

export const spikeOptions = {
  /** Flat indices of the recorded units. Default: all units. */
  units,
  ...window,
  ...parts,
  ...triggered,
};

const edges = optional(
  custom<readonly number[]>({
    about: "Edges of the bins of a histogram, in ascending order. A bin includes its lower edge, the last bin both.",
    takes: "a list of at least two ascending numbers",
    schema: {
      description: "Edges of the bins of a histogram, in ascending order.",
      type: "array",
      minItems: 2,
      items: { type: "number" },
    },
    read: (value, site) => {
      const list = Array.isArray(value) || isTypedArray(value) ? Array.from(value as ArrayLike<unknown>) : [];
      const isAscending = list.every(
        (edge, k) => Number.isFinite(edge) && (k === 0 || (list[k - 1] as number) < (edge as number)),
      );
      if (list.length >= 2 && isAscending) return list as number[];
      return site.refuse(
        `must be a list of at least two ascending numbers; received ${describe(value)}. Write ${site.place.say({ code: "edges: [-70, -60, -50]", document: '"edges": [-70, -60, -50]' })}.`,
      );
    },
  }),
);

export const traceOptions = {
  /** Flat indices of the recorded units, in the order of the columns. Default: all units. */
  units,
  /** Records every n-th step, counted from the start of the window. Default 1. */
  every,
  /**
   * Records one number instead of many, or the counts of a histogram: over the selected units of a step, or over the
   * steps of each interval.
   */
  reduce: optional(
    choice("Records one number instead of many, or the counts of a histogram: over units, over steps, or both.", [
      "mean",
      "std",
      "min",
      "max",
      "histogram",
    ]),
  ),
  /** What `reduce` combines: the units (default), the `every` steps up to each recorded step, or both (`"all"`). */
  over: optional(
    choice("What reduce combines: the units (default), the steps up to each recorded step (time), or both (all).", [
      "units",
      "time",
      "all",
    ]),
  ),
  /** Edges of the bins of a histogram, ascending, in the unit of the variable. Values outside them are not counted. */
  edges,
  /** Precision of the recorded values. Default: that of the run. */
  dtype,
  ...window,
  ...parts,
  ...limited,
};

/** Without `units` and `reduce`, which the read-out itself has. */
export const readoutRecordOptions = { every, ...window, ...parts, dtype, ...limited };

/** Width of a bin, ms; a whole number of steps. */
const bin = custom<number, number, RecordContext>({
  ...positiveTime("Width of a bin; a whole number of steps.", "Give the width of a bin in ms."),
  takes: "a whole number of steps",
  read: (value, site) => {
    const { dt } = site.context;
    const exact = typeof value === "number" ? value / dt : Number.NaN;
    const steps = Math.round(exact);
    if (steps >= 1 && Math.abs(exact - steps) <= 1e-9 * steps) return steps;
    const received = `${describe(value)}${typeof value === "number" ? " ms" : ""}`;
    return site.refuse(`must be a whole number of steps of ${dt} ms; received ${received}. Give a multiple of dt.`);
  },
});

export const rateOptions = {
  /** Width of a bin, ms; a whole number of steps. */
  bin,
  /** Flat indices of the counted units, in the order of the columns. Default: all units. */
  units,
  /** True for one column per unit; false (default) for the mean over the selected units. */
  each: flag(false, "True for one column per unit, false for their mean.", "True keeps one column per unit."),
  ...window,
  ...parts,
  ...limited,
};

export const activeFractionOptions = {
  ...rateOptions,
  /** True for one column per unit, with 1 if it spiked and 0 otherwise; false (default) for the share of the units. */
  each: flag(
    false,
    "True for one column per unit, with 1 if it spiked in the bin; false for the share of the units that did.",
    "True keeps one column per unit.",
  ),
};

/** The steps that a record covers: those that end at a time t (ms) with from < t ≤ to. */
export interface RecordWindow extends Written<typeof window> {}

/** Options of a record of the weights of a projection. */
export interface WeightRecordOptions extends Written<typeof weightRecordOptions> {}

/** The same options with conditions on the state variables `S`. */
type With<D, S extends string> = Omit<Written<D>, "when"> & { readonly when?: ConditionOptions<S> };

/** Options of a record of spikes. `S` are the names of the state variables for conditions. */
export interface SpikeRecordOptions<S extends string = string> extends With<typeof spikeOptions, S> {}

/** Options of a record of a variable. */
export interface TraceRecordOptions<S extends string = string> extends With<typeof traceOptions, S> {}

/** Spikes counted in bins. */
export interface RateRecordOptions<S extends string = string> extends With<typeof rateOptions, S> {}

/** Share of the units that spike in each bin. */
export interface ActiveFractionRecordOptions<S extends string = string> extends With<typeof activeFractionOptions, S> {}

/** The records of a run. Any state variable of the component can be named; `potential` is absolute. */
export type RecordOptions<S extends string = string> = string extends S
  ? { readonly [name: string]: boolean | SpikeRecordOptions | TraceRecordOptions | RateRecordOptions | undefined }
  : {
      readonly outSpikes?: boolean | SpikeRecordOptions<S>;
      readonly rate?: RateRecordOptions<S>;
      readonly activeFraction?: ActiveFractionRecordOptions<S>;
    } & {
      readonly [K in S]?: boolean | TraceRecordOptions<S>;
    };

/** A record: true for everything, false for nothing, or options. `lacking` is the message if true is not enough. */
const kept = <const D extends Declarations, C = RecordContext>(
  about: string,
  declared: D,
  lacking?: (place: Place) => string,
) =>
  optional(
    custom<boolean | Written<D>, Read<D> | false, C>({
      about,
      takes: lacking ? "false or an object of options" : "true, false or an object of options",
      schema: {
        description: about,
        anyOf: [lacking ? { const: false } : { type: "boolean" }, optionsSchema(declared, about)],
      },
      parts: declared,
      read: (value, site) => {
        if (value === false) return false;
        if (value === true) return lacking ? site.refuse(lacking(site.place)) : readOptions(declared, {}, site);
        if (isRecord(value)) return readOptions(declared, value, site);
        return site.refuse(
          `must be true, false or an object of options; received ${describe(value)}. Give one of these.`,
        );
      },
    }),
  );

export const spikeRecord = kept("All spikes, or those of some units within a window.", spikeOptions);
export const traceRecord = kept("A variable of some units, every n-th step or reduced.", traceOptions);
export const readoutRecord = kept("The values of a read-out.", readoutRecordOptions);
/** A record of spikes in bins. */
const binnedRecord = <const D extends Declarations>(name: string, about: string, declared: D) =>
  kept(about, declared, (place) =>
    place.say({
      code: `needs the width of its bins. Write ${name}: { bin: 10 } for bins of 10 ms.`,
      document: `needs the width of its bins. Write "${name}": { "bin": 10 } for bins of 10 ms.`,
    }),
  );
export const rateRecord = binnedRecord("rate", "Spikes counted in bins, as rates in Hz.", rateOptions);
export const activeFractionRecord = binnedRecord(
  "activeFraction",
  "Share of the units that spike at least once in each bin, from 0 to 1.",
  activeFractionOptions,
);
export const weightRecord = kept<typeof weightRecordOptions, ProjectionContext>(
  "Weights of a projection.",
  weightRecordOptions,
  (place) =>
    place.say({
      code: "needs the steps to record. Write { every: 100 } or { at: [500, 1000] }.",
      document: 'needs the steps to record. Write { "every": 100 } or { "at": [500, 1000] }.',
    }),
);
