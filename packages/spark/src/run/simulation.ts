import type { FieldInput, Precision } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import type { Shape } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import type { UnitList } from "../config/unit-list.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import { StateError } from "../errors/errors.ts";
import type { Component, Model } from "../model/component.ts";
import type { Engine, MachinePopulation, Setup } from "../program/machine.ts";
import { probedBy } from "../record/plan.ts";
import type { Calls } from "./calls.ts";
import { Course } from "./course.ts";
import type { Frontend, RunRequest } from "./frontend.ts";
import type { Inside } from "./inside.ts";
import { LoopFailure, type LoopResult, runLoop } from "./loop.ts";
import type { Change, NameOf, PathOf, Runnable, RunOf } from "./model.ts";
import { type GivenRun, type RunOptions, runKeys, type Settings } from "./options.ts";
import { probesOf } from "./programs.ts";
import { infoOf } from "./result.ts";
import type { Session, SessionOptions } from "./session/model.ts";
import type { Snapshot } from "./snapshot.ts";
import { Standing } from "./standing.ts";
import type { StepInputsOf, StepOutputsOf } from "./steps.ts";
import type { TriggerAction } from "./triggers.ts";
import type { ProjectionWeights } from "./weights.ts";

/** Loaded by the first run. An import takes a considerable part of a short run, even if it was loaded before. */
let checks: typeof import("./checks.ts") | undefined;

/** Runs a validated request; for `simulate` and documents. */
let runRequest: (simulation: Simulation, request: RunRequest) => Promise<object>;
export const runPrepared = (...given: Parameters<typeof runRequest>): Promise<object> => runRequest(...given);

/**
 * A compiled component or network, ready to run or to step. The synapses of a network are drawn and stored once, at the
 * first run or step.
 */
export class Simulation<M = Runnable> {
  readonly #course = new Course();
  readonly #front: Frontend;
  readonly #settings: Settings;
  readonly #engine: Engine;
  readonly #standing: Standing;
  readonly #inside: Inside;
  #calls: Calls | undefined;

  static {
    runRequest = (simulation, request) => {
      simulation.#course.ready();
      return simulation.#run(async () => request, false);
    };
  }

  /** Use `compile` instead. Without `calls`, only runs without changes are available. */
  constructor(front: Frontend, settings: Settings, engine: Engine, calls?: typeof import("./calls.ts")) {
    this.#front = front;
    this.#settings = settings;
    this.#engine = engine;
    const course = this.#course;
    this.#inside = {
      course,
      front,
      settings,
      engine,
      machine: undefined,
      stepped: false,
      started: { once: new Set(), held: new Set() },
    };
    if (calls) {
      const standing = new calls.StandingAtOnce(engine, course, front, settings.worker);
      this.#calls = new calls.Calls(this.#inside, standing);
      this.#inside.started = standing.values.triggers;
      this.#standing = standing;
    } else this.#standing = new Standing(engine, course, front, settings.worker);
    // Another simulation of the same model may have changed the filters of its read-outs.
    front.network?.restoreFilters(undefined);
  }

  /** @throws StateError during a run and after `dispose` */
  #now(): Calls {
    this.#course.ready(true);
    return this.#calls!;
  }

  /** Shape of the population; number of units of a network. */
  get units(): M extends Component<Model> ? Shape : number {
    return this.#front.units as never;
  }
  /** Time step, ms. */
  get dt(): number {
    return this.#settings.dt;
  }
  get dtype(): Precision {
    return this.#settings.precision;
  }
  get seed(): number {
    return this.#settings.seed;
  }
  /** Name of the backend in use. */
  get backend(): string {
    return this.#engine.backend;
  }
  /** Steps since the start or the last reset. */
  get stepCount(): number {
    return this.#course.step;
  }
  /** Simulated time since the start or the last reset, ms. */
  get time(): number {
    return timeOfStep(this.#course.step, this.#settings.dt);
  }
  /** Sentences about values that are allowed but unusual. */
  get warnings(): readonly string[] {
    return [...this.#front.warnings, ...this.#engine.warnings, ...this.#standing.warnings];
  }

  /** Changes of parameters since the start, the last reset, restore or `forgetChanges`, in order. */
  get changes(): readonly Change[] {
    return this.#calls!.changes;
  }

  /**
   * Live memory of the currents that `step()` uses when called without a current, pA. Write to it, then step; these
   * values are not checked. Get it again after `run`, `reset`, `restore`, the first step with spikes and the first `set`
   * of a parameter, which move the memory. Only available for a single component.
   */
  get current(): M extends Component<Model> ? Float32Array | Float64Array : never {
    return this.#now().current as never;
  }

  /**
   * Advances by one step, synchronously and without allocating memory. Without a current, the last values stay in use;
   * they are zero at first and after `run` and `reset`, and `restore` restores them. Without spikes, there are none. The
   * outputs are the same objects in every step until the next `run` or the first `set` of a parameter; copy values that
   * you need after the next step.
   * @throws ShapeError if an input has another shape; ConfigError if it contains NaN or infinity or names an unknown
   * population, or if a rate has no value at this time; StateError if steps are not available, such as in a worker,
   * during a run and after `dispose`
   */
  step(inputs?: StepInputsOf<M>): StepOutputsOf<M>;
  step(inputs: object = NO_INPUTS): unknown {
    // `Calls.step` checks whether the simulation is ready. A second check takes time that a closed loop notices.
    return (this.#calls ?? this.#now()).step(inputs);
  }

  /**
   * Runs from the current time. Inputs and windows use the clock of the simulation: a series that starts at 0 ms
   * continues where the last run ended. Each run may have its own records and inputs.
   * @throws ConfigError for invalid options; MemoryError if the run exceeds `memory`; NonFiniteError if a state variable
   * becomes NaN or infinite; StateError during another run and after `dispose`; an error of a callback, an input or a
   * sink. An error during the run has the records so far in `partial`
   */
  async run<const R = Record<never, never>>(options: RunOptions<M, R>): Promise<RunOf<M, R>> {
    this.#course.ready();
    const site = new Site(new Place(["run"]), [], undefined);
    refuseUnknown(options, runKeys, site);
    const { checked } = this.#front;
    const read = (): Promise<RunRequest> =>
      checked.readRun(site.place, options as GivenRun, this.#course.step, site.issues);
    return (await this.#run(read, true)) as RunOf<M, R>;
  }

  /**
   * Opens a session: a run without a set end that you hold in your hands. It plays, pauses, steps, goes back, and passes
   * its records on in frames. Until it ends, it alone may use the simulation.
   * @throws ConfigError for invalid options; MemoryError if the session exceeds `memory`; StateError during a run or
   * another session and after `dispose`
   */
  async start<const R = Record<never, never>>(options: SessionOptions<M, R> = {}): Promise<Session<M, R>> {
    this.#course.ready();
    const run = (request: RunRequest): Promise<object> => this.#run(async () => request, true);
    return (await this.#now().start(run, options)) as Session<M, R>;
  }

  /** `continues`: whether other runs may follow. */
  async #run(read: () => Promise<RunRequest>, continues: boolean): Promise<object> {
    const course = this.#course;
    const before = course.step;
    course.running = true;
    try {
      const request = await read();
      const { steps, changes, cuts, memory, acceptsNonFinite, progress, signal, escort } = request;
      if (changes.length > 0) this.#calls!.plan(changes);
      const front = this.#front;
      const driven = request.populations.map(({ feeds }, p) => front.programs[p]!.drivenBy(feeds));
      const settings = this.#settings;
      checks ??= await import("./checks.ts");
      const { doubtsOf, watchState, withPartial } = checks;
      const doubted = { populations: front.populations, settings, driven, cuts, continues };
      const doubts = doubtsOf({ ...doubted, first: before, end: before + steps });
      if (before === 0) {
        const { surprisesOf } = await import("./plausible.ts");
        doubts.push(...surprisesOf(front.checked, front.populations, request, continues));
      }
      const { worker, rows: longest } = settings;
      const rows = front.chunkRows(request, longest);
      const populations = request.populations.map(({ record, readouts }, p) => {
        const { program } = driven[p]!;
        return { program, probes: probesOf(program, [...probedBy(record), ...readouts], rows) };
      });
      const setup = { rows, populations };
      const { drawer, backend } = this.#engine;
      const room = await front.checkMemory(setup, request, { drawer, backend, worker });
      const start = performance.now();
      const stood = this.#inside.machine;
      const machine = await this.#standing.setUp(setup, () => signal?.aborted === true || course.ended);
      this.#inside.machine = machine;
      const buildTime = machine && machine === stood ? 0 : (performance.now() - start) / 1000;
      const { started } = this.#inside;
      const on = machine?.populations ?? unbuilt(setup);
      const running = { request, driven, setup, populations: on, room, before, started };
      const own = front.partsOf(running);
      const parts = escort ? escort.join(own, setup, doubts) : own;
      const pull = () => this.#standing.pull();
      const names = front.network && front.populations.map(({ name }) => name);
      const about = { parts, names, model: front.checked.name, dt: this.dt, pull };
      const check = machine && !acceptsNonFinite ? watchState({ ...about, machine }, course, before, steps) : undefined;
      const loop = (): Promise<LoopResult> =>
        runLoop({
          parts,
          conditions: this.#inside,
          dt: this.dt,
          before,
          steps,
          rows,
          enoughRows: front.enoughRows,
          gate: escort && ((first, rows) => escort.gate(first, rows)),
          begin: async () => {
            const begun = await this.#calls?.begin(request);
            if (begun?.changed) check?.changed();
            return begun?.rows ?? Number.POSITIVE_INFINITY;
          },
          advance: async (first, count) => {
            if (machine) await course.advance(machine, first, count);
            this.#calls?.end(first);
          },
          check: check?.check,
          progress,
          signal,
        });
      const runOf = (result: LoopResult): object => {
        const about = infoOf({ ...this.#shown(doubts), name: front.checked.name }, this.#settings, result, before);
        const info = { ...about, ...this.#calls?.changesIn(before, result.done) };
        return front.resultOf({ ...running, info, result, buildTime, synapses: this.#standing.synapses });
      };
      const looped = machine ? course.guard(() => this.#standing.pull(), loop) : loop();
      const result = await looped.catch((failure: unknown) => {
        if (!(failure instanceof LoopFailure)) throw failure;
        throw withPartial(failure.error, runOf(failure.result));
      });
      if (result.stoppedBy !== "memory") return runOf(result);
      const count = result.collectors.reduce((sum, { spikeCount }) => sum + spikeCount, 0);
      const { spikesTooMany } = await import("./memory-refusals.ts");
      throw Object.assign(spikesTooMany(count, before + result.done, memory), { partial: runOf(result) });
    } finally {
      course.running = false;
      this.#calls?.settle();
    }
  }

  #shown(doubts: readonly string[]): {
    readonly units: Shape;
    readonly warnings: readonly string[];
    readonly backend: string;
  } {
    return { units: this.#front.units as Shape, warnings: [...this.warnings, ...doubts], backend: this.backend };
  }

  /**
   * Returns the present value of a parameter: one number for all units, or a copy with one per unit. The path of a
   * parameter is its name; in a network, after the name of its population, of the population and its synapse, or of the
   * drive: "excitatory.threshold", "excitatory.exponential.tau", "noise.rate".
   * @throws ConfigError for an unknown path; StateError after `dispose`
   */
  get(path: PathOf<M>): number | Float64Array {
    return this.#now().get(path);
  }

  /**
   * Sets a parameter from the next step on, also during a run: a number for all units, an array with a value per unit, or
   * an initializer. `get` describes paths. State variables keep their values. The first change of a parameter compiles
   * its population again, because parameters are constants of the compiled code; later ones compile nothing. `reset`
   * returns to the declared values; snapshots contain the present ones.
   * @throws ConfigError, ShapeError for an unknown path or an invalid value; StateError after `dispose`, and during a run
   * for a change that compiles
   */
  set(path: PathOf<M>, value: FieldInput): void {
    (this.#calls ?? this.#now()).set(path, value);
  }

  /**
   * Lets units emit spikes in the next step in addition to their own, also during a run: then in the first step of the
   * next chunk. The spikes take the projections of the population, and records and read-outs contain them. The state of
   * the units does not change. `changes` of a run lists them.
   * @throws ConfigError for an unknown population or unit, and for a single component; StateError after `dispose`
   */
  inject(population: NameOf<M>, units: UnitList): void {
    (this.#calls ?? this.#now()).inject(population, units);
  }

  /**
   * Starts a trigger of records: for one step, by default, or until it is stopped. It acts from the next step of a run on;
   * during a run, from the next chunk on. Records with the option `trigger` then keep the steps around it. `changes` of a
   * run lists it.
   * @throws ConfigError for another action, and during a run for a trigger that none of its records has; StateError after
   * `dispose`
   */
  trigger(name: string, action: TriggerAction = "once"): void {
    (this.#calls ?? this.#now()).trigger(name, action);
  }

  /**
   * Empties `changes`, which otherwise keep every value that was ever set. Call it now and then in programs that set values
   * for hours. Parameters keep their values.
   * @throws StateError during a run or a session, and after `dispose`
   */
  forgetChanges(): void {
    this.#now().forgetChanges();
  }

  /**
   * Returns to the start: time 0, all parameters as declared, all state variables at their initial values, no spikes in
   * transit.
   */
  reset(): void {
    this.#now().reset();
  }

  /** Returns all that is needed to continue from here, in this or another process, including spikes in transit. */
  snapshot(): Snapshot {
    return this.#now().snapshot();
  }

  /**
   * Restores a snapshot. The simulation then continues with the same bits as after the snapshot was taken.
   * @throws ConfigError, ShapeError if the snapshot is damaged, or belongs to a simulation with other parameters,
   * equations or connections
   */
  restore(snapshot: Snapshot): void {
    this.#now().restore(snapshot);
  }

  /**
   * Returns the synapses of a projection. They are drawn again and equal those of the running network.
   * @throws StateError for an unknown name
   */
  projection(name: string): Synapses {
    return this.#now().projection(name);
  }

  /**
   * Returns access to the current weights of a projection. The first call builds the network if no run has built it.
   * @throws StateError for an unknown name, during a run, and if the network cannot be built synchronously, such as in
   * a worker before the first run
   */
  weights(name: string): ProjectionWeights {
    return this.#now().weights(name);
  }

  /** Frees memory and ends threads. A run in progress fails, and every further call is an error. */
  dispose(): void {
    const course = this.#course;
    course.end();
    course.session?.wake();
    this.#standing.dispose(!this.#inside.stepped && !course.running && !course.lost);
    this.#inside.machine = undefined;
    this.#calls = undefined;
    this.#front.network?.dispose();
    this.#engine.close();
  }
}

const NO_INPUTS = {};

/** Placeholders for the populations of a machine that was not created; an aborted run does not access them. */
const unbuilt = ({ populations }: Setup): MachinePopulation[] => {
  const missing = (): never => {
    throw new StateError("The simulation accessed a network that was not built. Report this as a bug.");
  };
  return populations.map(({ program, probes }) => ({
    program,
    view: missing,
    schedule: new Int32Array(probes.length * 3),
    record: missing,
    scanSpikes: missing,
  }));
};
