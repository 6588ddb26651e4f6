import { type ChildProcess, fork } from "node:child_process";
import { BackendError, ConfigError, FileError, StateError } from "spark-snn";
import { type Executor, runHere, type Work } from "../executor.ts";
import type { Outcome } from "../runner.ts";
import type { PlannedRun } from "../runs.ts";
import type { FromProcess, ToProcess } from "./messages.ts";
import { RunQueue } from "./queue.ts";

/** Runs that a process has at once: the next one waits there while the result of the last is on its way. */
const DEPTH = 2;
/** How often a run may end its process before it counts as failed. */
const ATTEMPTS = 2;

/** Processes that may end before any run has ended. */
const LOSSES = 4;

/** The module of a process: next to the built package, or next to this source file. */
const workerUrl = (): URL =>
  import.meta.url.endsWith(".ts") ? new URL("./worker.ts", import.meta.url) : new URL("./worker.js", import.meta.url);

const errors: Readonly<Record<string, new (message: string) => Error>> = {
  BackendError: BackendError as new (message: string) => Error,
  FileError,
  StateError,
};

/** The error of a process, with its class. */
const errorOf = (name: string, message: string): Error => {
  if (name === "ConfigError") return new ConfigError({ path: "sweep", message });
  const known = errors[name];
  return known ? new known(message) : Object.assign(new Error(message), { name });
};

/** A process and the runs that it has. */
interface Helper {
  readonly child: ChildProcess;
  readonly runs: PlannedRun[];
}

/** Runs work in processes. */
class Pool {
  readonly #work: Work;
  readonly #queue: RunQueue;
  readonly #helpers = new Set<Helper>();
  readonly #attempts = new Map<number, number>();
  readonly #finish: (complete: boolean) => void;
  readonly #fail: (error: unknown) => void;
  /** Whether a process has served a run, and how many were lost before. */
  #served = false;
  #losses = 0;
  #ended = false;

  constructor(work: Work, finish: (complete: boolean) => void, fail: (error: unknown) => void) {
    this.#work = work;
    this.#queue = new RunQueue(work.groups);
    this.#finish = (complete) => {
      this.#end();
      finish(complete);
    };
    this.#fail = (error) => {
      this.#end();
      fail(error);
    };
  }

  start(): void {
    const { signal, parallel, groups } = this.#work;
    if (signal?.aborted || this.#queue.isEmpty) {
      this.#finish(!signal?.aborted);
      return;
    }
    signal?.addEventListener("abort", this.#abort);
    const count = groups.reduce((sum, { length }) => sum + length, 0);
    for (let k = 0; k < Math.min(parallel, count); k++) this.#open();
  }

  readonly #abort = (): void => this.#finish(false);

  #open(): void {
    const child = fork(workerUrl(), { serialization: "advanced" });
    const helper: Helper = { child, runs: [] };
    this.#helpers.add(helper);
    child.on("message", (message) => {
      if (!this.#ended) this.#take(helper, message as FromProcess);
    });
    child.on("error", (error) => this.#fail(error));
    child.on("exit", (code, signal) => this.#lose(helper, signal === null ? `code ${code}` : `signal ${signal}`));
    const { setup, modules, files, keep, reader } = this.#work;
    this.#send(helper, { kind: "begin", beginning: { setup, modules, files, keep, reader } });
    this.#fill(helper);
  }

  #send({ child }: Helper, message: ToProcess): void {
    // The process may have ended; its exit tells.
    child.send(message, () => {});
  }

  #fill(helper: Helper): void {
    while (helper.runs.length < DEPTH) {
      const planned = this.#queue.next(helper);
      if (!planned) break;
      helper.runs.push(planned);
      this.#send(helper, { kind: "run", planned });
    }
    if (helper.runs.length > 0) return;
    if ([...this.#helpers].every(({ runs }) => runs.length === 0)) this.#finish(true);
  }

  #take(helper: Helper, message: FromProcess): void {
    if (message.kind === "failed") {
      this.#fail(errorOf(message.name, message.message));
      return;
    }
    const planned = helper.runs.shift()!;
    this.#served = true;
    this.#report(planned, message.outcome);
    if (!this.#ended) this.#fill(helper);
  }

  #report(planned: PlannedRun, outcome: Outcome): void {
    try {
      this.#work.ended(planned, outcome);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A process has ended: the run under way is tried once more, the others go back. */
  #lose(helper: Helper, how: string): void {
    this.#helpers.delete(helper);
    if (this.#ended) return;
    const [first, ...others] = helper.runs.splice(0);
    // Processes that never serve a run, such as those without memory to start, are not the fault of a run.
    if (!first || (!this.#served && ++this.#losses > LOSSES)) {
      this.#fail(
        new StateError(`Processes of the sweep ended with ${how} before they served a run. Run with parallel 1.`),
      );
      return;
    }
    const attempts = (this.#attempts.get(first.index) ?? 0) + 1;
    this.#attempts.set(first.index, attempts);
    const isLost = attempts >= ATTEMPTS;
    this.#queue.giveBack(helper, isLost ? others : [first, ...others]);
    if (isLost) this.#report(first, { error: `The process of this run ended with ${how}, ${attempts} times.` });
    if (this.#ended) return;
    if (!this.#queue.isEmpty) this.#open();
    else if ([...this.#helpers].every(({ runs }) => runs.length === 0)) this.#finish(true);
  }

  #end(): void {
    this.#ended = true;
    this.#work.signal?.removeEventListener("abort", this.#abort);
    for (const { child } of this.#helpers) child.kill("SIGKILL");
  }
}

/** Estimated time below which the start of processes would take longer than they save, s. */
const SHORT = 0.5;

/** Runs all work in processes, or in this one if that is not worth their start. */
export const runInProcesses: Executor = (work) => {
  const count = work.groups.reduce((sum, { length }) => sum + length, 0);
  if (count * work.cost < SHORT) return runHere(work);
  return new Promise((finish, fail) => {
    new Pool(work, finish, fail).start();
  });
};
