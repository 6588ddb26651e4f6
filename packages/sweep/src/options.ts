import { type Json, runOptions } from "spark-snn";
import {
  abortSignal,
  byDefault,
  callback,
  choice,
  custom,
  describe,
  isRecord,
  number,
  optional,
  options,
  timingOptions,
  type Written,
  whole,
} from "spark-snn/documents";
import { type Measuring, readMeasuring } from "./measuring.ts";
import type { SweepRow } from "./runs.ts";
import { MOST_RUNS, readVaried, type Varied } from "./values.ts";

/** Progress of a sweep. */
export interface SweepProgress {
  /** Runs that have ended, also those of an earlier call that this one continues. */
  readonly done: number;
  readonly runs: number;
  /** Runs that ended with an error. */
  readonly failed: number;
  /** Fraction of the runs, from 0 to 1. */
  readonly fraction: number;
  /** Seconds since the start. */
  readonly elapsed: number;
  /** Estimated remaining seconds. */
  readonly remaining: number;
}

const VARY = "Values by path: lists, which are combined to a grid, or intervals for samples.";

const vary = custom<Readonly<Record<string, Varied | Float64Array>>, Readonly<Record<string, Varied>>>({
  about: VARY,
  takes: "an object by path",
  schema: { description: VARY, type: "object" },
  read: (value, site) => {
    if (!isRecord(value)) {
      return site.refuse(
        `takes an object such as { "model.threshold": [-50, -45] }; received ${describe(value)}. Give values by path.`,
      );
    }
    const read = Object.entries(value).map(([path, one]) => [path, readVaried(one, site.at(path))] as const);
    return Object.fromEntries(read.filter((entry): entry is [string, Varied] => entry[1] !== undefined));
  },
});

const POINTS = "Points to run: each gives values by path.";

const points = custom<readonly Readonly<Record<string, Json>>[]>({
  about: POINTS,
  takes: "a list of objects by path",
  schema: { description: POINTS, type: "array", minItems: 1 },
  read: (value, site) => {
    if (!Array.isArray(value) || value.length === 0) {
      return site.refuse(
        `takes a list with at least one object by path; received ${describe(value)}. Give one such as [{ "seed": 1 }].`,
      );
    }
    value.forEach((point: unknown, k) => {
      if (!isRecord(point)) site.at(k).refuse(`must be an object by path; received ${describe(point)}. Give values.`);
      else if (Object.hasOwn(point, "seed")) site.at(k, "seed").refuse("belongs to seeds. Give seeds: [1, 2].");
    });
    return value as readonly Readonly<Record<string, Json>>[];
  },
});

const samples = options("Samples of the intervals in vary.", {
  /** Distribution of the samples. Default "sobol". */
  method: byDefault(
    "sobol",
    choice("Distribution of the samples: random, a Latin hypercube, or a Sobol sequence.", [
      "random",
      "latin",
      "sobol",
    ]),
  ),
  count: whole("Number of samples.", 1, MOST_RUNS, "Give the number of points."),
  /** Seed of the samples. Default 1. */
  seed: { ...timingOptions.seed, about: "Seed of the samples, which does not change the seeds of the runs." },
});

const isSeed = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;

const SEEDS = "Number of seeds, which follow that of the document, or a list of seeds.";

const seeds = custom<number | readonly number[]>({
  about: SEEDS,
  takes: "a number of seeds, or a list of seeds",
  schema: {
    description: SEEDS,
    anyOf: [
      { type: "integer", minimum: 1 },
      { type: "array", minItems: 1 },
    ],
  },
  read: (value, site) => {
    if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_RUNS) return value as number;
    if (!Array.isArray(value) || value.length === 0) {
      return site.refuse(
        `takes a whole number of at least 1, or a list of seeds; received ${describe(value)}. Give one such as 5 or [1, 2].`,
      );
    }
    value.forEach((seed: unknown, k) => {
      if (!isSeed(seed)) {
        site.at(k).refuse(`must be a whole number from 0 to 4294967295; received ${describe(seed)}. Give a seed.`);
      } else if (value.indexOf(seed) !== k) site.at(k).refuse(`repeats the seed ${seed as number}. Keep one of them.`);
    });
    return value as readonly number[];
  },
});

/** Options that decide which runs a sweep makes. */
export const planOptions = {
  /** Values by path. Lists are combined to a grid; `samples` fills intervals. */
  vary: byDefault({} as Readonly<Record<string, never>>, vary),
  /** Points to run. Each is combined with the grid, the samples and the seeds. */
  points: optional(points),
  /** Samples of the intervals in `vary`. */
  samples: optional(samples),
  /** Number of seeds, which follow that of the document; or a list of seeds. Default: the seed of the document. */
  seeds: optional(seeds),
};

const windowTime = (about: string) =>
  number(about, {
    unit: "ms",
    holds: (time) => time >= 0,
    takes: "a time of at least 0 ms",
    remedy: "Give a number.",
    schema: { minimum: 0 },
  });

/** Options that decide what a sweep measures in each run. */
export const measuringOptions = {
  /** Measures by name, a function of the run, a module that exports one, or a list of these. Default ["rate"]. */
  measure: byDefault(
    ["rate"] as never,
    custom<Measuring, readonly Exclude<Measuring, readonly unknown[]>[]>({
      about: "What to measure in each run: names, a function of the run, or the URL of a module that exports one.",
      takes: "a list of measures",
      schema: { description: "What to measure in each run.", type: "array" },
      read: readMeasuring,
    }),
  ),
  /** Start of the window of the measures, ms. Default 0. */
  from: byDefault(0, windowTime("Start of the window of the measures; excludes the time in which a network settles.")),
  /** End of the window of the measures, ms. Default: the end of the run. */
  to: optional(windowTime("End of the window of the measures. Default: the end of the run.")),
  /** Width of the bins for the correlation of pairs, ms. Default 10. */
  bin: byDefault(
    10,
    number("Width of the bins for the correlation of pairs.", {
      unit: "ms",
      holds: (width) => width > 0,
      takes: "a time greater than 0 ms",
      remedy: "Omit it for 10 ms.",
      schema: { exclusiveMinimum: 0 },
    }),
  ),
};

export const sweepOptions = {
  ...planOptions,
  ...measuringOptions,
  backend: runOptions.backend,
  threads: runOptions.threads,
  memory: runOptions.memory,
  nonFinite: runOptions.nonFinite,
  /** Number of processes. Default 1: the runs happen in this process. More require Node and "@spark-snn/sweep/node". */
  parallel: byDefault(
    1,
    whole("Number of processes. More than 1 require Node.", 1, 1024, "Omit it to run in this process."),
  ),
  /** Ends the sweep soon after it is aborted. The result has the rows so far. */
  signal: abortSignal("Ends the sweep soon after it is aborted, with the rows so far."),
  /** Called after each run. */
  progress: callback<(progress: SweepProgress) => void>("Called after each run."),
  /** Called with each row when its run has ended, in the order in which the runs end. */
  onRow: callback<(row: SweepRow) => void>("Called with each row when its run has ended."),
};

export interface SweepOptions extends Written<typeof sweepOptions> {}
