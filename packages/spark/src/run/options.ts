import { suggestName } from "../config/nearest-name.ts";
import { dtIssues, dtypeIssues, type Precision, seedIssues } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { DEFAULT_DT, DEFAULT_SEED } from "../model/build.ts";
import type { Component, Model } from "../model/component.ts";
import type { RecordOptions } from "./record/options.ts";
import type { RecordSink } from "./record/sink.ts";

export type BackendName = "wasm" | "interpreter";
export const backendNames: readonly BackendName[] = ["wasm", "interpreter"];

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
export interface CompileOptions {
  /** Length of a step, ms. Default: the component's own, else 1. */
  readonly dt?: number;
  /** Default: the component's own, else f32. */
  readonly dtype?: Precision;
  /** Seed of initializers and noises, 0 to 4294967295. Default: the component's own, else 1. */
  readonly seed?: number;
  /** Default wasm. */
  readonly backend?: BackendName;
  /** Runs in a worker thread, so that the page or the event loop stays free. `step` then is not to be had. */
  readonly worker?: boolean;
}

/** What is wired to the input ports of a soma. See the guide for all forms that an input takes. */
export interface InputOptions {
  /** pA */
  readonly current?: unknown;
  readonly inSpikes?: unknown;
}

/** One run: how long, driven by what, keeping what. */
export interface RunOptions<S extends string = string> {
  /** ms; a whole number of steps. */
  readonly duration: number;
  readonly inputs?: InputOptions;
  readonly record?: RecordOptions<S>;
  /** Bytes that the simulation and its records may take together. Default 2 GiB. */
  readonly memory?: number;
  /** Called now and then, ten times a second at most. */
  readonly progress?: (progress: Progress) => void;
  /** Stops the run soon after it is aborted; what was recorded is kept and marked as incomplete. */
  readonly signal?: AbortSignal;
  /** Takes the records in place of memory, chunk by chunk. */
  readonly sink?: RecordSink;
}

export type SimulateOptions<S extends string = string> = CompileOptions & RunOptions<S>;

export const compileKeys = ["dt", "dtype", "seed", "backend", "worker"] as const;
export const runKeys = ["duration", "inputs", "record", "memory", "progress", "signal", "sink"] as const;

/** dt, dtype and seed from the options or the component, and what runs it. */
export interface Settings {
  readonly dt: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly backend: BackendName;
  readonly worker: boolean;
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

/** Adds an issue for every key that is not known. */
export const unknownKeys = (where: string, given: object, known: readonly string[], issues: Issue[]): void => {
  for (const key of Object.keys(given)) {
    if (!known.includes(key))
      issues.push({ path: `${where}.${key}`, message: `is unknown. ${suggestName(key, known)}` });
  }
};

export const readSettings = (
  where: string,
  component: Component,
  options: CompileOptions,
  issues: Issue[],
): Settings => {
  const { config, model } = component;
  if (options.dt !== undefined) issues.push(...dtIssues(options.dt, `${where}.dt`));
  if (options.dtype !== undefined) issues.push(...dtypeIssues(options.dtype, `${where}.dtype`));
  if (options.seed !== undefined) issues.push(...seedIssues(options.seed, `${where}.seed`));
  if (options.backend !== undefined && !backendNames.includes(options.backend)) {
    issues.push({
      path: `${where}.backend`,
      message: `must be "wasm" or "interpreter"; received ${describe(options.backend)}. Leave it out for wasm.`,
    });
  }
  if (options.worker !== undefined && typeof options.worker !== "boolean") {
    issues.push({
      path: `${where}.worker`,
      message: `must be true or false; received ${describe(options.worker)}. Leave it out to run in this thread.`,
    });
  }
  if (options.worker && options.backend === "interpreter") {
    issues.push({
      path: `${where}.worker`,
      message: 'goes with the backend "wasm"; received "interpreter". Leave backend out.',
    });
  }
  for (const key of ["dt", "dtype", "seed"] as const) {
    const [mine, theirs] = [options[key], config[key]];
    if (mine !== undefined && theirs !== undefined && mine !== theirs) {
      issues.push({
        path: `${where}.${key}`,
        message: `is ${mine}, but ${model.name}.${key} is ${theirs}. Set it in one place.`,
      });
    }
  }
  return {
    dt: options.dt ?? config.dt ?? DEFAULT_DT,
    precision: options.dtype ?? config.dtype ?? "f32",
    seed: options.seed ?? config.seed ?? DEFAULT_SEED,
    backend: options.backend ?? "wasm",
    worker: options.worker ?? false,
  };
};

/** A duration as a number of steps. */
export const stepsOf = (path: string, duration: unknown, dt: number, issues: Issue[]): number => {
  if (typeof duration !== "number" || !Number.isFinite(duration) || duration <= 0) {
    const received = typeof duration === "number" ? `${duration} ms` : describe(duration);
    issues.push({
      path,
      message: `must be greater than 0 ms; received ${received}. Give the length of the run in ms.`,
    });
    return 0;
  }
  const steps = Math.round(duration / dt);
  if (steps < 1 || Math.abs(duration / dt - steps) > 1e-9 * Math.max(1, steps)) {
    const near = Math.max(1, steps) * dt;
    issues.push({
      path,
      message: `must be a whole number of steps of ${dt} ms; received ${duration} ms. The nearest is ${Number(near.toPrecision(12))} ms.`,
    });
  }
  return steps;
};

export const readMemory = (where: string, memory: unknown, issues: Issue[]): number => {
  if (memory === undefined) return 2 ** 31;
  if (typeof memory === "number" && memory > 0) return memory;
  issues.push({
    path: `${where}.memory`,
    message: `must be a number of bytes greater than 0; received ${describe(memory)}. Leave it out for 2 GiB.`,
  });
  return 2 ** 31;
};
