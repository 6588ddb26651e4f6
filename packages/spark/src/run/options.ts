import { type Precision, positiveTime, timingIssues } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { timeOfStep, wholeStepsIn } from "../config/time.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { CurrentInput, SpikeInput } from "../inputs/forms.ts";
import { DEFAULT_DT, DEFAULT_SEED } from "../model/build.ts";
import type { Component, Model } from "../model/component.ts";
import type { OnlyRecords, RecordOptions } from "../record/options.ts";
import type { RecordSink } from "../record/sink.ts";
import type { InitialOptions } from "./initial.ts";

/** What runs a simulation. */
export type BackendName = "wasm" | "native" | "interpreter";
/** What may be asked for: a backend, or native code where it can run and WebAssembly elsewhere. */
export type BackendChoice = BackendName | "fastest";
export const backendNames: readonly BackendChoice[] = ["wasm", "native", "fastest", "interpreter"];

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

/** What a simulation is compiled with. */
export interface CompileOptions<S extends string = string> {
  /** Length of a step, ms. Default: the component's own, else 1. */
  readonly dt?: number;
  /** Default: the component's own, else f32. */
  readonly dtype?: Precision;
  /** Seed of initializers and noises, 0 to 4294967295. Default: the component's own, else 1. */
  readonly seed?: number;
  /** Values of states at the start and after `reset()`; those left out start as the component says. */
  readonly initial?: InitialOptions<S>;
  /**
   * Default wasm, which runs everywhere. native: machine code by the system's C compiler, in Node after importing
   * "spark-snn/node". fastest: native where it can run, else wasm with a warning that says why. The bits are the same.
   */
  readonly backend?: BackendChoice;
  /**
   * Threads that share the units in runs; "all" for one a processor. Default 1. A page that is not cross-origin isolated
   * has one, and a warning says so. The bits are the same for any number.
   */
  readonly threads?: number | "all";
  /** Runs in a worker thread, so that the page or the event loop stays free. `step` then is not to be had. */
  readonly worker?: boolean;
}

/** What is wired to the input ports of a soma. See the guide for all forms that an input takes. */
export interface InputOptions {
  /** pA */
  readonly current?: CurrentInput;
  readonly inSpikes?: SpikeInput;
}

/** One run: how long, driven by what, keeping what. `S` are the states of the component, `R` is what is recorded. */
export interface RunOptions<S extends string = string, R = RecordOptions<S>> {
  /** ms; a whole number of steps. */
  readonly duration: number;
  readonly inputs?: InputOptions;
  readonly record?: R & OnlyRecords<R, S>;
  /** Bytes that the simulation and its records may take together, checked before the run. Default 2 GiB. */
  readonly memory?: number;
  /** Called now and then, ten times a second at most. */
  readonly progress?: (progress: Progress) => void;
  /** Stops the run soon after it is aborted; what was recorded is kept and marked as incomplete. */
  readonly signal?: AbortSignal;
  /** Takes the records in place of memory, chunk by chunk. */
  readonly sink?: RecordSink;
}

/** The same before it is checked: `record` may be anything. */
export type GivenRun = Omit<RunOptions, "record"> & { readonly record?: unknown };

export type SimulateOptions<S extends string = string, R = RecordOptions<S>> = CompileOptions<S> & RunOptions<S, R>;

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

export const readSettings = (
  where: string,
  { model, config }: Component,
  options: Omit<CompileOptions, "initial">,
  issues: Issue[],
): Settings => readCommonSettings(where, model.name, config, options, issues);

/** Settings of what is called `name` and has some of its own. */
export const readCommonSettings = (
  where: string,
  name: string,
  config: Pick<Component["config"], "dt" | "dtype" | "seed">,
  options: Omit<CompileOptions, "initial">,
  issues: Issue[],
): Settings => {
  issues.push(...timingIssues({ ...options }, where));
  if (options.backend !== undefined && !backendNames.includes(options.backend)) {
    issues.push({
      path: `${where}.backend`,
      message: `must be one of ${backendNames.join(", ")}; received ${describe(options.backend)}. Leave it out for wasm.`,
    });
  }
  if (options.worker !== undefined && typeof options.worker !== "boolean") {
    issues.push({
      path: `${where}.worker`,
      message: `must be true or false; received ${describe(options.worker)}. Leave it out to run in this thread.`,
    });
  }
  const { backend = "wasm" } = options;
  if (options.worker === true && backend !== "wasm" && backendNames.includes(backend)) {
    issues.push({
      path: `${where}.worker`,
      message: `goes with the backend "wasm"; received ${describe(backend)}. Leave backend out.`,
    });
  }
  issues.push(...threadsIssues(`${where}.threads`, options.threads, options.backend));
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
    backend: options.backend ?? "wasm",
    threads: options.threads ?? 1,
    worker: options.worker ?? false,
  };
};

const threadsIssues = (path: string, threads: unknown, backend: BackendChoice | undefined): Issue[] => {
  if (threads === undefined || threads === 1) return [];
  if (threads !== "all" && !(Number.isInteger(threads) && (threads as number) >= 1 && (threads as number) <= 1024)) {
    const message = `must be a whole number from 1 to 1024 or "all"; received ${describe(threads)}. Give 1 for one thread.`;
    return [{ path, message }];
  }
  if (backend !== "interpreter") return [];
  return [
    {
      path,
      message: `goes with the backends wasm, native and fastest; received ${describe(threads)}. Leave one of them out.`,
    },
  ];
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

const DEFAULT_MEMORY = 2 ** 31;

export const readMemory = (where: string, memory: unknown, issues: Issue[]): number => {
  if (memory === undefined) return DEFAULT_MEMORY;
  if (typeof memory === "number" && memory > 0) return memory;
  issues.push({
    path: `${where}.memory`,
    message: `must be a number of bytes greater than 0; received ${describe(memory)}. Leave it out for 2 GiB.`,
  });
  return DEFAULT_MEMORY;
};

/** Not instanceof: a signal may come from another window or library. */
const isSignal = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;

const sinkMethods = ["open", "spikes", "rows", "close"] as const;

/** Checks what a run calls back. */
export const checkCallbacks = (where: string, options: GivenRun, issues: Issue[]): void => {
  const { progress, signal, sink } = options as Readonly<Record<string, unknown>>;
  const refuse = (key: string, wanted: string, value: unknown, remedy: string): void =>
    void issues.push({ path: `${where}.${key}`, message: `must be ${wanted}; received ${describe(value)}. ${remedy}` });
  if (progress !== undefined && typeof progress !== "function") {
    refuse("progress", "a function", progress, "It is called with the progress of the run.");
  }
  if (signal !== undefined && !isSignal(signal)) {
    refuse("signal", "an AbortSignal", signal, "Give the signal of an AbortController.");
  }
  if (sink !== undefined) checkSink(`${where}.sink`, sink, issues);
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
