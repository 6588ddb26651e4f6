import type { BackendChoice, Component, ComponentType, Precision } from "spark-snn";
import type { Objective } from "./objective.ts";
import type { Recording } from "./recording/recording.ts";
import type { Method, SearchState } from "./search/search.ts";
import type { FreeParameters } from "./space/read.ts";

/** How much a fit may compute. */
export interface Budget {
  /** Candidates that are evaluated, in each fold anew; default 60000. A candidate is run on every training recording. */
  readonly candidates?: number;
  /** Candidates of a generation: units of one run; default 256. */
  readonly generation?: number;
  /** Ends the search after this many seconds. What is found then depends on the machine's speed. */
  readonly seconds?: number;
}

/** Which recordings are kept out of the training: by name, or each in turn. */
export type Validation = readonly string[] | { readonly folds: number };

/** How far a fit is, told after each generation. */
export interface FitProgress {
  /** Number of the present search, from 1, and how many there are: the one that counts, then one for each fold. */
  readonly search: number;
  readonly searches: number;
  readonly generation: number;
  /** Candidates evaluated in this search, and those it may evaluate. */
  readonly evaluated: number;
  readonly candidates: number;
  /** Best score on the training recordings so far. */
  readonly best: number;
  /** From 0 to 1, all searches together. */
  readonly fraction: number;
  /** Seconds since the fit began or was taken up. */
  readonly elapsed: number;
  /** Seconds that are left at the present speed. */
  readonly remaining: number;
}

/** Where a fit stands, as plain data that JSON keeps: `fit` goes on from it as if it had not been interrupted. */
export interface FitState {
  readonly kind: "spark-snn fit";
  readonly version: 1;
  /** Of the recordings and settings; another fit does not take it up. */
  readonly fingerprint: string;
  /** The searches in their order; the last one may be under way. */
  readonly searches: readonly SearchState[];
}

export interface FitOptions {
  readonly recordings: readonly Recording[];
  /** Fields that are sought. Left out: all that the recordings can tell and that `fixed` does not name. */
  readonly free?: FreeParameters;
  /** Values of fields that are not sought. Rest and resistance are measured in a recorded voltage where left out. */
  readonly fixed?: Readonly<Record<string, number>>;
  readonly objective?: Objective;
  /** Recordings that the search does not see. Default: none. */
  readonly validate?: Validation;
  /** Default "cmaes". */
  readonly method?: Method;
  /** Seed of the search, 0 to 4294967295; default 1. The same call with the same seed gives the same result. */
  readonly seed?: number;
  readonly budget?: Budget;
  /** Length of a step, ms; default: the model's, else 0.5. */
  readonly dt?: number;
  /** Precision of the runs; default: the model's, else f32. */
  readonly dtype?: Precision;
  /** Default "fastest": native code where it can run, else WebAssembly. The result is the same. */
  readonly backend?: BackendChoice;
  /** Threads of native code; default 1. */
  readonly threads?: number | "all";
  /** Ends the fit soon after it is aborted, with the best so far. */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: FitProgress) => void;
  /** Given the state after each generation, to keep it. The fit waits for a promise. */
  readonly checkpoint?: (state: FitState) => void | Promise<void>;
  /** Where an earlier call of the same fit came to. */
  readonly resume?: FitState;
}

/** What is fitted: a type of soma; or a soma, whose values are then fixed where they are not sought. */
export type Fitted = ComponentType | Component;
