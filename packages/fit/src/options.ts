import { type Component, type ComponentType, runOptions } from "spark-snn";
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
  optionsSchema,
  readOptions,
  suggestName,
  timingOptions,
  type Written,
  whole,
} from "spark-snn/documents";
import { across } from "./across.ts";
import { objective } from "./objective.ts";
import { recordings } from "./recording/read.ts";
import { type Method, methods, type SearchState } from "./search/search.ts";
import { latency } from "./space/latency.ts";
import type { FreeParameters } from "./space/read.ts";

const SMALLEST_GENERATION = 8;
const GENERATION = 256;
/** The first generation of the default size, and 227 more. */
const CANDIDATES = 60_160;

export const budgetOptions = {
  /**
   * Largest number of candidates to evaluate, in each fold. Only whole generations are evaluated, so the number may be
   * smaller by less than one generation. Each candidate is run on every training recording. Default 60160.
   */
  candidates: byDefault(
    CANDIDATES,
    whole(
      "Largest number of candidates to evaluate, in whole generations, in each fold; at least two generations.",
      2 * SMALLEST_GENERATION,
      undefined,
      `Omit it for ${CANDIDATES}.`,
    ),
  ),
  /** Number of candidates per generation, which are the units of one run. Default 256. */
  generation: byDefault(
    GENERATION,
    whole(
      "Number of candidates per generation, which are the units of one run.",
      SMALLEST_GENERATION,
      undefined,
      `Omit it for ${GENERATION}.`,
    ),
  ),
  /** Ends the search after this many seconds. The result then depends on the speed of the computer. */
  seconds: optional(
    number("Ends the search after this time. The result then depends on the speed of the computer.", {
      unit: "s",
      holds: (seconds) => seconds > 0,
      takes: "a number greater than 0 s",
      remedy: "Omit it for no limit.",
      schema: { exclusiveMinimum: 0 },
    }),
  ),
};

/** Limits of the computation. */
export interface Budget extends Written<typeof budgetOptions> {}

/** Data for reading the validation. */
export interface ValidationContext {
  /** Names of the recordings. */
  readonly names: readonly string[];
}

const foldOptions = { folds: whole("Number of parts.", 2, undefined, "Omit validate to fit all.") };

/** Held-out recordings: by name, or each in turn. */
export type Validation = readonly string[] | Written<typeof foldOptions>;

const HELD = "Held-out recordings: by name, or each in turn. Default: none.";

/** The names of the training recordings of each search. */
const validation = custom<Validation, readonly (readonly string[])[], ValidationContext>({
  about: HELD,
  takes: "names of recordings, or { folds }",
  parts: foldOptions,
  schema: {
    description: HELD,
    anyOf: [
      { type: "array", items: { type: "string" } },
      optionsSchema(foldOptions, "Fits once on all, and once without each part."),
    ],
  },
  read: (value, site) => {
    const { names } = site.context;
    if (Array.isArray(value)) {
      value.forEach((name: unknown, k) => {
        if (typeof name === "string" && names.includes(name)) return;
        const hint = typeof name === "string" ? suggestName(name, names) : "Give its name.";
        site.at(k).refuse(`must be the name of a recording; received ${describe(name)}. ${hint}`);
      });
      const training = names.filter((name) => !value.includes(name));
      if (training.length > 0 || names.length === 0) return [training];
      return site.refuse("must leave a recording for the fit; received all of them. Remove one.");
    }
    if (!isRecord(value)) {
      return site.refuse(`takes names of recordings, or { folds }; received ${describe(value)}. Omit it to fit all.`);
    }
    const count = readOptions(foldOptions, value, site)?.folds;
    if (count === undefined) return undefined;
    if (count > names.length) {
      return site
        .at("folds")
        .refuse(
          `must be at most the number of recordings, ${names.length}; received ${count}. Omit validate to fit all.`,
        );
    }
    const parts = Array.from({ length: count }, (_, fold) => names.filter((_name, k) => k % count !== fold));
    return [names, ...parts];
  },
});

/** Progress of a fit, reported after each generation. */
export interface FitProgress {
  /** Number of the current search, from 1, and number of searches: the main one, then one for each fold. */
  readonly search: number;
  readonly searches: number;
  readonly generation: number;
  /** Candidates evaluated in this search, and the number at its end, which is at most the budget. */
  readonly evaluated: number;
  readonly candidates: number;
  /** Best score on the training recordings so far. */
  readonly best: number;
  /** Fraction of all searches, from 0 to 1. */
  readonly fraction: number;
  /** Seconds since the fit started or resumed. */
  readonly elapsed: number;
  /** Estimated remaining seconds at the current speed. */
  readonly remaining: number;
}

/** State of a fit, as plain data for JSON. `fit` continues from it as if it had not been interrupted. */
export interface FitState {
  readonly kind: "spark-snn fit";
  readonly version: 2;
  /** Identifies recordings, settings and the equations of the soma; another fit refuses the state. */
  readonly fingerprint: string;
  /** Detects a state that was edited or damaged. */
  readonly checksum: string;
  /** The searches in order; the last one may be unfinished. */
  readonly searches: readonly SearchState[];
}

const START = "Values from which a part of the search starts: the name of a preset, or values by parameter.";

/** Where the search starts; read when the soma is known. */
const start = custom<string | Readonly<Record<string, number>>>({
  about: START,
  takes: "the name of a preset, or values by parameter",
  schema: {
    description: START,
    anyOf: [{ type: "string" }, { type: "object", minProperties: 1, additionalProperties: { type: "number" } }],
  },
  read: (value) => value as string,
});

/** A value that is read when the rest is known. */
const later = <G>(about: string, takes: string) =>
  optional(custom<G>({ about, takes, schema: { description: about, type: "object" }, read: (value) => value as G }));

const SEED = "Seed of the search. The same seed gives the same result.";
const DT = "Time step. Default: that of the model, otherwise 0.5 ms.";
const DTYPE = "Precision of the runs. Default: that of the model, otherwise f32.";

export const fitOptions = {
  recordings,
  /** Free parameters. Default: all that the recordings can constrain and that `fixed` does not contain. */
  free: later<FreeParameters>(
    "Free parameters. Default: all that the recordings can constrain.",
    "an object by parameter",
  ),
  /** Values of parameters that are not free. Rest and resistance are by default measured in a recorded voltage. */
  fixed: later<Readonly<Record<string, number>>>(
    "Values of parameters that are not free. Rest and resistance are by default measured in a recorded voltage.",
    "an object by parameter",
  ),
  /**
   * Values from which a part of the search starts: the name of a preset of the soma, or values by parameter. Parameters
   * that are neither free nor fixed have these values, and bounds that do not follow from the recordings are around them.
   */
  start: optional(start),
  /**
   * Time from the current to its effect on the soma, ms, for example the time from a sound to a receptor's response. The
   * soma receives the current later by this time, rounded to whole steps, and is at rest until then. A number is fixed;
   * bounds, or true for 0 to 20 ms, make it a free parameter. Default 0. Not available with `objective.voltage`.
   */
  latency: optional(latency),
  objective,
  /**
   * Score of several recordings: their mean by weight ("mean"), or three quarters of it from the worst recording alone and
   * one quarter from that mean ("worst"), so that no recording is predicted poorly for the benefit of the others. Default
   * "mean".
   */
  across: byDefault("mean", across),
  /** Held-out recordings. Default: none. */
  validate: optional(validation),
  /** Default "cmaes". */
  method: byDefault("cmaes", choice("Search method.", Object.keys(methods) as Method[], "Omit it for cmaes.")),
  /** Seed of the search, 0 to 4294967295; default 1. The same call with the same seed gives the same result. */
  seed: { ...timingOptions.seed, about: SEED, schema: { ...timingOptions.seed.schema, description: SEED } },
  budget: byDefault(
    { candidates: CANDIDATES, generation: GENERATION },
    options("Limits of the computation.", budgetOptions, "{ candidates, seconds }"),
  ),
  /** Time step, ms. Default: that of the model, otherwise 0.5. */
  dt: optional({
    ...timingOptions.dt,
    about: DT,
    schema: { ...timingOptions.dt.schema, description: `${DT} In ms.`, default: 0.5 },
  }),
  /** Precision of the runs. Default: that of the model, otherwise f32. */
  dtype: optional({
    ...timingOptions.dtype,
    about: DTYPE,
    schema: { ...timingOptions.dtype.schema, description: DTYPE },
  }),
  /** Default "fastest": native code if possible, otherwise WebAssembly. The result is the same. */
  backend: byDefault("fastest", runOptions.backend),
  /** Threads of native code. Default 1. */
  threads: runOptions.threads,
  /** Ends the fit soon after it is aborted, with the best result so far. */
  signal: abortSignal("Ends the fit soon after it is aborted, with the best result so far."),
  /** Called after each generation. If it returns a promise, the fit does not wait for it, but fails if it rejects. */
  progress: callback<(progress: FitProgress) => void>("Called after each generation."),
  /** Called with the state after each generation, for example to save it. The fit waits for a returned promise. */
  checkpoint: callback<(state: FitState) => void | Promise<void>>("Called with the state after each generation."),
  /** State of an earlier call of the same fit, to resume from. */
  resume: later<FitState>("State of an earlier call of the same fit, to resume from.", "the state of a fit"),
};

export interface FitOptions extends Written<typeof fitOptions> {}

/** Model to fit: a soma type, or a soma whose values are fixed unless they are free. */
export type Fitted = ComponentType | Component;
