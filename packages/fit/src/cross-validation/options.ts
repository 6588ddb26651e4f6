import { callback, custom, isRecord, optional, type Written } from "spark-snn/documents";
import { type FitOptions, type FitProgress, type FitState, type Fitted, fitOptions } from "../options.ts";

const { progress, checkpoint, resume, fixed, validate, ...shared } = fitOptions;

/** Progress of a cross-validation, reported after each generation. */
export interface CrossValidationProgress {
  /** Name of the soma that is fitted, its number from 1, and the number of somas. */
  readonly model: string;
  readonly number: number;
  readonly models: number;
  /** Progress of its fit. */
  readonly fit: FitProgress;
  /** Fraction of all fits, from 0 to 1. */
  readonly fraction: number;
  /** Seconds since the call. */
  readonly elapsed: number;
  /** Estimated remaining seconds at the speed since the call. */
  readonly remaining: number;
}

/** State of a cross-validation, as plain data for JSON. */
export interface CrossValidationState {
  readonly kind: "spark-snn cross-validation";
  readonly version: 1;
  /** States of the fits that have begun, by the names of their somas. */
  readonly fits: Readonly<Record<string, FitState>>;
}

const VALIDATE = "Held-out recordings: { folds } parts, or names. Default: each recording in turn.";
const RESUME = "State of an earlier call with the same options, to resume from.";

/** Options of `crossValidate`. Those of `fit` have the same meaning. */
export const crossValidationOptions = {
  ...shared,
  /**
   * Held-out recordings. `{ folds }` fits each soma without each part, and recording k belongs to part k modulo `folds`.
   * Names hold these recordings out of a single fit. Default: a part for each recording.
   */
  validate: { ...validate, about: VALIDATE, schema: { ...validate.schema, description: VALIDATE } },
  /** Called after each generation. If it returns a promise, the fits do not wait for it, but fail if it rejects. */
  progress: callback<(progress: CrossValidationProgress) => void>("Called after each generation."),
  /** Called with the state after each generation, for example to save it. The fits wait for a returned promise. */
  checkpoint: callback<(state: CrossValidationState) => void | Promise<void>>(
    "Called with the state after each generation.",
  ),
  /** State of an earlier call with the same options, to resume from. */
  resume: optional(
    custom<CrossValidationState>({
      about: RESUME,
      takes: "the state of a cross-validation",
      schema: { description: RESUME, type: "object" },
      read: (value) => value as CrossValidationState,
    }),
  ),
};

export interface CrossValidationOptions extends Written<typeof crossValidationOptions> {}

/** Names of somas, which can be those of folders. */
export const NAME = /^[A-Za-z][\w-]{0,63}$/;

/** Options of one soma. Each replaces that of all somas. */
export const comparedOptions = {
  free: fitOptions.free,
  fixed: fitOptions.fixed,
  start: fitOptions.start,
  latency: fitOptions.latency,
  objective: optional(fitOptions.objective),
};

/** A soma of a cross-validation, with its own options. */
export interface ComparedSoma extends Written<typeof comparedOptions> {
  readonly model: Fitted;
}

/** Somas of a cross-validation by name, with their own options if they have any. */
export type ComparedSomas = Readonly<Record<string, Fitted | ComparedSoma>>;

/** Whether a soma is given with its own options. A component has a property `model` too, beside its config. */
export const hasOptions = (given: unknown): given is ComparedSoma =>
  isRecord(given) && Object.hasOwn(given, "model") && !Object.hasOwn(given, "config");

/** The options of the fit of one soma. */
export const optionsOfFit = (given: CrossValidationOptions, own: unknown): FitOptions => {
  const { progress: _, checkpoint: __, resume: ___, ...all } = given;
  const { model: ____, ...replaced } = hasOptions(own) ? own : { model: own };
  return { ...all, ...replaced } as FitOptions;
};
