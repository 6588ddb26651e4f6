import { type BackendChoice, type BackendName, backendNames, DEFAULT_BACKEND, findBackend } from "../backend/named.ts";
import { checkTiming, type Precision } from "../config/parse.ts";
import type { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import { DEFAULT_DT, DEFAULT_SEED } from "../model/build.ts";
import type { Component, Model } from "../model/component.ts";
import { checkThreads } from "../program/backend-options.ts";
import type { Backend } from "../program/machine.ts";
import type { Exactly } from "../record/exact.ts";
import type { ChangeOptions, InitialOf, InputsOf, RecordOf, Runnable, SinkOf } from "./model.ts";
import { wholeSteps } from "./whole-steps.ts";

/** Progress of a run. */
export interface Progress {
  /** Steps done in this run. */
  readonly step: number;
  /** Total steps of this run. */
  readonly steps: number;
  /** Fraction done, from 0 to 1. */
  readonly fraction: number;
  /** Wall-clock time since the start of the run, in seconds. */
  readonly elapsed: number;
  /** Estimated time to the end of the run, in seconds. */
  readonly remaining: number;
}

/** Options of `compile`. */
export interface CompileOptions<M = Runnable> {
  /** Time step, ms. Default: that of the model, otherwise 1. */
  readonly dt?: number;
  /** Precision. Default: that of the model, otherwise f32. */
  readonly dtype?: Precision;
  /** Seed of initializers, noise and synapses, 0 to 4294967295. Default: that of the component, otherwise 1. */
  readonly seed?: number;
  /** Initial values of state variables, also used by `reset()`. Default: those of the component. */
  readonly initial?: InitialOf<M>;
  /**
   * Default "wasm", which runs everywhere. "native" compiles machine code with the C compiler of the system. It requires
   * Node and an import of "spark-snn/node". "fastest" selects native if available, otherwise wasm with a warning that
   * gives the reason. You can also pass a backend, such as `native({ threads: 4 })`. All backends give the same bits.
   */
  readonly backend?: BackendChoice;
  /**
   * Number of threads that share the units in runs; "all" for one per processor. Default 1. A page that is not
   * cross-origin isolated has only one thread; a warning says so. The bits do not depend on the number.
   */
  readonly threads?: number | "all";
  /** Runs in a worker thread, which keeps the page or event loop responsive. `step` is then not available. */
  readonly worker?: boolean;
}

/** Options of one run: duration, inputs and records. `R` is the type of `record`. */
export interface RunOptions<M = Runnable, R = RecordOf<M>> {
  /** Duration, ms; a whole number of steps. */
  readonly duration: number;
  /** Inputs by port; for a network, by population and port. */
  readonly inputs?: InputsOf<M>;
  /** What to record; for a network, by population, with read-outs under "readouts". */
  readonly record?: Exactly<R, RecordOf<M>>;
  /**
   * Changes of parameters at chosen times, in any order. They are checked before the run, and a change acts from the step
   * that begins at its time.
   */
  readonly changes?: readonly ChangeOptions<M>[];
  /**
   * Memory budget in bytes for the simulation, its synapses and its records, checked before the run. Default: 2 GiB;
   * 4 GiB for a network.
   */
  readonly memory?: number;
  /**
   * Whether a state variable that becomes NaN or infinite ends the run with a NonFiniteError. Default "error"; "ignore"
   * accepts such values.
   */
  readonly nonFinite?: "error" | "ignore";
  /** Called during the run, at most ten times per second. */
  readonly progress?: (progress: Progress) => void;
  /** Aborting it stops the run soon. The run keeps its records and is marked as incomplete. */
  readonly signal?: AbortSignal;
  /** Receives the records in chunks, instead of memory; for a network, per population, or for all read-outs. */
  readonly sink?: SinkOf<M>;
}

/** Options of a run before validation. */
export interface GivenRun {
  readonly duration?: unknown;
  /** Whether the run has no set end, as in a session; it then has no duration. */
  readonly endless?: boolean;
  readonly inputs?: unknown;
  readonly record?: unknown;
  readonly changes?: unknown;
  readonly memory?: unknown;
  readonly nonFinite?: unknown;
  readonly progress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sink?: unknown;
}

type Choice = "memory" | "nonFinite" | "progress" | "signal" | "sink";

/** Run options that a document leaves to its caller. */
export interface RunChoices<M = Runnable>
  extends Pick<CompileOptions<M>, "backend" | "threads" | "worker">,
    Pick<RunOptions<M>, Choice> {}

/** The same before validation. */
export type GivenChoices = Pick<CompileOptions, "backend" | "threads" | "worker"> & Pick<GivenRun, Choice>;

/** Options of `compile` before validation. */
export type GivenSettings = Omit<CompileOptions, "initial"> & { readonly initial?: unknown };

export type SimulateOptions<M = Runnable, R = RecordOf<M>> = CompileOptions<M> & RunOptions<M, R>;

export const compileKeys = ["dt", "dtype", "seed", "initial", "backend", "threads", "worker"] as const;
export const runKeys = [
  "duration",
  "inputs",
  "record",
  "changes",
  "memory",
  "nonFinite",
  "progress",
  "signal",
  "sink",
] as const;

/** dt, dtype and seed from the options or the component, and the backend settings. */
export interface Settings {
  readonly dt: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly backend: BackendChoice;
  readonly threads: number | "all";
  readonly worker: boolean;
  /** Whether dt is the default. */
  readonly assumesDt?: boolean;
  /** Largest number of steps per chunk, for tests. Results never depend on it. */
  readonly rows?: number;
}

/** @throws ConfigError if the value is not a component. */
export const checkComponent = (where: Place, component: unknown): void => {
  if (typeof component === "object" && component !== null && "model" in component && "config" in component) return;
  if (typeof component === "function" && "model" in component) {
    const { name } = (component as unknown as { model: Model }).model;
    throw new ConfigError(where.issue(`takes a component; received its type ${name}. Call it: ${name}({ … }).`));
  }
  const received = `takes a component such as LeakySoma(); received ${describe(component)}`;
  throw new ConfigError(where.issue(`${received}. Create a component first.`));
};

/** Reads settings for the model `name`, which may set some of them itself. */
export const readSettings = (
  name: string,
  config: Pick<Component["config"], "dt" | "dtype" | "seed">,
  options: GivenSettings,
  site: Site,
): Settings => {
  checkTiming({ ...options }, site);
  const machines = readMachines(options, site);
  for (const key of ["dt", "dtype", "seed"] as const) {
    const mine = options[key];
    const theirs = config[key];
    if (mine !== undefined && theirs !== undefined && mine !== theirs) {
      site.at(key).refuse(`is ${mine}, but ${name}.${key} is ${theirs}. Set it in one place.`);
    }
  }
  // If dt or seed is invalid, check the rest with a valid value.
  const sound = site.issues.length === 0;
  return {
    dt: (sound ? options.dt : undefined) ?? config.dt ?? DEFAULT_DT,
    assumesDt: (options.dt ?? config.dt) === undefined,
    precision: options.dtype ?? config.dtype ?? "f32",
    seed: (sound ? options.seed : undefined) ?? config.seed ?? DEFAULT_SEED,
    ...machines,
  };
};

/** Reads the options that select how a simulation is executed. */
export const readMachines = (
  { backend: given, threads, worker }: Pick<CompileOptions, "backend" | "threads" | "worker">,
  site: Site,
): Pick<Settings, "backend" | "threads" | "worker"> => {
  const backend = readBackend(given, site.at("backend"));
  if (worker !== undefined && typeof worker !== "boolean") {
    site
      .at("worker")
      .refuse(`must be true or false; received ${describe(worker)}. Leave it out to run in this thread.`);
  }
  if (worker === true) refuseLack("worker", true, backend, site);
  if (threads !== undefined && threads !== 1 && checkThreads(threads, site.at("threads"))) {
    refuseLack("threads", threads, backend, site);
  }
  return { backend: backend ?? DEFAULT_BACKEND, threads: threads ?? 1, worker: worker ?? false };
};

/** A backend or its name; undefined if the option is invalid or omitted. */
export const readBackend = (given: unknown, site: Site): BackendChoice | undefined => {
  if (given === undefined) return undefined;
  if (backendNames.includes(given as BackendName)) return given as BackendName;
  if (isBackend(given)) return given;
  const known = backendNames.join(", ");
  return site.refuse(`must be one of ${known}; received ${describe(given)}. Omit it for the default.`);
};

const isBackend = (value: unknown): value is Backend =>
  typeof value === "object" && value !== null && "open" in value && "lacks" in value && "name" in value;

/** Refuses a feature that the backend lacks. A backend that is only known by name checks it when it is opened. */
const refuseLack = (
  feature: "threads" | "worker",
  given: unknown,
  choice: BackendChoice | undefined,
  site: Site,
): void => {
  const backend = typeof choice === "object" ? choice : findBackend(choice ?? DEFAULT_BACKEND);
  const reason = backend?.lacks[feature];
  if (reason === undefined) return;
  const wanted = `is not available with the backend "${backend!.name}"`;
  site.at(feature).refuse(`${wanted}; received ${describe(given)}. ${reason} Remove one of them.`);
};

/** The steps of a valid duration. The messages are loaded only for an invalid one. */
export const readSteps = async (duration: unknown, dt: number, before: number, site: Site): Promise<number> =>
  wholeSteps(duration, dt, before) ?? (await import("./duration.ts")).stepsOf(duration, dt, site, before);

const readMemory = (memory: unknown, otherwise: number, site: Site): number => {
  if (memory === undefined) return otherwise;
  // Infinity means no limit. Sizes are computed from the number, so it must be finite.
  if (typeof memory === "number" && memory > 0) return Math.min(memory, Number.MAX_SAFE_INTEGER);
  const usual = `${otherwise / 2 ** 30} GiB`;
  site.refuse(`must be a number of bytes greater than 0; received ${describe(memory)}. Leave it out for ${usual}.`);
  return otherwise;
};

/** Does not use instanceof, because a signal may come from another window or library. */
const isSignal = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;

const sinkMethods = ["open", "spikes", "rows", "close"] as const;

/** Validated choices of a run that have the same form for all models. */
export interface SharedChoices {
  /** Bytes that the run may use. */
  readonly memory: number;
  /** Whether state variables may become NaN or infinite. */
  readonly acceptsNonFinite: boolean;
  readonly progress: ((progress: Progress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads the choices of a run, without its sinks. */
export const readChoices = (
  { memory, nonFinite = "error", progress, signal }: GivenChoices,
  defaultMemory: number,
  site: Site,
): SharedChoices => {
  const bytes = readMemory(memory, defaultMemory, site.at("memory"));
  const refuse = (key: string, wanted: string, value: unknown, remedy: string): void =>
    site.at(key).refuse(`must be ${wanted}; received ${describe(value)}. ${remedy}`);
  if (progress !== undefined && typeof progress !== "function") {
    refuse("progress", "a function", progress, "Give a function that receives the progress of the run.");
  }
  if (signal !== undefined && !isSignal(signal)) {
    refuse("signal", "an AbortSignal", signal, "Give the signal of an AbortController.");
  }
  const acceptsNonFinite = nonFinite === "ignore";
  if (!acceptsNonFinite && nonFinite !== "error") {
    refuse("nonFinite", '"error" or "ignore"', nonFinite, "Omit it for an error.");
  }
  return { memory: bytes, acceptsNonFinite, progress, signal };
};

/** Rejects a sink that lacks a method. */
export const checkSink = (sink: unknown, site: Site): void => {
  const missing = sinkMethods.find(
    (name) => typeof (sink as Readonly<Record<string, unknown>> | null)?.[name] !== "function",
  );
  if (!missing) return;
  const wanted = `an object with the methods ${sinkMethods.join(", ")}`;
  site.refuse(`must be ${wanted}; received ${describe(sink)}. It lacks ${missing}.`);
};
