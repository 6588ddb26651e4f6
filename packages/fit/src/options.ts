import type { BackendChoice, Component, ComponentType, Precision } from "spark-snn";
import type { Objective } from "./objective.ts";
import type { Recording } from "./recording/recording.ts";
import type { Method, SearchState } from "./search/search.ts";
import type { Latency } from "./space/latency.ts";
import type { FreeParameters } from "./space/read.ts";

/** Limits of the computation. */
export interface Budget {
  /**
   * Largest number of candidates to evaluate, in each fold. Only whole generations are evaluated, so the number may be
   * smaller by less than one generation. Each candidate is run on every training recording. Default 60160.
   */
  readonly candidates?: number;
  /** Number of candidates per generation, which are the units of one run. Default 256. */
  readonly generation?: number;
  /** Ends the search after this many seconds. The result then depends on the speed of the computer. */
  readonly seconds?: number;
}

/** Held-out recordings: by name, or each in turn. */
export type Validation = readonly string[] | { readonly folds: number };

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

export interface FitOptions {
  readonly recordings: readonly Recording[];
  /** Free parameters. Default: all that the recordings can constrain and that `fixed` does not contain. */
  readonly free?: FreeParameters;
  /** Values of parameters that are not free. Rest and resistance are by default measured in a recorded voltage. */
  readonly fixed?: Readonly<Record<string, number>>;
  /**
   * Time from the current to its effect on the soma, ms, for example the time from a sound to a receptor's response. The
   * soma receives the current later by this time, rounded to whole steps, and is at rest until then. A number is fixed;
   * bounds, or true for 0 to 20 ms, make it a free parameter. Default 0. Not available with `objective.voltage`.
   */
  readonly latency?: Latency;
  readonly objective?: Objective;
  /** Held-out recordings. Default: none. */
  readonly validate?: Validation;
  /** Default "cmaes". */
  readonly method?: Method;
  /** Seed of the search, 0 to 4294967295; default 1. The same call with the same seed gives the same result. */
  readonly seed?: number;
  readonly budget?: Budget;
  /** Time step, ms. Default: that of the model, otherwise 0.5. */
  readonly dt?: number;
  /** Precision of the runs. Default: that of the model, otherwise f32. */
  readonly dtype?: Precision;
  /** Default "fastest": native code if possible, otherwise WebAssembly. The result is the same. */
  readonly backend?: BackendChoice;
  /** Threads of native code. Default 1. */
  readonly threads?: number | "all";
  /** Ends the fit soon after it is aborted, with the best result so far. */
  readonly signal?: AbortSignal;
  /** Called after each generation. If it returns a promise, the fit does not wait for it, but fails if it rejects. */
  readonly progress?: (progress: FitProgress) => void;
  /** Called with the state after each generation, for example to save it. The fit waits for a returned promise. */
  readonly checkpoint?: (state: FitState) => void | Promise<void>;
  /** State of an earlier call of the same fit, to resume from. */
  readonly resume?: FitState;
}

/** Model to fit: a soma type, or a soma whose values are fixed unless they are free. */
export type Fitted = ComponentType | Component;
