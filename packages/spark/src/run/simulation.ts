import type { Precision } from "../config/parse.ts";
import { Place } from "../config/place.ts";
import type { Shape } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import { type Issue, StateError } from "../errors/errors.ts";
import type { Component, Model } from "../model/component.ts";
import type { Engine, Machine, MachinePopulation, Setup, View } from "../program/machine.ts";
import { Course } from "./course.ts";
import type { Frontend, RunRequest, Stepping } from "./frontend.ts";
import { type LoopResult, runLoop } from "./loop.ts";
import { spikesTooMany } from "./memory.ts";
import type { Runnable, RunOf } from "./model.ts";
import { type GivenRun, type RunOptions, runKeys, type Settings } from "./options.ts";
import { probesOf } from "./programs.ts";
import { infoOf } from "./result.ts";
import { readSnapshot, refuseFault, type Snapshot } from "./snapshot.ts";
import { Standing } from "./standing.ts";
import type { Stepper } from "./stepper.ts";
import type { StepInputsOf, StepOutputsOf } from "./steps.ts";
import type { ProjectionWeights, WeightKeeper } from "./weights.ts";

/** Runs what was read before; `simulate` and documents use it. */
let runRequest: (simulation: Simulation, request: RunRequest) => Promise<object>;
export const runPrepared = (...given: Parameters<typeof runRequest>): Promise<object> => runRequest(...given);

/** One setup for single steps, and what steps the machine with it. */
interface StepSetup {
  readonly setup: Setup;
  readonly stepper: Stepping;
}

/**
 * A component or a network that is compiled and ready to run, step by step or for a while. The synapses of a network are
 * drawn and stored once, at the first run or step.
 */
export class Simulation<M = Runnable> {
  readonly #course = new Course();
  readonly #front: Frontend;
  readonly #settings: Settings;
  readonly #engine: Engine;
  readonly #standing: Standing;
  #machine: Machine | undefined;
  #steps: StepSetup | undefined;
  /** Whether others may hold views of the machine. */
  #stepped = false;

  static {
    runRequest = (simulation, request) => {
      simulation.#course.ready();
      return simulation.#run(async () => request);
    };
  }

  /** Use `compile`. */
  constructor(front: Frontend, settings: Settings, engine: Engine) {
    this.#front = front;
    this.#settings = settings;
    this.#engine = engine;
    this.#standing = new Standing(engine, this.#course, front, settings.worker);
    // Another simulation of the same model may have left its read-outs elsewhere.
    front.network?.restoreFilters(undefined);
  }

  /** Shape of the population; of a network, the number of its units. */
  get units(): M extends Component<Model> ? Shape : number {
    return this.#front.units as never;
  }
  /** Length of a step, ms. */
  get dt(): number {
    return this.#settings.dt;
  }
  get dtype(): Precision {
    return this.#settings.precision;
  }
  get seed(): number {
    return this.#settings.seed;
  }
  /** Name of the backend that serves. */
  get backend(): string {
    return this.#engine.backend;
  }
  /** Steps done since the start or the last reset. */
  get stepCount(): number {
    return this.#course.step;
  }
  /** Time simulated since the start or the last reset, ms. */
  get time(): number {
    return timeOfStep(this.#course.step, this.#settings.dt);
  }
  /** Sentences about what is allowed but unusual. */
  get warnings(): readonly string[] {
    return [...this.#front.warnings, ...this.#engine.warnings, ...this.#standing.warnings];
  }

  /**
   * Live memory of the currents that `step()` reads when called without one, pA: write into it, then step. Values
   * written here are not checked. Ask for it again after `run`, `reset`, `restore` and the first step with spikes, which
   * move the memory. Only for a component alone.
   */
  get current(): M extends Component<Model> ? Float32Array | Float64Array : never {
    this.#course.ready();
    if (this.#front.network) {
      throw new StateError("Simulation.current belongs to a single component. Give currents by population to step().");
    }
    return (this.#stepperFor({}).stepper as Stepper).current as never;
  }

  /**
   * One step, at once and without allocating. A current that is left out keeps its last values, zero at first and after
   * `run`, `reset` and `restore`; spikes that are left out are none. The outputs are the same objects every time until
   * the next `run`; copy what must outlive the next step.
   * @throws ShapeError when an input has another shape; ConfigError when it holds NaN or an infinity or is for no
   * population, or a rate does not say its value at this time; StateError where steps are not available, such as in a
   * worker, during a run and after `dispose`.
   */
  step(inputs?: StepInputsOf<M>): StepOutputsOf<M>;
  step(inputs: object = NO_INPUTS): unknown {
    const course = this.#course;
    course.ready();
    const { stepper } = this.#stepperFor(inputs);
    stepper.take(inputs, course.step);
    course.lost = true;
    this.#machine!.stepNow!(course.step);
    course.lost = false;
    course.step++;
    stepper.read?.(course.step);
    return stepper.outputs;
  }

  /**
   * Runs on from the present time. Inputs and windows are on the simulation's own clock: a series that starts at 0 ms
   * goes on where the last run ended. Runs may record other variables and take other inputs than those before.
   * @throws ConfigError, ShapeError for wrong options; MemoryError when it would not fit `memory`, or, with what was
   * recorded in `partial`, when spikes outgrow it; StateError during another run and after `dispose`.
   */
  async run<const R = Record<never, never>>(options: RunOptions<M, R>): Promise<RunOf<M, R>> {
    this.#course.ready();
    const issues: Issue[] = [];
    unknownKeys("run", options, runKeys, issues);
    const { checked } = this.#front;
    const read = (): Promise<RunRequest> =>
      checked.readRun(new Place(["run"]), options as GivenRun, this.#course.step, issues);
    return (await this.#run(read)) as RunOf<M, R>;
  }

  async #run(read: () => Promise<RunRequest>): Promise<object> {
    const course = this.#course;
    const before = course.step;
    course.running = true;
    try {
      const request = await read();
      const { steps, memory, progress, signal } = request;
      const front = this.#front;
      const driven = request.populations.map(({ feeds }, p) => front.programs[p]!.drivenBy(feeds));
      const { worker, rows: longest } = this.#settings;
      const rows = front.chunkRows(request, longest);
      const populations = request.populations.map(({ record, readouts }, p) => {
        const { program } = driven[p]!;
        return { program, probes: probesOf(program, [...record.traces, ...readouts], rows) };
      });
      const setup = { rows, populations };
      const room = front.checkMemory(setup, request, { drawer: this.#engine.drawer, worker });
      const start = performance.now();
      const stood = this.#machine;
      const machine = await this.#standing.setUp(setup, () => signal?.aborted === true || course.ended);
      this.#machine = machine;
      const buildTime = machine && machine === stood ? 0 : (performance.now() - start) / 1000;
      const running = { request, driven, setup, populations: machine?.populations ?? unbuilt(setup), room, before };
      const parts = front.partsOf(running);
      const loop = (): Promise<LoopResult> =>
        runLoop({
          parts,
          dt: this.dt,
          before,
          steps,
          rows,
          enoughRows: front.enoughRows,
          advance: async (first, count) => machine && course.advance(machine, first, count),
          progress,
          signal,
        });
      const result = machine ? await course.guard(() => this.#standing.pull(), loop) : await loop();
      const { name } = front.checked;
      const info = infoOf({ ...this.#shown(), name }, this.#settings, result, before);
      const run = front.resultOf({ ...running, info, result, parts, buildTime, synapses: this.#standing.synapses });
      if (result.stoppedBy !== "memory") return run;
      const count = result.collectors.reduce((sum, { spikes }) => sum + (spikes?.count ?? 0), 0);
      throw Object.assign(spikesTooMany(count, result.lastSpikeStep, memory), { partial: run });
    } finally {
      course.running = false;
    }
  }

  #shown(): { readonly units: Shape; readonly warnings: readonly string[]; readonly backend: string } {
    return { units: this.#front.units as Shape, warnings: this.warnings, backend: this.backend };
  }

  #stepperFor(inputs: object): StepSetup {
    const present = this.#steps;
    const attached = present && this.#standing.has(present.setup);
    if (present && attached && this.#front.takes(present.stepper, inputs)) return present;
    this.#refuseSteps();
    const front = this.#front;
    const { feeds, traces } = front.stepRequest(inputs);
    const driven = feeds.map((own, p) => front.programs[p]!.drivenBy(own));
    const populations = driven.map(({ program }, p) => ({ program, probes: probesOf(program, traces[p]!, 1) }));
    const setup = { rows: 1, populations };
    // Spikes that come in for the first time change the program, but not the current.
    const current = attached ? (present.stepper as Stepper).current.slice() : undefined;
    this.#machine = this.#standing.setUpNow(setup, this.#noSteps());
    this.#stepped = true;
    const stepper = front.stepper(this.#machine, driven, inputs);
    if (current) (stepper as Stepper).current.set(current);
    this.#steps = { setup, stepper };
    return this.#steps;
  }

  #refuseSteps(): void {
    for (const { component, inhibitory } of this.#front.network ? [] : this.#front.populations) {
      const { kind, name } = component.model;
      if (kind === "soma" || inhibitory) continue;
      throw new StateError(`Simulation.step was called for ${name}, which has no membrane. Use run().`);
    }
    if (this.#settings.worker || this.#engine.noSteps !== undefined) throw new StateError(this.#noSteps());
  }

  #noSteps(): string {
    if (this.#settings.worker) {
      return "step() is not available in a worker, because it is synchronous. Use run(), or compile without worker: true.";
    }
    return `step() is not available here. ${this.#engine.noSteps ?? "The machine is made in other threads. Use run()."}`;
  }

  /** Back to the start: time 0, every state at its initial value, no spike under way. */
  reset(): void {
    this.#course.ready(true);
    this.#startFrom({ state: {}, spikes: [] }, 0);
    this.#front.network?.restoreFilters(undefined);
  }

  /** All that is needed to go on from here later, in this or another process. Spikes under way are included. */
  snapshot(): Snapshot {
    this.#course.ready();
    const { state, spikes } = this.#standing.save(this.#initial());
    const readouts = this.#front.network?.keptFilters();
    const weights = this.#front.network?.weights.save();
    return {
      kind: "spark-snn snapshot",
      version: 2,
      ...this.#identity(),
      step: this.#course.step,
      state,
      spikes,
      ...(weights && { weights }),
      ...(readouts && { readouts }),
    };
  }

  /**
   * Goes back to a snapshot: what runs from here gives the same bits as what ran from there.
   * @throws ConfigError, ShapeError when it is of another simulation, or damaged.
   */
  restore(snapshot: Snapshot): void {
    this.#course.ready(true);
    const sound = readSnapshot(snapshot, { ...this.#identity(), initial: this.#initial() });
    const { network } = this.#front;
    refuseFault(network?.faultOf(sound));
    this.#startFrom(sound, sound.step);
    network?.restoreFilters(sound.readouts);
  }

  #startFrom(from: Pick<Snapshot, "state" | "spikes" | "weights">, step: number): void {
    this.#standing.load(from);
    this.#course.step = step;
    this.#course.lost = false;
  }

  /**
   * The synapses of a projection, drawn again: the same ones that the network runs with.
   * @throws StateError for an unknown name.
   */
  projection(name: string): Synapses {
    this.#course.ready();
    const { network } = this.#front;
    if (!network) throw new StateError(`projection.${name} is unknown: a single component has no projections.`);
    return network.projection(name, this.#engine.drawer);
  }

  /**
   * The present weights of a projection, to read and to write. Asking for them builds the network where no run has built
   * it yet.
   * @throws StateError for an unknown name, during a run, and where the network cannot be built at once
   */
  weights(name: string): ProjectionWeights {
    this.#course.ready();
    const { network } = this.#front;
    if (!network) throw new StateError(`weights.${name} is unknown: a single component has no projections.`);
    const place = network.placeOf(name);
    const standing = this.#standing;
    const open = (): WeightKeeper => {
      this.#course.ready();
      if (!standing.stands) this.#stepperFor({});
      return network.weights;
    };
    return {
      synapses: open().countOf(place),
      read: (numbers) => open().read(place, numbers),
      select: (selection = {}) => open().select(place, selection),
      write: (values, numbers) => {
        const keeper = open();
        if (!keeper.write(place, values, numbers)) {
          keeper.owned.add(place);
          standing.rebuild(this.#noSteps());
          this.#machine = undefined;
          keeper.write(place, values, numbers);
        }
        standing.deliverAnew();
      },
    };
  }

  /** Frees memory and ends threads; a run that is under way fails. Any further call is an error. */
  dispose(): void {
    const course = this.#course;
    course.end();
    this.#standing.dispose(!this.#stepped && !course.running && !course.lost);
    this.#machine = undefined;
    this.#steps = undefined;
    this.#front.network?.dispose();
    this.#engine.close();
  }

  #identity(): Pick<Snapshot, "model" | "populations" | "dt" | "dtype" | "seed"> {
    const { dt, precision, seed } = this.#settings;
    const { checked, populations } = this.#front;
    const shapes = populations.map(({ name, component }) => [name, component.units] as const);
    return { model: checked.name, populations: Object.fromEntries(shapes), dt, dtype: precision, seed };
  }

  /** The states that are there whatever drives the simulation, as they start. */
  #initial(): Map<string, View> {
    return new Map(this.#front.programs.flatMap((programs) => programs.initialStates()));
  }
}

const NO_INPUTS = {};

/** Stands for the populations of a machine that was not made: an aborted run asks nothing of them. */
const unbuilt = ({ populations }: Setup): MachinePopulation[] => {
  const missing = (): never => {
    throw new StateError("Simulation asked for a machine that was not made. Report this as a bug.");
  };
  return populations.map(({ program, probes }) => ({
    program,
    view: missing,
    schedule: new Int32Array(probes.length * 3),
    record: missing,
    scanSpikes: missing,
  }));
};
