import { availableParallelism } from "node:os";
import { BackendError } from "../../errors/errors.ts";
import { requireOptions, requireThreads } from "../../program/backend-options.ts";
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

const nativeKeys = Object.keys({
  threads: true,
  leastWork: true,
  environment: true,
  timeout: true,
  flags: true,
} satisfies Record<keyof NativeOptions, true>);

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
  requireOptions("nativeAvailable", options, nativeKeys);
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
 * @throws ConfigError for an unknown option
 */
export const native = (given: NativeOptions = {}): NativeBackend => {
  requireOptions("native", given, nativeKeys);
  return {
    name: "native",
    lacks: nativeLacks,
    open: ({ threads }) => {
      const asked = given.threads ?? threads;
      requireThreads(asked);
      refuseSystem();
      return new NativeEngine(given, asked === "all" ? availableParallelism() : asked, given.leastWork);
    },
  };
};
