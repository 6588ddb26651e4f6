import { BackendError, StateError } from "../../../errors/errors.ts";
import { startThread, type Thread } from "../thread.ts";
import {
  ASKED,
  ASLEEP,
  COUNT,
  callsOf,
  exportsOf,
  FAILED,
  GATE,
  GENERATION,
  noteFailure,
  OPEN,
  RANGE,
  RANGES,
  ROUND,
  TEXT,
  TURN,
  takeTasks,
} from "./control.js";
import { teamWorker } from "./texts.ts";

/** Calls of exported functions: for each task, the function and its last arguments. */
export interface Job {
  readonly names: readonly string[];
  readonly tasks: readonly (readonly number[])[];
}

/** Modules that import `spark.memory`, that shared memory, and the jobs that use the modules. */
export interface Load {
  /** Later modules, and jobs, refer to the functions of a module by its name and theirs. */
  readonly modules: readonly { readonly name: string; readonly module: WebAssembly.Module }[];
  readonly memory: WebAssembly.Memory;
  readonly jobs: readonly Job[];
}

/** A message to a thread. @public because the source of the worker uses it */
export interface Orders extends Load {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly generation: number;
  readonly seat: number;
  readonly seats: number;
  readonly spins: number;
}

/** A message from a thread: it ended a round that the team waits for, or it could not start. */
export type Answer = { readonly turn: number } | { readonly failure: string };

const MOST_FIRST = 8;
/** Number of tests of a word before a thread sleeps; they take some microseconds. */
const SPINS = 2000;
/** Time in ms that the calling thread sleeps before it lets other code run. */
const NAP = 5;

interface Waiting {
  readonly turn: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** State that messages of threads change. It does not refer to the team, so that the team can be garbage-collected. */
interface Outcome {
  waiting: Waiting | undefined;
  failure: string | undefined;
}

/** Ends the threads of teams that were not disposed of. */
const forgotten = new FinalizationRegistry<readonly Thread[]>((threads) => {
  for (const thread of threads) thread.end();
});

const failed = (reason: string): BackendError =>
  new BackendError(`The threads of the simulation failed: ${reason}. Compile it again, or omit threads.`);

const disposed = (): StateError => new StateError("Simulation was disposed while it ran. Wait for run() first.");

/** Whether this thread may block: the main thread of a page may not. */
const mayBlock = (control: Int32Array<SharedArrayBuffer>): boolean => {
  try {
    Atomics.wait(control, GATE, 1, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * Worker threads that call exported functions of modules on one shared memory. A round calls a function for all tasks
 * of a job, in any order and on any thread, so no task may write memory that another one reads. Threads are started
 * when first needed, kept between loads, and sleep between rounds.
 */
export class Team {
  /** Number of threads that work in a round, including the calling one if it joins. */
  readonly seats: number;
  readonly #joins: boolean;
  readonly #spins: number;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #threads: Thread[] = [];
  readonly #outcome: Outcome = { waiting: undefined, failure: undefined };
  readonly #naps: boolean;
  #load: Load | undefined;
  #calls: readonly ((task: number, first: readonly number[]) => void)[] = [];
  #present = 0;
  /** In the last round: number of tasks of the calling thread, and the time in ms that they took. */
  ownTasks = 0;
  ownTime = 0;
  #ended = false;

  /** `joins`: whether the calling thread takes tasks. `processors`: threads beyond this number do not spin. */
  constructor(seats: number, joins: boolean, processors: number) {
    this.seats = seats;
    this.#joins = joins;
    this.#spins = seats <= processors ? SPINS : 0;
    this.#control = new Int32Array(new SharedArrayBuffer((RANGES + seats * RANGE) * 4));
    this.#naps = joins && mayBlock(this.#control);
    forgotten.register(this, this.#threads, this);
  }

  /** Whether a thread was lost, so that a new team is needed. */
  get broken(): boolean {
    return this.#outcome.failure !== undefined;
  }

  /** Whether the threads have this load. */
  holds(load: Load): boolean {
    return this.#load === load;
  }

  /**
   * Loads other work into the threads. Resolves even before all of them have started; those that are ready take part.
   * At most `seats` threads take part, and no more than a job has tasks.
   */
  async load(load: Load): Promise<void> {
    this.#ready();
    const { modules, memory, jobs } = load;
    const present = Math.min(this.seats, Math.max(...jobs.map(({ tasks }) => tasks.length), 1));
    const helpers = present - (this.#joins ? 1 : 0);
    while (this.#threads.length < helpers) {
      const thread = await startThread<Answer>(teamWorker, listenTo(this.#outcome, this.#threads), (reason) =>
        fail(this.#outcome, this.#threads, reason),
      );
      this.#threads.push(thread);
      if (!this.#ended) continue;
      // No other code would end this one.
      thread.end();
      throw disposed();
    }
    this.#ready();
    this.#calls = callsOf(jobs, exportsOf(modules, memory));
    this.#load = load;
    this.#present = present;
    const control = this.#control;
    const generation = Atomics.add(control, GENERATION, 1) + 1;
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
    const own = { control, generation, seats: present, modules, memory, jobs, spins: this.#spins };
    this.#threads
      .slice(0, helpers)
      .forEach((thread, k) => void thread.post({ ...own, seat: k + (this.#joins ? 1 : 0) }));
  }

  /**
   * Calls the functions of a job for all its tasks, with `first` as the first arguments. Returns a promise if threads
   * are still at work. A trap of a module is a BackendError. The calling thread runs `meanwhile` as the others begin.
   */
  round(job: number, first: readonly number[], meanwhile?: () => void): void | Promise<void> {
    this.#ready();
    const control = this.#control;
    const { length } = this.#load!.jobs[job]!.tasks;
    const turn = control[TURN]! + 1;
    control.set([turn, job, Math.min(first.length, MOST_FIRST), ...first.slice(0, MOST_FIRST)], TURN);
    for (let seat = 0; seat < this.#present; seat++) {
      control[RANGES + seat * RANGE + 1] = Math.floor((length * (seat + 1)) / this.#present);
      Atomics.store(control, RANGES + seat * RANGE, Math.floor((length * seat) / this.#present));
    }
    Atomics.store(control, GATE, this.#joins ? OPEN : OPEN | ASKED);
    const done = this.#joins ? undefined : this.#wait(turn);
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
    meanwhile?.();
    if (done) return done;
    const begin = performance.now();
    const call = this.#calls[job]!;
    try {
      this.ownTasks = takeTasks(control, 0, this.#present, (task) => call(task, first));
    } catch (error) {
      noteFailure(control, error);
    }
    this.ownTime = performance.now() - begin;
    Atomics.and(control, GATE, ~OPEN);
    for (let spin = 0; spin < this.#spins && this.#busy(); spin++);
    if (this.#busy() && this.#naps) this.#nap();
    if (this.#busy()) {
      const wait = this.#wait(turn);
      if ((Atomics.or(control, GATE, ASKED) & COUNT) !== 0) return wait;
      settle(this.#outcome, this.#threads);
    }
    return this.#finish();
  }

  /** Whether threads are at work. */
  #busy(): boolean {
    return (Atomics.load(this.#control, GATE) & COUNT) !== 0;
  }

  /** Sleeps until the threads are done, for a short time at most: their processor may be busy with something else. */
  #nap(): void {
    const gate = Atomics.or(this.#control, GATE, ASLEEP) | ASLEEP;
    if ((gate & COUNT) !== 0) Atomics.wait(this.#control, GATE, gate, NAP);
    Atomics.and(this.#control, GATE, ~ASLEEP);
  }

  /** Ends the threads and rejects the current round. */
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    forgotten.unregister(this);
    for (const thread of this.#threads) thread.end();
    settle(this.#outcome, this.#threads)?.reject(disposed());
  }

  #ready(): void {
    if (this.#ended) throw new StateError("The threads of the simulation have ended. Compile it again.");
    if (this.#outcome.failure !== undefined) throw failed(this.#outcome.failure);
  }

  #wait(turn: number): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => {
      this.#outcome.waiting = { turn, resolve, reject };
    });
    for (const thread of this.#threads) thread.hold(true);
    return finished.then(() => this.#finish());
  }

  /** @throws BackendError if a call failed. The threads are intact and can continue with another module. */
  #finish(): void {
    const control = this.#control;
    if (Atomics.exchange(control, FAILED, 0) === 0) return;
    throw failed(String.fromCharCode(...control.subarray(TEXT, TEXT + control[TEXT - 1]!)));
  }
}

const listenTo =
  (outcome: Outcome, threads: readonly Thread[]) =>
  (answer: Answer): void => {
    if ("failure" in answer) fail(outcome, threads, answer.failure);
    else if (outcome.waiting?.turn === answer.turn) settle(outcome, threads)?.resolve();
  };

const fail = (outcome: Outcome, threads: readonly Thread[], reason: string): void => {
  outcome.failure ??= reason;
  settle(outcome, threads)?.reject(failed(outcome.failure));
};

/** Ends the wait, so that the threads no longer keep the process alive. */
const settle = (outcome: Outcome, threads: readonly Thread[]): Waiting | undefined => {
  const { waiting } = outcome;
  outcome.waiting = undefined;
  for (const thread of threads) thread.hold(false);
  return waiting;
};
