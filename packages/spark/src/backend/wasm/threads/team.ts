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

/** Calls of exported functions: for each task which function, and its last arguments. */
export interface Job {
  readonly names: readonly string[];
  readonly tasks: readonly (readonly number[])[];
}

/** Modules that import `spark.memory`, the shared memory that they work on, and what is done with them. */
export interface Load {
  /** Functions of one are known to the later ones, and to jobs, by its name and theirs. */
  readonly modules: readonly { readonly name: string; readonly module: WebAssembly.Module }[];
  readonly memory: WebAssembly.Memory;
  readonly jobs: readonly Job[];
}

/** What a thread is sent. @public since the text of the worker names it */
export interface Orders extends Load {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly generation: number;
  readonly seat: number;
  readonly seats: number;
  readonly spins: number;
}

/** A thread that ended a round which was waited for, or could not begin. */
export type Answer = { readonly turn: number } | { readonly failure: string };

const MOST_FIRST = 8;
/** Looks at a word before a thread sleeps: some microseconds. */
const SPINS = 2000;
/** ms that the calling thread sleeps at a time, before it gives way to whatever else there is to do. */
const NAP = 5;

interface Waiting {
  readonly turn: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** What the threads' messages change; it does not hold the team, so that one that was forgotten can be collected. */
interface Outcome {
  waiting: Waiting | undefined;
  failure: string | undefined;
}

/** Ends the threads of teams that were dropped without dispose. */
const forgotten = new FinalizationRegistry<readonly Thread[]>((threads) => {
  for (const thread of threads) thread.end();
});

const failed = (reason: string): BackendError =>
  new BackendError(`Simulation's threads failed: ${reason}. Compile it again, or leave threads out.`);

const disposed = (): StateError => new StateError("Simulation was disposed while it ran. Wait for run() first.");

/** Whether this thread may sleep: that of a page may not. */
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
 * of a job, in any order and on any thread: tasks of one job must not write what others read. Threads are started when
 * first needed, kept from load to load, and asleep between rounds.
 */
export class Team {
  /** Threads that work in a round, the calling one among them where it joins. */
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
  /** Of the last round: tasks that the calling thread took, and the ms that they took it. */
  ownTasks = 0;
  ownTime = 0;
  #ended = false;

  /** `joins`: whether the calling thread takes tasks too. `processors`: beyond as many threads none looks for work. */
  constructor(seats: number, joins: boolean, processors: number) {
    this.seats = seats;
    this.#joins = joins;
    this.#spins = seats <= processors ? SPINS : 0;
    this.#control = new Int32Array(new SharedArrayBuffer((RANGES + seats * RANGE) * 4));
    this.#naps = joins && mayBlock(this.#control);
    forgotten.register(this, this.#threads, this);
  }

  /** Whether a thread was lost, so that another team is needed. */
  get broken(): boolean {
    return this.#outcome.failure !== undefined;
  }

  /** Whether the threads have this to work with. */
  holds(load: Load): boolean {
    return this.#load === load;
  }

  /**
   * Gives the threads other work. They need not have begun when this resolves: who is ready takes part. At most `seats`
   * threads take part, and no more than a job has tasks.
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
      // Nobody else would end this one.
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
   * Calls the functions of a job for all its tasks, with `first` as the first arguments. Gives a promise where threads
   * are still at work. A module's trap is a BackendError. The calling thread does `meanwhile` while the others begin.
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

  /** Sleeps until the threads are done, but not long: their processor may be at work for others. */
  #nap(): void {
    const gate = Atomics.or(this.#control, GATE, ASLEEP) | ASLEEP;
    if ((gate & COUNT) !== 0) Atomics.wait(this.#control, GATE, gate, NAP);
    Atomics.and(this.#control, GATE, ~ASLEEP);
  }

  /** Ends the threads; a round that is under way is rejected. */
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    forgotten.unregister(this);
    for (const thread of this.#threads) thread.end();
    settle(this.#outcome, this.#threads)?.reject(disposed());
  }

  #ready(): void {
    if (this.#ended) throw new StateError("Simulation's threads have ended. Compile it again.");
    if (this.#outcome.failure !== undefined) throw failed(this.#outcome.failure);
  }

  #wait(turn: number): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => {
      this.#outcome.waiting = { turn, resolve, reject };
    });
    for (const thread of this.#threads) thread.hold(true);
    return finished.then(() => this.#finish());
  }

  /** @throws BackendError when a call failed; the threads are sound and may go on with another module. */
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

/** Nobody waits any more, so the threads keep no process alive. */
const settle = (outcome: Outcome, threads: readonly Thread[]): Waiting | undefined => {
  const { waiting } = outcome;
  outcome.waiting = undefined;
  for (const thread of threads) thread.hold(false);
  return waiting;
};
