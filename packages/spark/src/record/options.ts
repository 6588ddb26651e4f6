import {
  byDefault,
  choice,
  custom,
  type Declarations,
  flag,
  number,
  optional,
  optionsSchema,
  type Read,
  readOptions,
  type Written,
  whole,
} from "../config/options.ts";
import type { Precision } from "../config/parse.ts";
import type { Place } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { readUnitList, type UnitList } from "../config/unit-list.ts";

/* What to keep of a run, declared once. */

/** What reading a record needs to know of the run. */
export interface RecordContext {
  /** Number of units of the population. */
  readonly units: number;
  /** Length of a step, ms. */
  readonly dt: number;
}

const time = (about: string) =>
  number(about, {
    holds: (value) => value >= 0,
    takes: "a time of at least 0 ms",
    unit: "ms",
    remedy: "Count from the start of the simulation.",
    schema: { minimum: 0 },
  });

/** Which steps a record covers: those whose end t, ms, has from < t ≤ to. */
const window = {
  /** ms. Default: the start of the run. */
  from: optional(time("Steps that end after this time, from the start of the run when left out.")),
  /** ms. Default: the end of the run. */
  to: optional(time("Steps that end at this time or before, to the end of the run when left out.")),
};

const units = optional(
  custom<UnitList, readonly number[], RecordContext>({
    about: "Flat indices of the units, from 0, in the order of the columns; all when left out.",
    takes: "a list of units",
    schema: { $ref: "#/$defs/unitList" },
    read: (value, site) => readUnitList(site.place.path, value, site.context.units, site.issues),
  }),
);

const every = byDefault(
  1,
  whole("Keeps every n-th step, counted from the start of the window.", 1, Infinity, "Give a count of steps."),
);
const dtype = optional(
  choice<Precision>("Precision in which values are kept; the run's own when left out.", ["f32", "f64"]),
);

export const spikeOptions = {
  /** Flat indices of the units to keep; all when left out. */
  units,
  ...window,
};

export const traceOptions = {
  /** Flat indices of the units to keep, in the order of the columns; all when left out. */
  units,
  /** Keeps every n-th step, counted from the start of the window. Default 1. */
  every,
  /** Keeps one number in place of many: over the chosen units of a step, or over the steps of each interval. */
  reduce: optional(
    choice("Keeps one number in place of many: over units of a step, or over steps.", ["mean", "min", "max"]),
  ),
  /** What `reduce` goes over: the units (default), or the `every` steps up to each kept one. */
  over: optional(
    choice("What reduce goes over: the units when left out, or the steps up to each kept one.", ["units", "time"]),
  ),
  /** Precision in which values are kept; the run's own when left out. */
  dtype,
  ...window,
};

/** Read-outs choose units and reduce themselves. */
export const readoutRecordOptions = { every, ...window, dtype };

export const rateOptions = {
  /** Width of a bin, ms; a whole number of steps. */
  bin: custom<number, number, RecordContext>({
    about: "Width of a bin; a whole number of steps.",
    takes: "a whole number of steps",
    unit: "ms",
    remedy: "Give the width of a bin in ms.",
    schema: { description: "Width of a bin; a whole number of steps. In ms.", type: "number", exclusiveMinimum: 0 },
    read: (value, site) => {
      const { dt } = site.context;
      const exact = typeof value === "number" ? value / dt : Number.NaN;
      const steps = Math.round(exact);
      if (steps >= 1 && Math.abs(exact - steps) <= 1e-9 * steps) return steps;
      const received = `${describe(value)}${typeof value === "number" ? " ms" : ""}`;
      return site.refuse(`must be a whole number of steps of ${dt} ms; received ${received}. Give a multiple of dt.`);
    },
  }),
  /** Flat indices of the units to count, in the order of the columns; all when left out. */
  units,
  /** True for one column per unit; false (default) for the mean over the chosen units. */
  each: flag(false, "True for one column per unit, false for their mean.", "True keeps one column per unit."),
  ...window,
};

/** Which steps a record covers: those whose end t, ms, has from < t ≤ to. */
export interface RecordWindow extends Written<typeof window> {}

/** What to keep of the spikes. */
export interface SpikeRecordOptions extends Written<typeof spikeOptions> {}

/** What to keep of a variable. */
export interface TraceRecordOptions extends Written<typeof traceOptions> {}

/** Spikes counted in bins. */
export interface RateRecordOptions extends Written<typeof rateOptions> {}

/** What a run keeps. Every state variable of the component may be named; `potential` is absolute. */
export type RecordOptions<S extends string = string> = string extends S
  ? { readonly [name: string]: boolean | SpikeRecordOptions | TraceRecordOptions | RateRecordOptions | undefined }
  : { readonly outSpikes?: boolean | SpikeRecordOptions; readonly rate?: RateRecordOptions } & {
      readonly [K in S]?: boolean | TraceRecordOptions;
    };

/** Keeps all of something for true, nothing for false, or what options say. `lacking` is what true does not say. */
const kept = <const D extends Declarations>(about: string, declared: D, lacking?: (place: Place) => string) =>
  optional(
    custom<boolean | Written<D>, Read<D> | false, RecordContext>({
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
export const rateRecord = kept("Spikes counted in bins, as rates in Hz.", rateOptions, (place) =>
  place.say({
    code: "must say the width of its bins. Write rate: { bin: 10 } for bins of 10 ms.",
    document: 'must say the width of its bins. Write "rate": { "bin": 10 } for bins of 10 ms.',
  }),
);
