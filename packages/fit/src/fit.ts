import { ConfigError, type ConfigOf, type Fields, NonFiniteError, rheobase, StateError } from "spark-snn";
import { describe, isRecord } from "spark-snn/documents";
import { type Evaluator, makeEvaluator } from "./evaluate.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { FitOptions, FitState, Fitted } from "./options.ts";
import { originOf } from "./origin.ts";
import { type Plan, planFit } from "./plan.ts";
import { ProgressClock } from "./progress.ts";
import { type Request, readRequest } from "./read.ts";
import { experimentOf } from "./result/document.ts";
import { boundWarnings, describeParameters } from "./result/parameters.ts";
import { type Judge, predict, scoreOnly } from "./result/predict.ts";
import type { FitResult, Fold, Prediction } from "./result/result.ts";
import type { Point } from "./search/optimizer.ts";
import { runSearch, type SearchState, type SearchStop } from "./search/search.ts";
import { type Bounds, dimensionsOf, latencyAt, parametersAt, type Space, stepsInMs } from "./space/space.ts";

/** Δ of the coincidences that are reported if the objective does not contain them, ms. */
export const WINDOW = 4;

/**
 * Fits the parameters of a soma so that it predicts recordings as well as possible. A generation of candidates is one
 * run with a unit for each candidate, scored during the run. The result is the same with every backend and number of
 * threads.
 *
 * @throws ConfigError that lists every problem of the options and recordings; StateError if the signal stopped the fit
 * before the first candidates were evaluated. An error of `progress` or `checkpoint` has the state so far in its
 * property `state`.
 */
export const fit = async (model: Fitted, options: FitOptions): Promise<FitResult> => runFit(prepare(model, options));

/**
 * Runs a checked fit.
 * @param window Δ of the reported coincidences, ms. Default: that of the objective, otherwise 4 ms.
 */
export const runFit = async (
  { request, plan }: PreparedFit,
  window = request.objective.coincidence?.window ?? WINDOW,
): Promise<FitResult> => {
  const begin = performance.now();
  const searches = readResume(request, plan.fingerprint);
  const evaluators = request.trainings.map((names) =>
    makeEvaluator(
      request.type,
      plan.space,
      request.recordings.filter(({ name }) => names.includes(name)),
      request.objective,
      request.settings,
      request.across,
    ),
  );
  const stoppedBy = await searchAll(request, plan, searches, evaluators).catch((error: unknown) => {
    // A search may take hours, so the error of a callback does not lose it.
    if (error instanceof Error && searches.length > 0 && Object.isExtensible(error)) {
      Object.defineProperty(error, "state", { value: stateOf(plan, searches), configurable: true });
    }
    throw error;
  });
  if (searches.length === 0) {
    throw new StateError("fit was stopped before its first candidates were evaluated. Let it run longer.");
  }
  const parts = await describeFit(request, plan, searches, evaluators[0]!, window);
  const timing = evaluators.reduce(
    (sum, one) => ({ total: sum.total + one.timing.total, scoring: sum.scoring + one.timing.scoring }),
    { total: 0, scoring: 0 },
  );
  return {
    ...parts,
    complete: stoppedBy === "candidates",
    stoppedBy,
    wallTime: (performance.now() - begin) / 1000,
    scoringShare: timing.total > 0 ? timing.scoring / timing.total : 0,
    state: stateOf(plan, searches),
  };
};

/** The search of a fit, as `checkFit` reports it. */
export interface CheckedFit {
  /** Name of the soma. */
  readonly model: string;
  /** The free parameters with their bounds, in their units; a free latency is the last one. */
  readonly free: readonly { readonly name: string; readonly unit: string; readonly bounds: Bounds }[];
  /** Values of the other parameters; those with the value of a free one are in `ties`. */
  readonly fixed: Readonly<Record<string, number>>;
  readonly ties: Readonly<Record<string, string>>;
  readonly recordings: readonly {
    readonly name: string;
    readonly role: "training" | "validation";
    /** ms */
    readonly duration: number;
    /** Number of spikes of each repetition. */
    readonly counts: readonly number[];
  }[];
  /** Names of the scores that are maximised. */
  readonly objective: readonly string[];
  /** ms */
  readonly dt: number;
  /** Candidates of all searches together: the main one, and one for each fold. */
  readonly candidates: number;
  readonly searches: number;
  readonly warnings: readonly string[];
}

/** Checks a fit without searching. @throws ConfigError that lists every problem, like `fit` */
export const checkFit = (model: Fitted, options: FitOptions): CheckedFit => describePlan(prepare(model, options));

/** The search of a checked fit. */
export const describePlan = ({ request, plan }: PreparedFit): CheckedFit => {
  const { names, bounds, fixed, ties, latency } = plan.space;
  const { fields } = request.model;
  const free = names.map((name, d) => ({ name, unit: fields[name]!.unit, bounds: bounds[d]! }));
  const training = request.trainings[0]!;
  return {
    model: request.model.name,
    free: typeof latency === "object" ? [...free, { name: "latency", unit: "ms", bounds: latency }] : free,
    fixed,
    ties,
    recordings: request.recordings.map(({ name, duration, repetitions }) => ({
      name,
      role: training.includes(name) ? "training" : "validation",
      duration,
      counts: repetitions.map(({ length }) => length),
    })),
    objective: Object.keys(request.objective),
    dt: request.settings.dt,
    candidates: request.candidates * request.trainings.length,
    searches: request.trainings.length,
    warnings: plan.warnings,
  };
};

/** A fit whose options have been checked. */
export interface PreparedFit {
  readonly request: Request;
  readonly plan: Plan;
}

/** Checks everything before the search. @throws ConfigError with the places of the document or code */
export const prepare = (model: Fitted, options: FitOptions): PreparedFit => {
  try {
    const request = readRequest(model, options);
    return { request, plan: planFit(request) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.issues.map(originOf(options).located));
  }
};

const stateOf = ({ fingerprint }: Plan, searches: readonly SearchState[]): FitState => ({
  kind: "spark-snn fit",
  version: 2,
  fingerprint,
  checksum: checksumOf(searches),
  searches: [...searches],
});

const checksumOf = (searches: unknown): string => {
  const print = new Fingerprint();
  print.data(searches);
  return print.value;
};

/** States of the searches of an earlier call. @throws ConfigError if they belong to another fit. */
const readResume = ({ given: { resume } }: Request, fingerprint: string): SearchState[] => {
  if (resume === undefined) return [];
  const place = originOf({}).place.at("resume");
  const given: unknown = resume;
  const isState = isRecord(given) && given["kind"] === "spark-snn fit" && Array.isArray(given["searches"]);
  if (!isState || (given["version"] !== 1 && given["version"] !== 2)) {
    const message = `takes the state of an earlier fit; received ${describe(given)}. Give the state from checkpoint, or result.state.`;
    throw new ConfigError(place.issue(message));
  }
  const refuse = (message: string): never => {
    throw new ConfigError(place.issue(`${message}, or omit it to start again.`));
  };
  if (given["version"] === 1) {
    refuse("has format 1, which does not identify the equations of the soma. Finish it with the version that wrote it");
  }
  if (given["checksum"] !== checksumOf(given["searches"])) refuse("was edited or damaged. Use an unchanged state");
  if (given["fingerprint"] !== fingerprint) {
    refuse("is from a fit with other recordings or settings, or of another soma. Use the same ones");
  }
  return [...resume.searches];
};

/** Runs the unfinished searches and puts their states into the list. */
const searchAll = async (
  request: Request,
  plan: Plan,
  searches: SearchState[],
  evaluators: readonly Evaluator[],
): Promise<SearchStop> => {
  const { given, candidates, seconds } = request;
  const until = performance.now() + seconds * 1000;
  const clock = new ProgressClock(request, searches);
  for (let k = 0; k < request.trainings.length; k++) {
    const present = searches[k];
    if (present && present.evaluated >= candidates) continue;
    const { stoppedBy } = await runSearch(evaluators[k]!, {
      ...request,
      dimensions: dimensionsOf(plan.space),
      start: plan.start,
      purpose: `fit.${k}`,
      until,
      state: present,
      signal: request.signal,
      generation: async (state) => {
        searches[k] = state;
        clock.tell(k, searches);
        clock.check();
        await given.checkpoint?.(stateOf(plan, searches));
      },
    });
    if (stoppedBy !== "candidates") return stoppedBy;
  }
  await clock.end();
  return "candidates";
};

type Described = Omit<FitResult, "complete" | "stoppedBy" | "wallTime" | "scoringShare" | "state">;

/** The result for the best candidate. */
const describeFit = async (
  request: Request,
  plan: Plan,
  searches: readonly SearchState[],
  evaluator: Evaluator,
  window: number,
): Promise<Described> => {
  const { type, model, objective, settings, recordings, trainings, seed, method } = request;
  const { space, measured } = plan;
  const [main, ...others] = searches as [SearchState, ...SearchState[]];
  const judge: Judge = { type, space, objective, settings, window };
  const { parameters, latency } = settingsAt(space, main.kept[0]!.point, settings.dt);
  const predictions = await predictAll(judge, request, main, trainings[0]!);
  const folds: Fold[] = [];
  for (const [k, state] of others.entries()) {
    if (state.evaluated < request.candidates) continue;
    const { point, score } = state.kept[0]!;
    const scores = await predictAll(judge, request, state, trainings[k + 1]!);
    folds.push({ ...settingsAt(space, point, settings.dt), score, recordings: scores.map(scoreOnly) });
  }
  const fitted = await describeParameters(model, space, main, evaluator, settings.dt);
  const found = await findRheobase(request, parameters);
  const warnings = [...plan.warnings, ...boundWarnings(fitted), ...denseWarnings(predictions, request)];
  const parts = { type, parameters, latency, ...settings, recordings, predictions };
  return {
    model: model.name,
    parameters,
    latency,
    fitted,
    measured,
    score: main.kept[0]!.score,
    recordings: predictions,
    folds,
    best: main.kept.map(({ point, score }) => ({ ...settingsAt(space, point, settings.dt), score })),
    history: main.history,
    rheobase: found,
    window,
    dt: settings.dt,
    dtype: settings.dtype,
    seed,
    method,
    evaluated: searches.reduce((sum, { evaluated }) => sum + evaluated, 0),
    warnings: [...warnings, ...rheobaseWarnings(found)],
    experiment: (name, current) => experimentOf(parts, name, current),
  };
};

/** The parameters of the soma at a point, and its latency in ms. */
const settingsAt = (space: Space, point: Point, dt: number) => ({
  parameters: parametersAt(space, point),
  latency: stepsInMs(latencyAt(space, point, dt), dt),
});

const predictAll = async (
  judge: Judge,
  { recordings }: Request,
  state: SearchState,
  training: readonly string[],
): Promise<Prediction[]> => {
  const predictions: Prediction[] = [];
  for (const recording of recordings) {
    const role = training.includes(recording.name) ? "training" : "validation";
    predictions.push(await predict(judge, recording, state.kept[0]!.point, role));
  }
  return predictions;
};

/** Fraction of the time within Δ of a predicted spike above which Γ rewards a soma that spikes all the time. */
const DENSE = 0.8;

/** Γ divides by the fraction of the time that is not within Δ of a predicted spike. Near 0, any surplus scores well. */
const denseWarnings = (predictions: readonly Prediction[], { objective, recordings }: Request): string[] => {
  const { coincidence } = objective;
  if (!coincidence) return [];
  return predictions.flatMap(({ name, spikes }, k) => {
    const covered = (2 * coincidence.window * spikes.length) / recordings[k]!.duration;
    if (covered < DENSE) return [];
    return [
      `${name}: the soma spikes so often that ${Math.round(100 * covered)} % of the time is within ${coincidence.window} ms of a predicted spike, where Γ means little. Give a shorter coincidence.window, or add vanRossum to the objective.`,
    ];
  });
};

/** The rheobase of the fitted soma, up to ten times the largest recorded current; undefined beyond. */
const findRheobase = async (
  { type, recordings, objective, settings }: Request,
  parameters: Readonly<Record<string, number>>,
): Promise<number | undefined> => {
  // A soma that spikes at random spikes at any current.
  if (objective.likelihood) return undefined;
  const largest = recordings.reduce((most, { current }) => current.values.reduce((a, b) => Math.max(a, b), most), 0);
  if (largest <= 0) return undefined;
  const { dt, dtype } = settings;
  const to = 10 * largest;
  try {
    // With four digits of precision. A soma that spikes without a current has no rheobase.
    return await rheobase(type(parameters as ConfigOf<Fields>), { dt, dtype, to, tolerance: to * 1e-5 });
  } catch (error) {
    // A soma may grow without bound at a current that no recording contains.
    if (error instanceof ConfigError || error instanceof NonFiniteError) return undefined;
    throw error;
  }
};

/** Plausible rheobases of neurons, from a few pA to some nA. */
const PLAUSIBLE = [1, 50_000] as const;

const rheobaseWarnings = (value: number | undefined): string[] => {
  if (value === undefined || (value >= PLAUSIBLE[0] && value <= PLAUSIBLE[1])) return [];
  const shownValue = Number(value.toPrecision(3));
  const [size, remedy] =
    value < PLAUSIBLE[0]
      ? ["a thousandth of a neuron's or less", "If the currents are in nA, multiply them by 1000."]
      : ["a thousand times a neuron's or more", "If the currents are in fA, divide them by 1000."];
  return [`The fitted soma's rheobase is ${shownValue} pA, ${size}. ${remedy}`];
};
