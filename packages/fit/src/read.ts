import {
  type Component,
  type ComponentType,
  ConfigError,
  type Model,
  ModelError,
  type Precision,
  somas,
} from "spark-snn";
import {
  componentType,
  describe,
  isRandom,
  isRecord,
  type Read,
  readSound,
  refuseUnknown,
  Site,
  suggestName,
  withGivenSpikes,
} from "spark-snn/documents";
import type { Across } from "./across.ts";
import type { RunSettings } from "./evaluate.ts";
import { defaultObjective, type ReadObjective, refuseWithoutSamples, reliabilityOf } from "./objective.ts";
import { only } from "./only.ts";
import { type budgetOptions, type FitOptions, type Fitted, fitOptions } from "./options.ts";
import { originOf } from "./origin.ts";
import { LEAST_HEIGHT } from "./recording/detect.ts";
import { timeDoubts, voltageDoubts } from "./recording/doubts.ts";
import type { ReadRecording } from "./recording/recording.ts";
import type { Method } from "./search/search.ts";
import { fixedOptions } from "./space/read.ts";
import type { Bounds } from "./space/space.ts";

/** The checked arguments of `fit`. */
export interface Request {
  readonly type: ComponentType;
  readonly model: Model;
  readonly given: FitOptions;
  /** Values that the caller fixed. */
  readonly fixed: Readonly<Record<string, number>>;
  /** Values from which the search starts. */
  readonly start: Readonly<Record<string, number>>;
  readonly recordings: readonly ReadRecording[];
  /** Names of the training recordings of each search: the main search first, then one for each fold. */
  readonly trainings: readonly (readonly string[])[];
  readonly objective: ReadObjective;
  readonly across: Across;
  /** ms; undefined for none. */
  readonly latency: number | Bounds | undefined;
  readonly method: Method;
  readonly seed: number;
  readonly size: number;
  readonly firstSize: number;
  readonly candidates: number;
  readonly seconds: number;
  readonly settings: RunSettings;
  readonly signal: AbortSignal | undefined;
}

/** Factor by which the first generation is larger, to cover the ranges evenly. */
const FIRST = 8;

/** Reads the options of a fit except `free`, which depends on the recordings. @throws ConfigError */
export const readRequest = (fitted: Fitted, given: FitOptions): Request => {
  const { place } = originOf(given);
  const site = new Site(place, [], undefined);
  const { type, settings: own } = readModel(fitted, site);
  checkModel(type, site.at("model"));
  if (!isRecord(given)) {
    const message = `takes { recordings: […] }; received ${describe(given)}. Give options.`;
    throw new ConfigError(place.issue(message));
  }
  refuseUnknown(given, Object.keys(fitOptions), site);
  const part = <K extends keyof typeof fitOptions, C>(context: C, ...keys: readonly K[]) =>
    readSound(only(fitOptions, keys), only(given as Readonly<Record<string, unknown>>, keys), site.with(context));
  const { dt = own.dt ?? 0.5, dtype = own.dtype ?? "f32" } = part(undefined, "dt", "dtype");
  const { recordings = [] } = part({ dt }, "recordings");
  const shortest = recordings.reduce((least, { duration }) => Math.min(least, duration), Number.POSITIVE_INFINITY);
  const names = recordings.map(({ name }) => name);
  const { latency = 0 } = part({ dt, shortest }, "latency");
  const { validate: trainings = [names] } = part({ names }, "validate");
  const others = part(undefined, "objective", "across", "method", "seed", "budget", "backend", "threads", "signal");
  part(undefined, "progress", "checkpoint");
  const { budget } = others;
  const objective = objectiveFor(type, given.objective === undefined ? undefined : (others.objective ?? {}), site);
  if (objective.likelihood && typeof latency === "object") {
    site
      .at("latency")
      .refuse(
        "must be fixed with objective.likelihood, because all candidates share the recorded spikes. Give a number.",
      );
  }
  if (latency !== 0 && objective.voltage) {
    site
      .at("latency")
      .refuse(
        "cannot be combined with objective.voltage, which compares potentials without a latency. Remove one of them.",
      );
  }
  checkTargets(recordings, trainings[0]!, objective, site);
  if (objective.coincidence) checkWindow(recordings, objective.coincidence.window, site);
  if (objective.coincidence?.relative) checkReliability(recordings, objective.coincidence.window, site);
  refuseWithoutSamples(objective, recordings, dt, site.at("objective"));
  if (budget && budget.candidates < 2 * budget.generation) {
    site
      .at("budget", "candidates")
      .refuse(
        `must be at least ${2 * budget.generation}, two generations; received ${budget.candidates}. Give more, or a smaller generation.`,
      );
  }
  const fixed = { ...own.fixed, ...readFixed(type.model, given.fixed, site.at("fixed")) };
  const start = readStart(type.model, given.start, site.at("start"));
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  const { method, seed, backend, threads, signal } = others;
  const { seconds = Number.POSITIVE_INFINITY } = budget!;
  return {
    type,
    model: type.model,
    given,
    fixed,
    start,
    recordings,
    trainings,
    objective,
    across: others.across!,
    latency: latency === 0 ? undefined : latency,
    method: method!,
    seed: seed!,
    ...sizesOf(budget!, given.resume?.searches?.[0]?.history?.[0]?.evaluated),
    seconds,
    settings: { dt, dtype, backend: backend!, threads: threads! },
    signal,
  };
};

/**
 * The numbers of candidates of a generation, of the first one, and of a search. A resumed search keeps its first
 * generation, which another budget could change.
 */
const sizesOf = (
  { candidates: limit, generation: size }: Pick<Read<typeof budgetOptions>, "candidates" | "generation">,
  firstSize = Math.min(FIRST * size, Math.floor(limit / 2)),
): Pick<Request, "size" | "firstSize" | "candidates"> => {
  // Only whole generations are evaluated, and never more candidates than the limit.
  const others = Math.max(0, Math.floor((limit - firstSize) / size));
  return { size, firstSize, candidates: firstSize + others * size };
};

/** The objective that suits the soma: the likelihood if it spikes at random, otherwise the others. */
const objectiveFor = ({ model }: ComponentType, given: ReadObjective | undefined, site: Site): ReadObjective => {
  const random = isRandom(model);
  if (given === undefined) return random ? { likelihood: {} } : defaultObjective;
  const { likelihood, ...others } = given;
  const own = site.at("objective");
  const names = Object.keys(others);
  if (random && names.length > 0) {
    own
      .at(names[0]!)
      .refuse(
        `compares one run of the soma, but ${model.name} spikes at random, so that each run differs. Use likelihood alone, or omit objective.`,
      );
  } else if (!random && likelihood) {
    own
      .at("likelihood")
      .refuse(`needs a soma that spikes at random, and ${model.name} does not. Use coincidence, or omit objective.`);
  }
  return given;
};

/** A fit injects a current, and a likelihood needs the probability of spikes. */
const checkModel = (type: ComponentType, site: Site): void => {
  const { model } = type;
  const currents = Object.entries(model.inputs).filter(([, { payload }]) => payload === "CurrentArray");
  if (!currents.some(([name]) => name === "current")) {
    const names = currents.map(([name]) => name).join(", ") || "none";
    site.refuse(
      `must have an input "current", into which the fit injects the recorded current; the currents of ${model.name} are ${names}. Rename one.`,
    );
  }
  if (!isRandom(model)) return;
  try {
    withGivenSpikes(type);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    site.refuse(`cannot be fitted: ${error.message}`);
  }
};

interface OwnSettings {
  readonly fixed: Readonly<Record<string, number>>;
  readonly dt?: number | undefined;
  readonly dtype?: Precision | undefined;
}

/** The type of the soma, and its own settings. */
const readModel = (fitted: Fitted, site: Site): { readonly type: ComponentType; readonly settings: OwnSettings } => {
  const given: unknown = fitted;
  const isSoma = (model: unknown): boolean => isRecord(model) && model["kind"] === "soma";
  if (typeof given === "function" && "model" in given && isSoma(given.model)) {
    return { type: given as unknown as ComponentType, settings: { fixed: {} } };
  }
  if (!isRecord(given) || !isSoma(given["model"]) || !("config" in given)) {
    const message = `takes a soma such as ${Object.keys(somas)[0]}, or one with values; received ${describe(given)}. Give one.`;
    throw new ConfigError(site.place.issue(message));
  }
  const { model, config } = given as unknown as Component;
  const fixed: Record<string, number> = {};
  for (const [name, value] of Object.entries(config.settings)) {
    if (typeof value === "number") fixed[name] = value;
    else {
      const message = `must be one number, because each unit of a fit is another candidate; received ${describe(value)}. Give a number, or make the parameter free.`;
      throw new ConfigError({ path: `${model.name}.${name}`, message });
    }
  }
  return { type: componentType(model) as ComponentType, settings: { fixed, dt: config.dt, dtype: config.dtype } };
};

/** Reads the fixed values of parameters. */
export const readFixed = (model: Model, given: unknown, site: Site): Record<string, number> => {
  if (given === undefined) return {};
  if (isRecord(given)) return readSound(fixedOptions(model), given, site) as Record<string, number>;
  site.refuse(`takes an object such as { resistance: 0.1 }; received ${describe(given)}. Name parameters.`);
  return {};
};

/** Reads a preset, or values of some parameters. */
const readStart = (model: Model, given: unknown, site: Site): Readonly<Record<string, number>> => {
  if (given === undefined) return {};
  const { presets = {}, name } = model;
  const names = Object.keys(presets);
  if (typeof given === "string") {
    if (Object.hasOwn(presets, given)) return presets[given]!.parameters;
    const hint = names.length > 0 ? suggestName(given, names) : `${name} has no presets. Give values by parameter.`;
    site.refuse(`must be a preset of ${name}; received ${describe(given)}. ${hint}`);
    return {};
  }
  if (isRecord(given) && Object.keys(given).length > 0) {
    return readSound(fixedOptions(model), given, site) as Record<string, number>;
  }
  site.refuse(`takes the name of a preset, or values by parameter; received ${describe(given)}. Name parameters.`);
  return {};
};

/**
 * Largest fraction of the time that the windows of recorded spikes may cover. Γ requires less than 1, and is
 * uninformative above this value.
 */
export const CROWDED = 0.5;

/** Fraction of the time of a recording within Δ of a spike, from the mean rate of its repetitions. */
export const coveredShare = ({ repetitions, duration }: ReadRecording, window: number): number =>
  (2 * window * repetitions.reduce((sum, train) => sum + train.length, 0)) / repetitions.length / duration;

/** Γ is undefined for a neuron that spikes too fast for its window. */
const checkWindow = (recordings: readonly ReadRecording[], window: number, site: Site): void => {
  for (const recording of recordings) {
    const covered = coveredShare(recording, window);
    if (covered < 1) continue;
    const fitting = Number(((CROWDED * window) / covered).toPrecision(2));
    const [doubt] = timeDoubts(recording);
    const remedy = doubt === undefined ? `Give at most ${fitting} ms.` : `Check the unit first: ${doubt}`;
    site
      .at("objective", "coincidence", "window")
      .refuse(
        `must be shorter than half the mean interval between the spikes of "${recording.name}", or Γ is undefined; received ${window} ms. ${remedy}`,
      );
    return;
  }
};

/** Γ relative to the reliability needs a neuron that predicts itself better than chance. */
const checkReliability = (recordings: readonly ReadRecording[], window: number, site: Site): void => {
  for (const recording of recordings) {
    const reliability = reliabilityOf(recording, window);
    if (reliability !== undefined && reliability > 0) continue;
    const received =
      reliability === undefined ? "one repetition" : `repetitions with a mean Γ of ${reliability.toPrecision(2)}`;
    site
      .at("objective", "coincidence", "relative")
      .refuse(
        `needs repetitions that are more similar than by chance; received ${received} of "${recording.name}". Omit relative, or remove the recording.`,
      );
  }
};

/** Every recording that is fitted must have data that the objective compares. */
const checkTargets = (
  recordings: readonly ReadRecording[],
  training: readonly string[],
  { coincidence, vanRossum, likelihood, voltage }: ReadObjective,
  site: Site,
): void => {
  const spikes = coincidence !== undefined || vanRossum !== undefined || likelihood !== undefined;
  const fitted = recordings.filter(({ name }) => training.includes(name));
  recordings.forEach((recording, k) => {
    if (spikes || !voltage || recording.voltage) return;
    site
      .at("recordings", k, "voltage")
      .refuse(
        `is missing, and objective.voltage compares nothing else. Give the voltage of "${recording.name}", or add coincidence to the objective.`,
      );
  });
  if (voltage && spikes && fitted.length > 0 && fitted.every((recording) => !recording.voltage)) {
    site
      .at("objective", "voltage")
      .refuse("needs a recording with a voltage; received none. Give one, or remove voltage from the objective.");
  }
  recordings.forEach((recording, k) => {
    const values = voltage && recording.voltage?.values;
    if (!values?.every((value) => value === values[0])) return;
    site
      .at("recordings", k, "voltage", "series")
      .refuse(
        `must vary to be compared by objective.voltage; received ${values[0]} mV in all ${values.length} samples. Check the column, or remove voltage from the objective.`,
      );
  });
  const isSilent = ({ repetitions }: ReadRecording): boolean => repetitions.every((train) => train.length === 0);
  if (!spikes || fitted.length === 0 || !fitted.every(isSilent)) return;
  const names = fitted.map(({ name }) => `"${name}"`).join(", ");
  const doubts = fitted.flatMap(voltageDoubts);
  const alone = site.place.say({ code: "{ voltage: {} }", document: '{ "voltage": {} }' });
  const found = fitted.some(({ voltage: recorded }) => recorded !== undefined)
    ? `, or fit ${alone} alone. A voltage shows spikes if it rises by ${LEAST_HEIGHT} mV above its median.`
    : ".";
  const remedy = doubts.length > 0 ? `Check the unit first: ${doubts.join(" ")}` : `Give spike times${found}`;
  site.at("recordings").refuse(`must contain spikes for the fit; received none in ${names}. ${remedy}`);
};
