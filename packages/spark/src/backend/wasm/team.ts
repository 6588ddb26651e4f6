import { BackendError, StateError } from "../../errors/errors.ts";
import { startThread, type Thread } from "./thread.ts";

/** An exported function that is called once a task, with the task's numbers as its last arguments. */
export interface Job {
  readonly name: string;
  readonly tasks: readonly (readonly number[])[];
}

/** A module that imports `spark.memory`, the shared memory that it works on, and what is done with it. */
export interface Load {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly jobs: readonly Job[];
}

/*
 * Places in the control block, in ints, each group on a cache line of its own. `gate` counts the threads that are at
 * work and says whether more may join; who finds all tasks taken closes it.
 */
const ROUND = 0;
const GENERATION = 1;
const GATE = 16;
const TURN = 32;
const JOB = 33;
const FIRST_COUNT = 34;
const FIRST = 35;
const MOST_FIRST = 8;
const FAILED = 48;
const TEXT = 50;
const TEXT_LENGTH = 206;
const RANGES = 256;
const RANGE = 16;
const OPEN = 1 << 30;
const WAITED = 1 << 29;
const COUNT = WAITED - 1;
/** Looks at a word before a thread sleeps: some microseconds. */
const SPINS = 2000;

/*
 * The threads know nothing of this library: each gets a compiled module, a shared memory and lists of calls. It sleeps
 * until a round begins, joins if there is work left, takes tasks from its own range and then from the others', and
 * sleeps again. Another generation sends it back to its messages, where the next module waits.
 */
const source = `
const serve = ({ control: c, generation, seat, seats, module, memory, jobs, spins }, post) => {
  const { exports } = new WebAssembly.Instance(module, { spark: { memory } });
  const take = () => {
    const { name, tasks } = jobs[c[${JOB}]];
    const first = Array.from(c.subarray(${FIRST}, ${FIRST} + c[${FIRST_COUNT}]));
    for (let turn = 0; turn < seats; turn++) {
      const range = ${RANGES} + ((seat + turn) % seats) * ${RANGE};
      for (;;) {
        const task = Atomics.add(c, range, 1);
        if (task >= c[range + 1]) break;
        exports[name](...first, ...tasks[task]);
      }
    }
  };
  const joins = () => {
    for (let gate = Atomics.load(c, ${GATE}); gate & ${OPEN}; ) {
      const found = Atomics.compareExchange(c, ${GATE}, gate, gate + 1);
      if (found === gate) return true;
      gate = found;
    }
    return false;
  };
  for (let seen = Atomics.load(c, ${ROUND}) - 1; ; ) {
    for (let spin = 0; spin < spins && Atomics.load(c, ${ROUND}) === seen; spin++);
    while (Atomics.load(c, ${ROUND}) === seen) Atomics.wait(c, ${ROUND}, seen);
    seen = Atomics.load(c, ${ROUND});
    if (Atomics.load(c, ${GENERATION}) !== generation) return;
    if (!joins()) continue;
    const turn = c[${TURN}];
    // Only who has joined can be sure that no other module comes meanwhile.
    const current = Atomics.load(c, ${GENERATION}) === generation;
    try { if (current) take(); }
    catch (error) {
      if (Atomics.compareExchange(c, ${FAILED}, 0, 1) === 0) {
        const text = String(error).slice(0, ${TEXT_LENGTH});
        c[${TEXT} - 1] = text.length;
        for (let k = 0; k < text.length; k++) c[${TEXT} + k] = text.charCodeAt(k);
      }
    }
    if (current) Atomics.and(c, ${GATE}, ~${OPEN});
    if (Atomics.sub(c, ${GATE}, 1) === ${WAITED} + 1) post({ turn });
  }
};
const handle = (message, post) => {
  try { if (Atomics.load(message.control, ${GENERATION}) === message.generation) serve(message, post); }
  catch (error) { post({ failure: String(error) }); }
};
if (typeof self === "undefined") {
  import("node:worker_threads").then(({ parentPort }) => {
    parentPort.on("message", (message) => handle(message, (answer) => parentPort.postMessage(answer)));
  });
} else self.onmessage = ({ data }) => handle(data, (answer) => self.postMessage(answer));
`;

/** A thread that ended a round which was waited for, or could not begin. */
type Answer = { readonly turn: number } | { readonly failure: string };

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

/**
 * Worker threads that call exported functions of one module on one shared memory. A round calls a function for all tasks
 * of a job, in any order and on any thread: tasks of one job must not write what others read. Threads are started when
 * first needed, kept from module to module, and asleep between rounds.
 */
export class Team {
  /** Threads that work in a round, the calling one among them where it joins. */
  readonly seats: number;
  readonly #joins: boolean;
  readonly #spins: number;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #threads: Thread[] = [];
  readonly #outcome: Outcome = { waiting: undefined, failure: undefined };
  #calls: readonly { readonly call: (...args: number[]) => void; readonly tasks: Job["tasks"] }[] = [];
  #present = 0;
  #ended = false;

  /** `joins`: whether the calling thread takes tasks too. `processors`: beyond as many threads none looks for work. */
  constructor(seats: number, joins: boolean, processors: number) {
    this.seats = seats;
    this.#joins = joins;
    this.#spins = seats <= processors ? SPINS : 0;
    this.#control = new Int32Array(new SharedArrayBuffer((RANGES + seats * RANGE) * 4));
    forgotten.register(this, this.#threads, this);
  }

  /** Whether a thread was lost, so that another team is needed. */
  get broken(): boolean {
    return this.#outcome.failure !== undefined;
  }

  /**
   * Gives the threads another module. They need not have begun when this resolves: who is ready takes part. At most
   * `seats` threads take part, and no more than a job has tasks.
   */
  async load({ module, memory, jobs }: Load): Promise<void> {
    const most = Math.max(...jobs.map(({ tasks }) => tasks.length), 1);
    this.#present = Math.min(this.seats, most);
    const helpers = this.#present - (this.#joins ? 1 : 0);
    while (this.#threads.length < helpers) {
      const thread = await startThread<Answer>(source, listenTo(this.#outcome, this.#threads), (reason) =>
        fail(this.#outcome, this.#threads, reason),
      );
      // Disposed meanwhile: nobody else would end this one.
      if (this.#ended) thread.end();
      this.#threads.push(thread);
    }
    this.#ready();
    const { exports } = new WebAssembly.Instance(module, { spark: { memory } });
    this.#calls = jobs.map(({ name, tasks }) => ({ call: exports[name] as (...args: number[]) => void, tasks }));
    const control = this.#control;
    const generation = Atomics.add(control, GENERATION, 1) + 1;
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
    const own = { control, generation, seats: this.#present, module, memory, jobs, spins: this.#spins };
    this.#threads
      .slice(0, helpers)
      .forEach((thread, k) => void thread.post({ ...own, seat: k + (this.#joins ? 1 : 0) }));
  }

  /**
   * Calls the function of a job for all its tasks, with `first` as the first arguments. Gives a promise where threads are
   * still at work. A module's trap is a BackendError. `meanwhile` is done by the calling thread while the others begin.
   */
  round(job: number, first: readonly number[], meanwhile?: () => void): void | Promise<void> {
    this.#ready();
    const control = this.#control;
    const { tasks } = this.#calls[job]!;
    const turn = control[TURN]! + 1;
    control.set([turn, job, Math.min(first.length, MOST_FIRST), ...first.slice(0, MOST_FIRST)], TURN);
    for (let seat = 0; seat < this.#present; seat++) {
      control[RANGES + seat * RANGE + 1] = Math.floor((tasks.length * (seat + 1)) / this.#present);
      Atomics.store(control, RANGES + seat * RANGE, Math.floor((tasks.length * seat) / this.#present));
    }
    Atomics.store(control, GATE, this.#joins ? OPEN : OPEN | WAITED);
    const done = this.#joins ? undefined : this.#wait(turn);
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
    meanwhile?.();
    if (done) return done;
    let trouble: unknown;
    try {
      this.#take(job, first);
    } catch (error) {
      trouble = error ?? new Error("unknown");
    }
    Atomics.and(control, GATE, ~OPEN);
    if (trouble !== undefined && Atomics.compareExchange(control, FAILED, 0, 1) === 0) this.#note(String(trouble));
    for (let spin = 0; spin < this.#spins && (Atomics.load(control, GATE) & COUNT) !== 0; spin++);
    if ((Atomics.load(control, GATE) & COUNT) !== 0) {
      const wait = this.#wait(turn);
      if ((Atomics.or(control, GATE, WAITED) & COUNT) !== 0) return wait;
      settle(this.#outcome, this.#threads);
    }
    return this.#finish();
  }

  /** Ends the threads; a round that is under way is rejected. */
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    forgotten.unregister(this);
    for (const thread of this.#threads) thread.end();
    settle(this.#outcome, this.#threads)?.reject(
      new StateError("Simulation was disposed while it ran. Wait for run() first."),
    );
  }

  #ready(): void {
    if (this.#ended) throw new StateError("Simulation's threads have ended. Compile it again.");
    if (this.#outcome.failure !== undefined) throw failed(this.#outcome.failure);
  }

  /** The calling thread's part: the same as in the text above. */
  #take(job: number, first: readonly number[]): void {
    const { call, tasks } = this.#calls[job]!;
    for (let turn = 0; turn < this.#present; turn++) {
      const range = RANGES + turn * RANGE;
      for (;;) {
        const task = Atomics.add(this.#control, range, 1);
        if (task >= this.#control[range + 1]!) break;
        call(...first, ...tasks[task]!);
      }
    }
  }

  #wait(turn: number): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => {
      this.#outcome.waiting = { turn, resolve, reject };
    });
    for (const thread of this.#threads) thread.hold(true);
    return finished.then(() => this.#finish());
  }

  #note(text: string): void {
    const codes = Array.from(text.slice(0, TEXT_LENGTH), (letter) => letter.charCodeAt(0));
    this.#control.set([codes.length, ...codes], TEXT - 1);
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
