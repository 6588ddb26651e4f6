import type { Outcome, RunnerSetup } from "../runner.ts";
import type { PlannedRun } from "../runs.ts";

/* What a sweep and its processes send to each other. */

/** What a process needs before its first run. */
export interface Beginning {
  readonly setup: RunnerSetup;
  /** URLs of modules with measures. */
  readonly modules: readonly string[];
  /** Folder of the files that the document names. */
  readonly files: string | undefined;
  readonly keep: Keeper | undefined;
  readonly reader: Keeper | undefined;
}

/**
 * A module of a sweep, whose default export is called with the data: to keep records it makes a `KeepRun`, and to read
 * files the functions `readFile` and `recordings` of `experiment`.
 */
export interface Keeper {
  readonly url: string;
  readonly data: unknown;
}

export type ToProcess =
  | { readonly kind: "begin"; readonly beginning: Beginning }
  | { readonly kind: "run"; readonly planned: PlannedRun };

export type FromProcess =
  | { readonly kind: "ended"; readonly index: number; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };
