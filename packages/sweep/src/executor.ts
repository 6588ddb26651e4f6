import { StateError } from "spark-snn";
import { type Outcome, Runner, type RunnerParts, type RunnerSetup } from "./runner.ts";
import type { PlannedRun } from "./runs.ts";

/** What an executor runs. */
export interface Work {
  readonly setup: RunnerSetup;
  readonly parts: RunnerParts;
  /** URLs of modules with measures, which `parts` also contains. */
  readonly modules: readonly string[];
  /** Folder of the files that the document names, and the module that keeps runs, for other processes. */
  readonly files?: string | undefined;
  readonly keep?: { readonly url: string; readonly data: unknown } | undefined;
  /** The module that reads the files, if `files` is not read directly. */
  readonly reader?: { readonly url: string; readonly data: unknown } | undefined;
  /** Runs in groups that one simulation can serve. */
  readonly groups: readonly (readonly PlannedRun[])[];
  readonly parallel: number;
  /** Estimated time of a run, s. */
  readonly cost: number;
  readonly signal: AbortSignal | undefined;
  /** Called with each result, in the order in which the runs end. */
  readonly ended: (planned: PlannedRun, outcome: Outcome) => void;
}

/** Runs all work, and returns whether it was not aborted. */
export type Executor = (work: Work) => Promise<boolean>;

/** Runs in other processes, which only Node has. "@spark-snn/sweep/node" registers it. */
let processes: Executor | undefined;
export const registerProcesses = (executor: Executor): void => {
  processes = executor;
};

/** @throws StateError if this program cannot start processes */
export const executorFor = (parallel: number): Executor => {
  if (parallel === 1) return runHere;
  if (processes) return processes;
  const remedy = 'In Node, add import "@spark-snn/sweep/node"; in a page, omit parallel.';
  throw new StateError(`sweep.parallel needs processes, which are not available; received ${parallel}. ${remedy}`);
};

/** Longest time without a turn of the event loop, ms: timers and signals must not wait for the whole sweep. */
const TURN = 20;

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Runs all work in this process. */
export const runHere: Executor = async ({ setup, parts, groups, signal, ended }) => {
  const runner = new Runner(setup, parts);
  let last = performance.now();
  try {
    for (const planned of groups.flat()) {
      if (performance.now() - last > TURN) {
        await turn();
        last = performance.now();
      }
      if (signal?.aborted) return false;
      const outcome = await runner.run(planned, signal);
      if (!outcome) return false;
      ended(planned, outcome);
    }
    return true;
  } finally {
    runner.dispose();
  }
};
