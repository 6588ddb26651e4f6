import {
  type Component,
  type ComponentType,
  ConfigError,
  type Issue,
  type Model,
  type Precision,
  somas,
  suggestName,
} from "spark-snn";
import type { RunSettings } from "./evaluate.ts";
import { type ReadObjective, readObjective } from "./objective.ts";
import type { FitOptions, Fitted } from "./options.ts";
import { LEAST_HEIGHT } from "./recording/detect.ts";
import { timeDoubts, voltageDoubts } from "./recording/doubts.ts";
import { readRecordings } from "./recording/read.ts";
import type { ReadRecording } from "./recording/recording.ts";
import { type Method, methods } from "./search/search.ts";
import { isObject, readNumber, refuseUnknown, shown } from "./shown.ts";
import { readLatency } from "./space/latency.ts";
import type { Bounds } from "./space/space.ts";

/** The checked arguments of `fit`. */
export interface Request {
  readonly type: ComponentType;
  readonly model: Model;
  readonly given: FitOptions;
  /** Values that the caller fixed. */
  readonly fixed: Readonly<Record<string, number>>;
  readonly recordings: readonly ReadRecording[];
  /** Names of the training recordings of each search: the main search first, then one for each fold. */
  readonly trainings: readonly (readonly string[])[];
  readonly objective: ReadObjective;
  /** ms; undefined for none. */
  readonly latency: number | Bounds | undefined;
  readonly method: Method;
  readonly seed: number;
  readonly size: number;
  readonly firstSize: number;
  readonly candidates: number;
  readonly seconds: number;
  readonly settings: RunSettings;
}

const WHERE = "fit";
const keys = [
  "recordings",
  "free",
  "fixed",
  "latency",
  "objective",
  "validate",
  "method",
  "seed",
  "budget",
  "dt",
  "dtype",
  "backend",
  "threads",
  "signal",
  "progress",
  "checkpoint",
  "resume",
];
const DEFAULT_GENERATION = 256;
/** The first generation of the default size, and 227 more. */
const DEFAULT_CANDIDATES = 60_160;
/** Factor by which the first generation is larger, to cover the ranges evenly. */
const FIRST = 8;

/** Reads the options of a fit except `free`, which depends on the recordings. @throws ConfigError */
export const readRequest = (fitted: Fitted, given: FitOptions): Request => {
  const issues: Issue[] = [];
  const { type, settings: own } = readModel(fitted);
  const options = isObject(given) ? given : ({} as FitOptions);
  if (!isObject(given)) {
    issues.push({ path: WHERE, message: `takes { recordings: […] }; received ${shown(given)}. Give options.` });
  }
  refuseUnknown(WHERE, options, keys, issues);
  const positive = (value: number): boolean => value > 0;
  const dtRule = { words: "greater than 0 ms", unit: "ms", holds: positive, remedy: "Give the time step." };
  const dt = readNumber(`${WHERE}.dt`, options.dt, dtRule, issues) ?? own.dt ?? 0.5;
  const recordings = readRecordings(`${WHERE}.recordings`, options.recordings, dt, issues);
  const objective = readObjective(`${WHERE}.objective`, options.objective, issues);
  const latency = readLatency(`${WHERE}.latency`, options.latency, dt, recordings, issues);
  if (latency !== undefined && objective.voltage) {
    const message =
      "cannot be combined with objective.voltage, which compares potentials without a latency. Remove one of them.";
    issues.push({ path: `${WHERE}.latency`, message });
  }
  const trainings = readValidation(options.validate, recordings, issues);
  checkTargets(recordings, trainings[0]!, objective, issues);
  if (objective.coincidence) checkWindow(recordings, objective.coincidence.window, issues);
  const method = options.method ?? "cmaes";
  if (!Object.hasOwn(methods, method)) {
    const message = `must be one of ${Object.keys(methods).join(", ")}; received ${shown(method)}. Omit it for cmaes.`;
    issues.push({ path: `${WHERE}.method`, message });
  }
  const dtype = options.dtype ?? own.dtype ?? "f32";
  if (dtype !== "f32" && dtype !== "f64") {
    issues.push({
      path: `${WHERE}.dtype`,
      message: `must be "f32" or "f64"; received ${shown(dtype)}. Omit it for f32.`,
    });
  }
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
  const seedRule = {
    words: "a whole number from 0 to 4294967295",
    holds: whole,
    remedy: "Give a whole number in this range.",
  };
  const seed = readNumber(`${WHERE}.seed`, options.seed, seedRule, issues) ?? 1;
  const budget = readBudget(options.budget, issues);
  const fixed = { ...own.fixed, ...readFixed(type.model, options.fixed, `${WHERE}.fixed`, issues) };
  if (issues.length > 0) throw new ConfigError(issues);
  return {
    type,
    model: type.model,
    given: options,
    fixed,
    recordings,
    trainings,
    objective,
    latency,
    method,
    seed,
    ...budget,
    settings: {
      dt,
      dtype,
      backend: options.backend ?? "fastest",
      threads: options.threads ?? 1,
    },
  };
};

interface OwnSettings {
  readonly fixed: Readonly<Record<string, number>>;
  readonly dt?: number | undefined;
  readonly dtype?: Precision | undefined;
}

/** The type of the soma, and its own settings. */
const readModel = (fitted: Fitted): { readonly type: ComponentType; readonly settings: OwnSettings } => {
  const given: unknown = fitted;
  if (typeof given === "function" && "model" in given) return { type: given as ComponentType, settings: { fixed: {} } };
  if (!isObject(given) || !("model" in given) || !("config" in given)) {
    const message = `takes a soma such as ${Object.keys(somas)[0]}, or one with values; received ${shown(given)}. Give one.`;
    throw new ConfigError({ path: WHERE, message });
  }
  const { model, config } = given as unknown as Component;
  const fixed: Record<string, number> = {};
  for (const [name, value] of Object.entries(config.settings)) {
    if (typeof value === "number") fixed[name] = value;
    else {
      const message = `must be one number, because each unit of a fit is another candidate; received ${shown(value)}. Give a number, or make the parameter free.`;
      throw new ConfigError({ path: `${model.name}.${name}`, message });
    }
  }
  return { type: typeOf(model), settings: { fixed, dt: config.dt, dtype: config.dtype } };
};

/** A soma knows its model but not its type. */
const typeOf = (model: Model): ComponentType => {
  const known = (Object.values(somas) as readonly ComponentType[]).find((type) => type.model === model);
  if (known) return known;
  const message = "is a custom soma with values. Give its type, and the values under fixed.";
  throw new ConfigError({ path: WHERE, message });
};

/** Reads fixed values of parameters, which stand at `path`. */
export const readFixed = (model: Model, given: unknown, path: string, issues: Issue[]): Record<string, number> => {
  if (given === undefined) return {};
  if (!isObject(given)) {
    issues.push({
      path,
      message: `takes an object such as { resistance: 0.1 }; received ${shown(given)}. Name parameters.`,
    });
    return {};
  }
  const read: Record<string, number> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = model.fields[name];
    if (!field || !Object.hasOwn(model.fields, name)) {
      const message = `is not a parameter of ${model.name}. ${suggestName(name, Object.keys(model.fields))}`;
      issues.push({ path: `${path}.${name}`, message });
      continue;
    }
    const unit = field.unit === "1" ? "" : field.unit;
    const broken = typeof value === "number" ? field.checks.find((check) => !check.holds(value)) : field.checks[0];
    if (!broken) read[name] = value as number;
    else {
      const rule = broken.requirement.replace(" unit", unit === "" ? "" : ` ${unit}`);
      issues.push({ path: `${path}.${name}`, message: `${rule}; received ${shown(value, unit)}. Give a number.` });
    }
  }
  return read;
};

const readBudget = (
  given: unknown,
  issues: Issue[],
): Pick<Request, "size" | "firstSize" | "candidates" | "seconds"> => {
  const path = `${WHERE}.budget`;
  const known = ["candidates", "generation", "seconds"];
  const budget = isObject(given) ? given : {};
  if (given !== undefined && !isObject(given)) {
    issues.push({
      path,
      message: `takes { candidates, seconds }; received ${shown(given)}. Write { candidates: ${DEFAULT_CANDIDATES} }.`,
    });
  }
  refuseUnknown(path, budget, known, issues);
  const count = (least: number, value: number) => ({
    words: `a whole number of at least ${least}`,
    holds: (n: number) => Number.isInteger(n) && n >= least,
    remedy: `Omit it for ${value}.`,
  });
  const size =
    readNumber(`${path}.generation`, budget["generation"], count(8, DEFAULT_GENERATION), issues) ?? DEFAULT_GENERATION;
  const rule = count(2 * size, DEFAULT_CANDIDATES);
  const limit = readNumber(`${path}.candidates`, budget["candidates"], rule, issues) ?? DEFAULT_CANDIDATES;
  const seconds =
    readNumber(
      `${path}.seconds`,
      budget["seconds"],
      { words: "greater than 0 s", unit: "s", holds: (n) => n > 0, remedy: "Omit it for no limit." },
      issues,
    ) ?? Number.POSITIVE_INFINITY;
  const firstSize = Math.min(FIRST * size, Math.floor(limit / 2));
  // Only whole generations are evaluated, and never more candidates than the limit.
  const candidates = firstSize + Math.floor((limit - firstSize) / size) * size;
  return { size, firstSize, candidates, seconds };
};

/** Names of the training recordings of each search. */
const readValidation = (given: unknown, recordings: readonly ReadRecording[], issues: Issue[]): string[][] => {
  const path = `${WHERE}.validate`;
  const names = recordings.map(({ name }) => name);
  if (given === undefined) return [names];
  if (Array.isArray(given)) {
    given.forEach((name: unknown, k) => {
      if (typeof name === "string" && names.includes(name)) return;
      const hint = typeof name === "string" ? suggestName(name, names) : "Give its name.";
      issues.push({
        path: `${path}[${k}]`,
        message: `must be the name of a recording; received ${shown(name)}. ${hint}`,
      });
    });
    const training = names.filter((name) => !given.includes(name));
    if (training.length === 0 && names.length > 0) {
      issues.push({ path, message: "must leave a recording for the fit; received all of them. Remove one." });
    }
    return [training];
  }
  const folds = isObject(given) ? given["folds"] : undefined;
  if (!Number.isInteger(folds) || (folds as number) < 2 || (folds as number) > Math.max(2, names.length)) {
    const message = `takes names of recordings, or { folds } from 2 to the number of recordings, ${names.length}; received ${shown(folds ?? given)}. Omit it to fit all.`;
    issues.push({ path, message });
    return [names];
  }
  const count = folds as number;
  const parts = Array.from({ length: count }, (_, fold) => names.filter((_name, k) => k % count !== fold));
  return [names, ...parts];
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
const checkWindow = (recordings: readonly ReadRecording[], window: number, issues: Issue[]): void => {
  for (const recording of recordings) {
    const covered = coveredShare(recording, window);
    if (covered < 1) continue;
    const fitting = Number(((CROWDED * window) / covered).toPrecision(2));
    const [doubt] = timeDoubts(recording);
    const remedy = doubt === undefined ? `Give at most ${fitting} ms.` : `Check the unit first: ${doubt}`;
    const message = `must be shorter than half the mean interval between the spikes of "${recording.name}", or Γ is undefined; received ${window} ms. ${remedy}`;
    issues.push({ path: `${WHERE}.objective.coincidence.window`, message });
    return;
  }
};

/** Every recording that is fitted must have data that the objective compares. */
const checkTargets = (
  recordings: readonly ReadRecording[],
  training: readonly string[],
  { coincidence, vanRossum, voltage }: ReadObjective,
  issues: Issue[],
): void => {
  const spikes = coincidence !== undefined || vanRossum !== undefined;
  const fitted = recordings.filter(({ name }) => training.includes(name));
  recordings.forEach((recording, k) => {
    if (spikes || !voltage || recording.voltage) return;
    const message = `is missing, and objective.voltage compares nothing else. Give the voltage of "${recording.name}", or add coincidence to the objective.`;
    issues.push({ path: `${WHERE}.recordings[${k}].voltage`, message });
  });
  if (voltage && spikes && fitted.length > 0 && fitted.every((recording) => !recording.voltage)) {
    const message = "needs a recording with a voltage; received none. Give one, or remove voltage from the objective.";
    issues.push({ path: `${WHERE}.objective.voltage`, message });
  }
  recordings.forEach((recording, k) => {
    const values = voltage && recording.voltage?.values;
    if (!values?.every((value) => value === values[0])) return;
    const message = `must vary to be compared by objective.voltage; received ${values[0]} mV in all ${values.length} samples. Check the column, or remove voltage from the objective.`;
    issues.push({ path: `${WHERE}.recordings[${k}].voltage.series`, message });
  });
  const silent =
    fitted.length > 0 && fitted.every(({ repetitions }) => repetitions.every((train) => train.length === 0));
  if (!spikes || !silent) return;
  const names = fitted.map(({ name }) => `"${name}"`).join(", ");
  const doubts = fitted.flatMap(voltageDoubts);
  const found = fitted.some(({ voltage: recorded }) => recorded !== undefined)
    ? ` A voltage shows spikes if it rises by ${LEAST_HEIGHT} mV above its median.`
    : "";
  const remedy =
    doubts.length > 0
      ? `Check the unit first: ${doubts.join(" ")}`
      : `Give spike times${found === "" ? "." : `, or fit { voltage: {} } alone.${found}`}`;
  const message = `must contain spikes for the fit; received none in ${names}. ${remedy}`;
  issues.push({ path: `${WHERE}.recordings`, message });
};
