import { type BackendChoice, type BackendName, backendNames, DEFAULT_BACKEND, findBackend } from "../backend/named.ts";
import { type Precision, positiveTime, timingIssues } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { timeOfStep, wholeStepsIn } from "../config/time.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { DEFAULT_DT, DEFAULT_SEED } from "../model/build.ts";
import type { Component, Model } from "../model/component.ts";
import type { Backend, Feature } from "../program/machine.ts";
import type { Exactly } from "../record/exact.ts";
import type { InitialOf, InputsOf, RecordOf, Runnable, SinkOf } from "./model.ts";

/** How far a run is. */
export interface Progress {
  /** Steps done of this run. */
  readonly step: number;
  /** Steps of this run. */
  readonly steps: number;
  /** From 0 to 1. */
  readonly fraction: number;
  /** Seconds since the run began. */
  readonly elapsed: number;
  /** Seconds that are left at the present speed. */
  readonly remaining: number;
}

/** What a simulation of a model is compiled with. */
export interface CompileOptions<M = Runnable> {
  /** Length of a step, ms. Default: the model's own, else 1. */
  readonly dt?: number;
  /** Default: the model's own, else f32. */
  readonly dtype?: Precision;
  /** Seed of initializers, noises and synapses, 0 to 4294967295. Default: the component's own, else 1. */
  readonly seed?: number;
  /** Values of states at the start and after `reset()`; states that you omit start as the component says. */
  readonly initial?: InitialOf<M>;
  /**
   * Default "wasm", which runs everywhere. "native": machine code by the system's C compiler, in Node after importing
   * "spark-snn/node". "fastest": native where it can run, else wasm with a warning that says why. Or a backend, such as
   * `native({ threads: 4 })`. The bits are the same.
   */
  readonly backend?: BackendChoice;
  /**
   * Threads that share the units in runs; "all" for one a processor. Default 1. A page that is not cross-origin isolated
   * has one, and a warning says so. The bits are the same for any number.
   */
  readonly threads?: number | "all";
  /** Runs in a worker thread, so that the page or the event loop stays free. `step` is not available then. */
  readonly worker?: boolean;
}

/** One run of a model: how long, driven by what, keeping what. `R` is what is recorded. */
export interface RunOptions<M = Runnable, R = RecordOf<M>> {
  /** ms; a whole number of steps. */
  readonly duration: number;
  /** What is wired to the input ports; of a network, by population. */
  readonly inputs?: InputsOf<M>;
  /** What to keep; of a network, by population, and of read-outs under "readouts". */
  readonly record?: Exactly<R, RecordOf<M>>;
  /**
   * Bytes that the simulation, its synapses and its records may take together, checked before the run. Default 2 GiB; for
   * a network 4 GiB.
   */
  readonly memory?: number;
  /** Called now and then, ten times a second at most. */
  readonly progress?: (progress: Progress) => void;
  /** Stops the run soon after it is aborted; what was recorded is kept and marked as incomplete. */
  readonly signal?: AbortSignal;
  /** Takes the records in place of memory, chunk by chunk; of a network, those of a population or of all read-outs. */
  readonly sink?: SinkOf<M>;
}

/** The same before it is checked. */
export interface GivenRun {
  readonly duration?: unknown;
  readonly inputs?: unknown;
  readonly record?: unknown;
  readonly memory?: unknown;
  readonly progress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sink?: unknown;
}

/** Options of a run that a document leaves to whoever runs it. */
export type RunChoices = Pick<CompileOptions, "backend" | "threads" | "worker"> &
  Pick<GivenRun, "memory" | "progress" | "signal" | "sink">;

/** Options of `compile` before they are checked. */
export type GivenSettings = Omit<CompileOptions, "initial"> & { readonly initial?: unknown };

export type SimulateOptions<M = Runnable, R = RecordOf<M>> = CompileOptions<M> & RunOptions<M, R>;

export const compileKeys = ["dt", "dtype", "seed", "initial", "backend", "threads", "worker"] as const;
export const runKeys = ["duration", "inputs", "record", "memory", "progress", "signal", "sink"] as const;

/** dt, dtype and seed from the options or the component, and what runs it. */
export interface Settings {
  readonly dt: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly backend: BackendChoice;
  readonly threads: number | "all";
  readonly worker: boolean;
  /** Most steps of a chunk, for tests: results never depend on it. */
  readonly rows?: number;
}

/** @throws ConfigError when the given thing is no component. */
export const checkComponent = (where: string, component: unknown): void => {
  if (typeof component === "object" && component !== null && "model" in component && "config" in component) return;
  if (typeof component === "function" && "model" in component) {
    const { name } = (component as unknown as { model: Model }).model;
    throw new ConfigError({
      path: where,
      message: `takes a component; received its type ${name}. Call it: ${name}({ … }).`,
    });
  }
  throw new ConfigError({
    path: where,
    message: `takes a component such as LeakySoma(); received ${describe(component)}. Make one first.`,
  });
};

/** Settings of what is called `name` and has some of its own. */
export const readSettings = (
  where: string,
  name: string,
  config: Pick<Component["config"], "dt" | "dtype" | "seed">,
  options: GivenSettings,
  issues: Issue[],
): Settings => {
  issues.push(...timingIssues({ ...options }, where));
  const machines = readMachines(where, options, issues);
  for (const key of ["dt", "dtype", "seed"] as const) {
    const mine = options[key];
    const theirs = config[key];
    if (mine !== undefined && theirs !== undefined && mine !== theirs) {
      issues.push({
        path: `${where}.${key}`,
        message: `is ${mine}, but ${name}.${key} is ${theirs}. Set it in one place.`,
      });
    }
  }
  // Where dt or seed is wrong, the rest is checked with a sound one.
  const sound = issues.length === 0;
  return {
    dt: (sound ? options.dt : undefined) ?? config.dt ?? DEFAULT_DT,
    precision: options.dtype ?? config.dtype ?? "f32",
    seed: (sound ? options.seed : undefined) ?? config.seed ?? DEFAULT_SEED,
    ...machines,
  };
};

/** What runs a simulation. */
export const readMachines = (
  where: string,
  { backend: given, threads, worker }: Pick<CompileOptions, "backend" | "threads" | "worker">,
  issues: Issue[],
): Pick<Settings, "backend" | "threads" | "worker"> => {
  const backend = readBackend(`${where}.backend`, given, issues);
  if (worker !== undefined && typeof worker !== "boolean") {
    issues.push({
      path: `${where}.worker`,
      message: `must be true or false; received ${describe(worker)}. Leave it out to run in this thread.`,
    });
  }
  if (worker === true) issues.push(...lackIssues(`${where}.worker`, "worker", true, backend));
  issues.push(...threadsIssues(`${where}.threads`, threads, backend));
  return { backend: backend ?? DEFAULT_BACKEND, threads: threads ?? 1, worker: worker ?? false };
};

/** A backend or its name; undefined where it is neither or left out. */
const readBackend = (path: string, given: unknown, issues: Issue[]): BackendChoice | undefined => {
  if (given === undefined) return undefined;
  if (backendNames.includes(given as BackendName)) return given as BackendName;
  if (isBackend(given)) return given;
  issues.push({
    path,
    message: `must be one of ${backendNames.join(", ")}; received ${describe(given)}. Leave it out for ${DEFAULT_BACKEND}.`,
  });
  return undefined;
};

const isBackend = (value: unknown): value is Backend =>
  typeof value === "object" && value !== null && "open" in value && "lacks" in value && "name" in value;

/** What is asked of a backend that lacks it. A name that is not there is refused when it is opened. */
const lackIssues = (path: string, feature: Feature, given: unknown, choice: BackendChoice | undefined): Issue[] => {
  const backend = typeof choice === "object" ? choice : findBackend(choice ?? DEFAULT_BACKEND);
  const reason = backend?.lacks[feature];
  if (reason === undefined) return [];
  const message = `is not available with the backend "${backend!.name}"; received ${describe(given)}. ${reason} Leave one of them out.`;
  return [{ path, message }];
};

const threadsIssues = (path: string, threads: unknown, backend: BackendChoice | undefined): Issue[] => {
  if (threads === undefined || threads === 1) return [];
  if (threads !== "all" && !(Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= 1024)) {
    const message = `must be a whole number from 1 to 1024 or "all"; received ${describe(threads)}. Give 1 for one thread.`;
    return [{ path, message }];
  }
  return lackIssues(path, "threads", threads, backend);
};

/** Steps are numbered with 32 bits in what is recorded. */
const MAX_STEPS = 0xffffffff;

/** A duration as a number of steps. */
export const stepsOf = (path: string, duration: unknown, dt: number, issues: Issue[]): number => {
  if (duration === undefined) {
    issues.push({ path, message: "is missing. Give the length of the run in ms." });
    return 0;
  }
  if (typeof duration !== "number" || !Number.isFinite(duration) || duration <= 0) {
    issues.push({
      path,
      message: `must be ${positiveTime(duration)}. Give the length of the run in ms.`,
    });
    return 0;
  }
  const steps = Math.round(duration / dt);
  if (steps > MAX_STEPS) {
    issues.push({
      path,
      message: `must be at most ${MAX_STEPS} steps; received ${duration} ms, ${steps} steps of ${dt} ms. Shorten the run, or use a longer dt.`,
    });
    return 0;
  }
  if (steps < 1 || wholeStepsIn(duration, dt) !== steps || Math.abs(duration / dt - steps) > 1e-9 * steps) {
    issues.push({
      path,
      message: `must be a whole number of steps of ${dt} ms; received ${duration} ms. The nearest is ${timeOfStep(Math.max(1, steps), dt)} ms.`,
    });
  }
  return steps;
};

export const readMemory = (where: string, memory: unknown, otherwise: number, issues: Issue[]): number => {
  if (memory === undefined) return otherwise;
  if (typeof memory === "number" && memory > 0) return memory;
  issues.push({
    path: `${where}.memory`,
    message: `must be a number of bytes greater than 0; received ${describe(memory)}. Leave it out for ${otherwise / 2 ** 30} GiB.`,
  });
  return otherwise;
};

/** Not instanceof: a signal may come from another window or library. */
const isSignal = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;

const sinkMethods = ["open", "spikes", "rows", "close"] as const;

/** Checks what a run calls back. */
export const readCallbacks = <T extends Pick<GivenRun, "progress" | "signal">>(
  where: string,
  callbacks: T,
  issues: Issue[],
): T => {
  const { progress, signal } = callbacks;
  const refuse = (key: string, wanted: string, value: unknown, remedy: string): void =>
    void issues.push({ path: `${where}.${key}`, message: `must be ${wanted}; received ${describe(value)}. ${remedy}` });
  if (progress !== undefined && typeof progress !== "function") {
    refuse("progress", "a function", progress, "It is called with the progress of the run.");
  }
  if (signal !== undefined && !isSignal(signal)) {
    refuse("signal", "an AbortSignal", signal, "Give the signal of an AbortController.");
  }
  return callbacks;
};

/** Refuses a sink that lacks a method. */
export const checkSink = (path: string, sink: unknown, issues: Issue[]): void => {
  const missing = sinkMethods.find(
    (name) => typeof (sink as Readonly<Record<string, unknown>> | null)?.[name] !== "function",
  );
  if (!missing) return;
  const wanted = `an object with the methods ${sinkMethods.join(", ")}`;
  issues.push({ path, message: `must be ${wanted}; received ${describe(sink)}. It lacks ${missing}.` });
};
