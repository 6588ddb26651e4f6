import { availableParallelism } from "node:os";
import { BackendError, ConfigError } from "../../errors/errors.ts";
import type { Backend, Machine, NetworkMachine } from "../../program/machine.ts";
import type { NetworkProgram } from "../../program/network.ts";
import type { Program } from "../../program/program.ts";
import { closeStore, openStore } from "./cache.ts";
import type { CompilerOptions } from "./compiler.ts";
import { compilerFor, findKoffi, libraryOf } from "./library.ts";
import { LEAST_WORK, NativeMachine } from "./machine.ts";
import { NativeNetwork } from "./network/machine.ts";
import { printProgram } from "./print.ts";

/** How a native machine is made. */
export interface NativeOptions extends CompilerOptions {
  /** Threads that share the units, or "all" for as many as the system has processors; 1 when left out. */
  readonly threads?: number | "all";
  /** Operations on units in a call from which on threads are used; for tests. */
  readonly leastWork?: number;
}

export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

const MOST_THREADS = 1024;

/** The number of threads that an option means. @throws ConfigError when it is not a whole number from 1 on. */
export const threadsOf = (threads: number | "all" | undefined): number => {
  if (threads === undefined) return 1;
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
    return `Processors of kind ${process.arch} are not supported yet. Use backend: "wasm".`;
  }
  return undefined;
};

const refuseSystem = (): void => {
  const system = systemTrouble();
  if (system !== undefined) throw new BackendError(`backend "native" cannot run here. ${system}`);
};

/** Whether compiled machine code can run here, and if not, one sentence that says why. */
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

/** The fastest backend that can run here; where that is not the native one, a sentence says why. */
export const fastestBackend = (
  options: CompilerOptions = {},
): { readonly name: "native" } | { readonly name: "wasm"; readonly reason: string } => {
  const found = nativeAvailable(options);
  return found.available ? { name: "native" } : { name: "wasm", reason: found.reason };
};

/**
 * A program as machine code. Call `dispose()` to end its threads.
 * @throws BackendError when no compiler, no koffi or no folder is there, or the compiler fails; ConfigError for a wrong
 * number of threads; MemoryError when the buffers do not fit.
 */
export const createNative = (program: Program, options: NativeOptions = {}): Machine => {
  const threads = threadsOf(options.threads);
  refuseSystem();
  const printed = printProgram(program);
  return new NativeMachine(
    program,
    printed,
    libraryOf(printed.text, options),
    threads,
    options.leastWork ?? LEAST_WORK,
  );
};

/** A network as machine code, with the errors of `createNative`. Call `dispose()` to end its threads and free its synapses. */
export const createNativeNetwork = (network: NetworkProgram, options: NativeOptions = {}): NetworkMachine => {
  const threads = threadsOf(options.threads);
  refuseSystem();
  return new NativeNetwork(network, options, threads, options.leastWork ?? LEAST_WORK);
};

/** The native backend with given options. */
export const nativeWith = (options: NativeOptions): Backend => ({
  name: "native",
  create: (program) => createNative(program, options),
  threads: threadsOf(options.threads),
  createNetwork: (network) => createNativeNetwork(network, options),
});
