import { ConfigError, type Issue, StateError } from "spark-snn";
import { describe, isRecord, Place, refuseUnknown, Site } from "spark-snn/documents";
import { type CheckedFit, describePlan, type PreparedFit, prepare, runFit, WINDOW } from "../fit.ts";
import type { FitProgress, FitState, Fitted } from "../options.ts";
import { type Origin, originOf, withOrigin } from "../origin.ts";
import type { FitResult } from "../result/result.ts";
import {
  type ComparedSoma,
  type ComparedSomas,
  type CrossValidationOptions,
  type CrossValidationState,
  comparedOptions,
  crossValidationOptions,
  hasOptions,
  NAME,
  optionsOfFit,
} from "./options.ts";
import { type CrossValidationResult, compareFits } from "./result.ts";

/**
 * Fits several somas to the same recordings, and compares how well they predict recordings that were held out. Each soma
 * is fitted to all recordings, and once without each part of them. The result is the same with every backend and number
 * of threads.
 *
 * @param somas at least two somas by name, each alone or as `{ model, free, fixed, start, latency, objective }`
 * @throws ConfigError that lists every problem of all somas before the first fit; StateError if the signal stopped the
 * call before the first candidates were evaluated. An error of `progress` or `checkpoint` has the state so far in its
 * property `state`.
 */
export const crossValidate = async (
  somas: ComparedSomas,
  options: CrossValidationOptions,
): Promise<CrossValidationResult> => {
  const begin = performance.now();
  const states: Record<string, FitState> = {};
  const state = (): CrossValidationState => ({ kind: "spark-snn cross-validation", version: 1, fits: { ...states } });
  const hooks = hooksOf(options, states, state, begin);
  const { fits, window, comparedBy } = prepareAll(somas, options, hooks);
  Object.assign(states, isRecord(options.resume) ? options.resume.fits : {});
  const results: [string, FitResult][] = [];
  for (const [name, prepared] of fits) {
    const result = await runFit(prepared, window).catch((error: unknown) => {
      // A fit that was stopped before its first candidates has no result; earlier fits have.
      if (error instanceof StateError && options.signal?.aborted && Object.keys(states).length > 0) return undefined;
      const own = (error as { readonly state?: FitState } | undefined)?.state;
      if (own?.kind === "spark-snn fit") states[name] = own;
      if (error instanceof Error && Object.keys(states).length > 0 && Object.isExtensible(error)) {
        Object.defineProperty(error, "state", { value: state(), configurable: true });
      }
      throw error;
    });
    if (!result) break;
    states[name] = result.state;
    if (!result.complete) break;
    results.push([name, result]);
  }
  const done = results.map(([name]) => name);
  const unfinished = fits.map(([name]) => name).filter((name) => !done.includes(name));
  return {
    models: compareFits(results, comparedBy),
    comparedBy,
    window,
    complete: unfinished.length === 0,
    unfinished,
    wallTime: (performance.now() - begin) / 1000,
    warnings: results.flatMap(([name, { warnings }]) => warnings.map((warning) => `${name}: ${warning}`)),
    state: state(),
  };
};

/** The plan of a cross-validation, as `checkCrossValidation` reports it. */
export interface CheckedCrossValidation {
  /** The search of each fit, by the name of the soma. */
  readonly fits: Readonly<Record<string, CheckedFit>>;
  readonly comparedBy: CrossValidationResult["comparedBy"];
  /** Δ of the compared coincidences, ms. */
  readonly window: number;
  /** Candidates of all fits together. */
  readonly candidates: number;
}

/** Checks a cross-validation without searching. @throws ConfigError that lists every problem, like `crossValidate` */
export const checkCrossValidation = (somas: ComparedSomas, options: CrossValidationOptions): CheckedCrossValidation => {
  const { fits, window, comparedBy } = prepareAll(somas, options);
  const checked = fits.map(([name, prepared]) => [name, describePlan(prepared)] as const);
  const candidates = checked.reduce((sum, [, fit]) => sum + fit.candidates, 0);
  return { fits: Object.fromEntries(checked), comparedBy, window, candidates };
};

/** Functions that a fit calls. */
type Hooks = (
  name: string,
  number: number,
  models: number,
) => {
  readonly progress: (progress: FitProgress) => void;
  readonly checkpoint: (state: FitState) => void | Promise<void>;
};

const hooksOf =
  (
    { progress, checkpoint }: CrossValidationOptions,
    states: Record<string, FitState>,
    state: () => CrossValidationState,
    begin: number,
  ): Hooks =>
  (name, number, models) => {
    return {
      progress: (fit) => {
        const fraction = (number - 1 + fit.fraction) / models;
        const elapsed = (performance.now() - begin) / 1000;
        const others = (models - number) * (fit.elapsed + fit.remaining);
        const told = { model: name, number, models, fit, fraction, elapsed, remaining: fit.remaining + others };
        // The fit fails if a returned promise rejects.
        return progress?.(told);
      },
      checkpoint: (own) => {
        states[name] = own;
        return checkpoint?.(state());
      },
    };
  };

interface PreparedFits {
  readonly fits: readonly (readonly [string, PreparedFit])[];
  readonly window: number;
  readonly comparedBy: CrossValidationResult["comparedBy"];
}

/** Checks all fits. @throws ConfigError with the problems of all somas */
const prepareAll = (somas: ComparedSomas, given: CrossValidationOptions, hooks?: Hooks): PreparedFits => {
  const origin = rootOf(given);
  const site = new Site(origin.place, [], undefined);
  if (!isRecord(given)) {
    throw new ConfigError(origin.place.issue(`takes options with recordings; received ${describe(given)}. Give them.`));
  }
  refuseUnknown(given, Object.keys(crossValidationOptions), site);
  for (const name of ["progress", "checkpoint"] as const) {
    const { [name]: option } = crossValidationOptions;
    if (given[name] !== undefined) option.read(given[name], site.at(name));
  }
  const validate = validationOf(given, site);
  if (isRecord(given.budget) && given.budget.seconds !== undefined) {
    site
      .at("budget", "seconds")
      .refuse("must not be given, because a fast soma would get more candidates than a slow one. Give candidates.");
  }
  const names = namesOf(somas, site);
  const resume = resumeOf(given.resume, names, site);
  const fits: [string, PreparedFit][] = [];
  for (const [k, name] of names.entries()) {
    const own = somas[name]!;
    if (hasOptions(own)) refuseUnknown(own, ["model", ...Object.keys(comparedOptions)], site.at("models", name));
    const { model } = hasOptions(own) ? own : { model: own as Fitted };
    const options = {
      ...optionsOfFit(only(given, own), own),
      validate,
      ...(resume[name] && { resume: resume[name] }),
      ...hooks?.(name, k + 1, names.length),
    };
    try {
      fits.push([name, prepare(model, withOrigin(options, originIn(origin, name, own)))]);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      site.issues.push(...error.issues);
    }
  }
  const objectives = fits.map(([, { request }]) => JSON.stringify(sorted(request.objective)));
  const window = windowOf(fits, site);
  if (site.issues.length > 0) throw new ConfigError(withoutRepeats(site.issues));
  return { fits, window, comparedBy: new Set(objectives).size === 1 ? "score" : "coincidence" };
};

/** Options that `prepare` reads; it would report the problems of the others once for each soma. */
const only = (given: CrossValidationOptions, own: Fitted | ComparedSoma): CrossValidationOptions => {
  const { budget } = given;
  const known = Object.entries(given).filter(([key]) => Object.hasOwn(crossValidationOptions, key));
  const { seconds: _, ...rest } = isRecord(budget) ? budget : { seconds: undefined };
  return {
    ...Object.fromEntries(known.filter(([key]) => !(hasOptions(own) && Object.hasOwn(own, key)))),
    ...(isRecord(budget) && { budget: rest }),
  } as CrossValidationOptions;
};

/** The held-out recordings. One recording alone cannot be held out. */
const validationOf = ({ validate, recordings }: CrossValidationOptions, site: Site) => {
  const count = Array.isArray(recordings) ? recordings.length : 0;
  if (Array.isArray(validate) && validate.length === 0) {
    site.at("validate").refuse("must hold out a recording; received an empty list. Name one, or omit it.");
  }
  if (validate !== undefined) return validate;
  if (count === 1) {
    site
      .at("recordings")
      .refuse("must be at least two, so that one can be held out; received one. Divide it, or give another.");
  }
  return count < 2 ? [] : { folds: count };
};

const namesOf = (somas: unknown, site: Site): string[] => {
  const own = site.at("models");
  if (!isRecord(somas)) {
    own.refuse(`takes somas by name; received ${describe(somas)}. Give { adaptive: AdaptiveLeakySoma, … }.`);
    return [];
  }
  const names = Object.keys(somas);
  if (names.length < 2) {
    own.refuse(`must contain at least two somas to compare; received ${names.length}. Add one, or fit a soma alone.`);
  }
  for (const name of names.filter((one) => !NAME.test(one))) {
    own
      .at(name)
      .refuse("must have a name of up to 64 letters, digits, hyphens and underscores after a letter. Rename it.");
  }
  return names;
};

/** States of earlier fits. `prepare` and `runFit` check them. */
const resumeOf = (given: unknown, names: readonly string[], site: Site): Readonly<Record<string, FitState>> => {
  if (given === undefined) return {};
  const own = site.at("resume");
  const isState = isRecord(given) && given["kind"] === "spark-snn cross-validation" && isRecord(given["fits"]);
  if (!isState || given["version"] !== 1) {
    own.refuse(
      `takes the state of an earlier cross-validation; received ${describe(given)}. Give the state from checkpoint, or result.state.`,
    );
    return {};
  }
  const fits = given["fits"] as Readonly<Record<string, FitState>>;
  const strange = Object.keys(fits).filter((name) => !names.includes(name));
  if (strange.length > 0) {
    own.refuse(`contains a fit of "${strange[0]}", which is not compared. Use the same somas, or omit it.`);
  }
  return fits;
};

/** Δ of the compared coincidences: that of the objectives, which must agree. */
const windowOf = (fits: PreparedFits["fits"], site: Site): number => {
  const windows = fits.flatMap(([, { request }]) => request.objective.coincidence?.window ?? []);
  const [first = WINDOW] = windows;
  const other = windows.find((window) => window !== first);
  if (other !== undefined) {
    site
      .at("models")
      .refuse(`must have one coincidence.window, or their Γ cannot be compared; received ${first} and ${other} ms.`);
  }
  return first;
};

/** A value with its keys in one order. */
const sorted = (value: unknown): unknown =>
  isRecord(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sorted(value[key])]),
      )
    : value;

const withoutRepeats = (issues: readonly Issue[]): Issue[] => {
  const seen = new Set<string>();
  return issues.filter(({ path, message }) => {
    const text = `${path} ${message}`;
    return !seen.has(text) && seen.add(text);
  });
};

/** Where the options were written: in a document, or in this call. */
const rootOf = (given: unknown): Origin => {
  const origin = originOf(given);
  return origin.place.language === "document" ? origin : { ...origin, place: new Place(["crossValidate"]) };
};

/** The origin of the fit of one soma: problems of its own options are in its entry. */
const originIn = ({ place, located }: Origin, name: string, own: unknown): Origin => ({
  place,
  located: (issue) => {
    const { keys = [] } = issue;
    // A problem of the whole call is that the soma is none.
    const [root, key = "model"] = keys;
    if (root !== place.keys[0]) return located(issue);
    const isOwn = key === "model" || (hasOptions(own) && Object.hasOwn(own, key));
    if (!isOwn) return located(issue);
    const moved = place.at("models", name, ...(key !== "model" || hasOptions(own) ? [key] : []), ...keys.slice(2));
    return { ...issue, path: moved.path, keys: moved.keys };
  },
});
