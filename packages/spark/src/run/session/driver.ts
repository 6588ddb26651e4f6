import { MemoryError } from "../../errors/errors.ts";
import type { Setup } from "../../program/machine.ts";
import type { RunRequest } from "../frontend.ts";
import type { LoopPart } from "../loop.ts";
import type { Change } from "../model.ts";
import type { NewWeights } from "../weights.ts";
import { Alarm } from "./alarm.ts";
import { Clock } from "./clock.ts";
import { Delivery } from "./delivery.ts";
import { Frames, framed, longestInterval, prepareRecords } from "./frames.ts";
import type { Goal } from "./goal.ts";
import { History } from "./history.ts";
import { closeInputs } from "./inputs.ts";
import type { Frame } from "./model.ts";
import { Orders } from "./orders.ts";
import { Outlet } from "./outlet.ts";
import { disposed, ended, Refusal } from "./refusals.ts";
import { spikesIn } from "./search.ts";
import type { SessionRequest, Steered } from "./steered.ts";

/** Milliseconds that a chunk may take on the thread of the caller. */
const LONGEST_CHUNK = 20;
/** Milliseconds of a single timer, whose range is limited. */
const LONGEST_WAIT = 60_000;

/** Computes the steps of a session: it makes runs, one after another, and acts on calls between their chunks. */
export class Driver {
  readonly steered: Steered;
  readonly #options: SessionRequest;
  readonly #frames: Frames;
  /** Collects records with conditions, if there have been any. */
  #gated: Awaited<ReturnType<typeof prepareRecords>>;
  readonly outlet: Outlet;
  readonly #delivery: Delivery;
  readonly clock: Clock;
  readonly history: History;
  /** Number of writes of weights that wait because the network may have to be built again. */
  #weighing = 0;
  readonly #alarm = new Alarm();
  readonly #abort = new AbortController();
  readonly #end: number;
  readonly #ended: Promise<void>;
  readonly #done: Promise<void>;
  /** The present inputs and records, with all records of the session. */
  #recorded: RunRequest;
  /** The same, with the records of a frame. */
  #request: RunRequest;
  readonly #orders = new Orders();
  #goal: Goal | undefined;
  playing: boolean;
  #stopping = false;
  #closed: { readonly error?: unknown } | undefined;
  #seeking = false;
  /** Changes that wait until no run is in progress. */
  #late: (() => void)[] = [];
  warnings: readonly string[] = [];
  /** Milliseconds of computing, of the last chunk per step, and when and at which step the present one began. */
  #computed = 0;
  #perStep = 0;
  #chunk: { readonly at: number; readonly first: number; readonly rows: number } | undefined;
  #heard = false;
  #settle: { done: () => void; fail: (error: unknown) => void; ended: () => void };

  constructor(steered: Steered, options: SessionRequest) {
    const { inside } = steered;
    const { course, settings, front } = inside;
    this.steered = steered;
    this.#options = options;
    this.#recorded = options.request;
    this.#request = options.request;
    this.playing = !options.paused;
    this.#end = course.step + options.request.steps;
    this.clock = new Clock(options.pace, settings.dt);
    this.history = new History(steered, options);
    this.#frames = new Frames(front, inside, course.step);
    this.outlet = new Outlet(options.onFrame, settings.worker, {
      onFree: () => this.#alarm.ring(),
      onError: (error) => this.#fail(error),
    });
    this.#delivery = new Delivery(this.#frames, this.outlet, this.#alarm, options.every);
    const settle: { done?: () => void; fail?: (error: unknown) => void; ended?: () => void } = {};
    this.#done = new Promise<void>((resolve, reject) => Object.assign(settle, { done: resolve, fail: reject }));
    this.#ended = new Promise<void>((resolve) => Object.assign(settle, { ended: resolve }));
    this.#settle = settle as Required<typeof settle>;
    this.#done.catch(() => {});
  }

  /** Builds the simulation and begins. @throws what the first run throws */
  async open(request: RunRequest): Promise<void> {
    this.steered.inside.course.session = { wake: () => this.#alarm.ring() };
    try {
      this.#gated = await prepareRecords(request);
      this.#framed(request);
      await this.#advance({ until: this.stepCount, paced: false, yields: false });
    } catch (error) {
      await this.#closeInputs();
      throw error;
    }
    await this.history.keep(this.stepCount, this.#computed);
    this.#frames.discard(this.stepCount);
    void this.#live();
  }

  /** Records what a request says, from the next step on. */
  #framed(request: RunRequest): void {
    this.#recorded = request;
    const { front, settings } = this.steered.inside;
    const { room, ...rest } = framed(request, front.chunkRows(request, settings.rows));
    this.#frames.renew(room, this.#gated);
    this.#request = rest.request;
  }

  /** The present inputs and records. */
  get recorded(): RunRequest {
    return this.#recorded;
  }
  get stepCount(): number {
    return this.steered.inside.course.step;
  }
  /** Whether the session has ended. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }
  /** Whether the session has ended or is about to. */
  get ending(): boolean {
    return this.#stopping || this.#closed !== undefined;
  }
  get changes(): readonly Change[] {
    if (!this.#closed) this.history.read();
    return this.history.changes;
  }
  /** Resolves at the end of the session, and rejects with its error. Somebody waits for it from now on. */
  get done(): Promise<void> {
    this.#heard = true;
    return this.#done;
  }

  /** @throws StateError after the end */
  requireOpen(): void {
    this.steered.inside.course.goesOn();
    if (this.ending) throw ended();
  }

  changePace(pace: number | "fastest"): void {
    this.clock.change(pace, this.stepCount, performance.now());
    this.#alarm.ring();
  }

  /**
   * Makes a change between two chunks. The future is then another one. `compiles`: no run may be in progress; `later` then
   * makes the change.
   */
  change(run: () => void, { compiles = false, later = run }: { compiles?: boolean; later?: () => void } = {}): void {
    const { course } = this.steered.inside;
    const make = (how: () => void): void => {
      course.within(how);
      this.history.cut();
    };
    if (this.#seeking || this.#late.length > 0 || (course.running && compiles)) this.#late.push(() => make(later));
    else make(run);
    this.#alarm.ring();
  }

  /** Writes checked weights between two chunks. Resolves when the network can take them. */
  async weigh(weights: NewWeights): Promise<void> {
    const { calls } = this.steered;
    const write = (): void => this.change(() => calls.weigh(weights));
    if (this.#weighing === 0 && !calls.sharesWeights(weights.projection)) return write();
    this.#weighing++;
    try {
      await this.order(async () => {
        if (calls.sharesWeights(weights.projection)) await this.#ownWeights(weights.projection);
        write();
      });
    } finally {
      this.#weighing--;
    }
  }

  /** Builds the network again, with a weight for each synapse of a projection. */
  async #ownWeights(projection: number): Promise<void> {
    const { calls } = this.steered;
    const build = (): Promise<void> => this.#advance({ until: this.stepCount, paced: false, yields: false });
    calls.ownWeights(new Set([projection]));
    try {
      await build();
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      await build();
      throw new Refusal(error);
    }
  }

  /** Records something else from the next step on; the frames may get another receiver. */
  async rerecord(record: unknown, onFrame: SessionRequest["onFrame"]): Promise<void> {
    const request = await this.#options.readRecord(record);
    this.#gated = (await prepareRecords(request)) ?? this.#gated;
    await this.order(async () => {
      const before = this.#recorded;
      this.#framed(request);
      try {
        await this.#advance({ until: this.stepCount, paced: false, yields: false });
      } catch (error) {
        if (!(error instanceof MemoryError)) throw error;
        this.#framed(before);
        throw new Refusal(error);
      }
      if (onFrame) this.outlet.replace(onFrame, this.#frames.held);
    });
  }

  /** The next frame for a reader who asks for it. */
  next(): Promise<IteratorResult<Frame>> {
    this.#heard = true;
    return this.outlet.next(this.#frames.held.shift());
  }

  /** Ends the session. Resolves when the simulation can be used again. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.playing = false;
    this.#abort.abort();
    this.#alarm.ring();
    return this.#ended;
  }

  /** Does something when no run is in progress, in the order of the calls. */
  order(run: () => void | Promise<void>, halts = false): Promise<void> {
    const ordered = this.#orders.add(run, halts);
    this.#alarm.ring();
    return ordered;
  }

  /** What `pause` gives at the end of the session. */
  afterEnd(): Promise<void> {
    const closed = this.#ended.then(() => {
      if (this.#closed && "error" in this.#closed) throw this.#closed.error;
    });
    closed.catch(() => {});
    return closed;
  }

  playTo(goal: Goal | undefined): void {
    const before = this.#goal;
    this.#goal = goal;
    this.#begin();
    before?.end?.(false);
  }

  /** Counts the pace and the time to the next frame from now. */
  #begin(): void {
    const now = performance.now();
    this.clock.restart(this.stepCount, now);
    this.#delivery.begin(now);
  }

  /** Plays towards a goal. Resolves at its end. */
  towards<T>(goalOf: (end: (result: T) => void) => Goal): Promise<T> {
    return new Promise((resolve, reject) => {
      this.order(() => {
        const goal = goalOf(resolve as (result: T) => void);
        this.playTo(goal);
      }).catch(reject);
      this.#ended.then(() => (this.#closed && "error" in this.#closed ? reject(this.#closed.error) : undefined));
    });
  }

  /** Applies the changes that waited for the end of a run. */
  #catchUp(): void {
    for (const change of this.#late.splice(0)) change();
  }

  /** Acts on calls until the session ends. */
  async #live(): Promise<void> {
    if (this.playing) this.#goal = { until: Infinity, paced: true, yields: true };
    this.#begin();
    try {
      while (!this.#stopping) {
        this.#requireSimulation();
        this.#catchUp();
        if (this.#orders.count > 0) await this.#orders.act();
        else if (this.#goal) await this.reach(this.#goal);
        else {
          this.#delivery.pass(true, true);
          await this.#alarm.wait();
        }
      }
      if (!this.#failed) await this.#finish();
    } catch (error) {
      this.#fail(this.steered.inside.course.ended ? disposed() : error);
    }
  }

  #requireSimulation(): void {
    if (this.#closed && "error" in this.#closed) throw this.#closed.error;
    if (this.steered.inside.course.ended) throw disposed();
  }

  /** Plays towards a goal until it is reached, or until a call interrupts it. */
  async reach(goal: Goal): Promise<void> {
    while (!goal.reached && !this.#stopping) {
      this.#requireSimulation();
      this.#catchUp();
      if (this.#interrupts(goal)) return;
      this.history.repeat(this.stepCount);
      await this.#advance(goal);
    }
    if (!goal.silent) await this.#delivery.passRest();
    if (!goal.reached || this.#goal !== goal) return;
    this.#goal = undefined;
    this.playing = false;
    goal.end?.(true);
  }

  /** Whether a call waits that ends this goal, or interrupts it. */
  #interrupts({ yields, silent }: Goal): boolean {
    if (this.#stopping || silent) return this.#stopping;
    return yields ? this.#orders.count > 0 : this.#orders.halts;
  }

  /** Makes one run towards a goal. It ends early if a call waits, or if a change needs a compilation. */
  async #advance(goal: Goal): Promise<void> {
    const { calls } = this.steered;
    const before = this.stepCount;
    const until = Math.min(goal.until, this.#end);
    this.#frames.resume(performance.now());
    this.#chunk = undefined;
    // A run without steps builds the simulation.
    const steps = until > before ? until - before : Infinity;
    try {
      const run = (await this.steered.run({
        ...this.#request,
        steps,
        signal: this.#abort.signal,
        escort: {
          join: (parts: readonly LoopPart[], setup: Setup, warnings: readonly string[]) => {
            this.warnings = [...calls.warnings, ...warnings, ...this.history.warnings];
            return this.#frames.join(parts, setup, this.stepCount);
          },
          gate: (first: number, rows: number) => this.#gate(goal, first, rows),
        },
      })) as { readonly stoppedBy?: string };
      const chunk = this.#chunk;
      this.#note(this.stepCount);
      if (chunk) this.#look(goal);
      if (run.stoppedBy === "input" || this.stepCount >= this.#end) this.#stopping = true;
    } finally {
      this.#frames.reach(this.stepCount);
      this.#frames.rest(performance.now());
      this.history.read();
    }
    this.history.reach(this.stepCount);
    if (this.stepCount >= until) goal.reached = true;
  }

  /** Notes that a chunk has ended. */
  #note(step: number): void {
    const now = performance.now();
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (!chunk) return;
    this.#computed += now - chunk.at;
    this.#perStep = (now - chunk.at) / chunk.rows;
    this.#frames.reach(step);
  }

  /** Whether the last step has the spikes that a goal looks for. */
  #look(goal: Goal): void {
    const { machine } = this.steered.inside;
    const { search } = goal;
    if (!search || !machine) return;
    const units = spikesIn(machine.populations[search.population]!, search);
    if (units.length === 0) return;
    goal.found = { step: this.stepCount, units };
    goal.reached = true;
  }

  /** Decides how many steps come next. It waits for the pace and for the receiver of frames. */
  async #gate(goal: Goal, first: number, rows: number): Promise<number> {
    const { course } = this.steered.inside;
    const chunk = this.#chunk;
    this.#note(first);
    this.history.read();
    if (chunk) this.#look(goal);
    if (goal.silent) this.#frames.discard(first);
    for (;;) {
      if (this.#closed || course.ended || goal.reached || first >= Math.min(goal.until, this.#end)) return 0;
      if (this.#interrupts(goal) || (this.#late.length > 0 && !this.#seeking)) return 0;
      const now = performance.now();
      const due = goal.paced ? this.clock.due(first, now) : Infinity;
      if (!goal.silent) this.#delivery.pass(this.#delivery.due(now, due));
      const left = this.#frames.left;
      if (left <= 0) {
        if (this.#frames.held.length === 0) this.#frames.finish();
        else await this.#alarm.wait();
        continue;
      }
      if (due < 1) {
        const next = Math.max(this.clock.timeOf(first + 1), this.#delivery.next, now + 1);
        await this.#alarm.wait(Math.min(next - now, LONGEST_WAIT));
        continue;
      }
      // A mark has the state before the changes of its step.
      await this.history.keep(first, this.#computed);
      if (!this.history.repeat(first)) return 0;
      const limit = Math.min(
        rows,
        left,
        due,
        goal.search ? 1 : Infinity,
        Math.min(goal.until, this.#end) - first,
        (this.history.nextChange ?? Infinity) - first,
        this.#fitting(now),
      );
      this.#chunk = { at: performance.now(), first, rows: limit };
      return limit;
    }
  }

  /** Number of steps that can be computed until the next frame. */
  #fitting(now: number): number {
    if (this.#perStep === 0) return 1;
    const { every, next } = this.#delivery;
    // A worker leaves the thread of the caller free. Otherwise, half of the time is left to others.
    const { worker } = this.steered.inside.settings;
    const span = worker ? Math.max(next - now, every / 4) : every / 2;
    return Math.max(1, Math.floor(Math.min(span, LONGEST_CHUNK) / this.#perStep));
  }

  /** Goes to a step of the past, or of the future that the session has seen. `call` names the call in messages. */
  async goTo(step: number, call: string): Promise<void> {
    this.history.requireStep(step, call);
    this.#seeking = true;
    try {
      // Bins and intervals that contain the step have to be repeated from their start.
      this.#frames.jump(this.history.rewind(step - longestInterval(this.#request) + 1));
      const goal: Goal = { until: step, paced: false, silent: true, yields: false };
      while (this.stepCount < step && !this.#stopping) {
        // Changes that compile are made between two runs.
        this.history.repeat(this.stepCount);
        this.history.read();
        goal.reached = false;
        await this.#advance(goal);
      }
      this.history.repeat(this.stepCount);
      this.history.read();
      this.#frames.discard(this.stepCount);
    } finally {
      this.#seeking = false;
    }
    this.clock.restart(this.stepCount, performance.now());
  }

  /** Makes the simulation available again. */
  #release(): void {
    const { course } = this.steered.inside;
    course.session = undefined;
    this.steered.calls.beforeWeights(undefined);
    this.#settle.ended();
  }

  async #closeInputs(): Promise<void> {
    this.warnings = [...this.warnings, ...(await closeInputs(this.#options.request))];
  }

  async #finish(): Promise<void> {
    await this.#closeInputs();
    this.history.read();
    this.#closed = {};
    this.playing = false;
    this.playTo(undefined);
    this.#orders.close();
    this.#release();
    await this.#delivery.passAll();
    if (this.#failed) return;
    this.#settle.done();
    this.outlet.end();
  }

  get #failed(): boolean {
    return this.#closed !== undefined && "error" in this.#closed;
  }

  /** Ends the session with an error, which everyone who waits receives. */
  #fail(error: unknown): void {
    if (this.#failed) return;
    const wasOpen = !this.#closed;
    this.#closed = { error };
    this.#stopping = true;
    this.playing = false;
    this.#abort.abort();
    const heard = this.#heard || this.#orders.count > 0 || this.#goal?.end !== undefined;
    this.#orders.close({ error });
    if (!heard) console.error(error);
    this.#alarm.ring();
    void (async () => {
      // The run in progress ends before the simulation can be used again.
      const { course } = this.steered.inside;
      while (course.running && !course.ended) await new Promise((resolve) => setTimeout(resolve, 1));
      if (wasOpen) {
        await this.#closeInputs();
        this.#release();
      }
      await this.#delivery.passAll();
      this.#settle.fail(error);
      this.outlet.end({ error });
    })();
  }
}
