import { availableParallelism } from "node:os";
import { BackendError, ConfigError } from "../../errors/errors.ts";
import type { Backend, EngineOptions } from "../../program/machine.ts";
import { nativeLacks } from "../native-lacks.ts";
import { closeStore, openStore } from "./cache.ts";
import type { CompilerOptions } from "./compiler.ts";
import { NativeEngine } from "./engine.ts";
import { compilerFor, findKoffi } from "./library.ts";

export interface NativeOptions extends CompilerOptions {
  /** Number of threads that share the units; "all" for one per processor. Default: the option of the simulation. */
  readonly threads?: number | "all";
  /** Number of operations on units in a call above which threads are used. For tests. */
  readonly leastWork?: number;
}

/** The native backend. Its engines and machines never return promises. */
export interface NativeBackend extends Backend {
  open(options: EngineOptions): NativeEngine;
}

export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

const MOST_THREADS = 1024;

/** Resolves the option to a number of threads. @throws ConfigError if it is invalid */
const threadsOf = (threads: number | "all"): number => {
  if (threads === "all") return availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new ConfigError({
      path: "threads",
      message: `must be a whole number from 1 to ${MOST_THREADS} or "all"; received ${String(threads)}. Give 1 for one thread.`,
    });
  }
  return threads;
};

const systemTrouble = (): string | undefined => {
  if (process.platform === "win32") {
    return 'Windows is not supported yet. Use backend: "wasm", or run under WSL.';
  }
  if (process.arch !== "x64" && process.arch !== "arm64") {
    return `${process.arch} processors are not supported yet. Use backend: "wasm".`;
  }
  return undefined;
};

const refuseSystem = (): void => {
  const system = systemTrouble();
  if (system !== undefined) throw new BackendError(`backend "native" cannot run here. ${system}`);
};

/** Whether native code can run here; if not, a sentence that says why. */
export const nativeAvailable = (options: CompilerOptions = {}): Availability => {
  const system = systemTrouble();
  if (system !== undefined) return { available: false, reason: system };
  const koffi = findKoffi();
  if (typeof koffi === "string") return { available: false, reason: koffi };
  const compiler = compilerFor(options);
  if (typeof compiler === "string") return { available: false, reason: compiler };
  try {
    closeStore(openStore(options.environment));
    return { available: true };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
};

/**
 * The native backend: machine code, compiled by the system's C compiler. Options given here take precedence over those
 * of the simulation.
 */
export const native = (given: NativeOptions = {}): NativeBackend => ({
  name: "native",
  lacks: nativeLacks,
  open: ({ threads }) => {
    const count = threadsOf(given.threads ?? threads);
    refuseSystem();
    return new NativeEngine(given, count, given.leastWork);
  },
});
