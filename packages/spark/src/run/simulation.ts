import type { Precision } from "../config/parse.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { type Issue, StateError } from "../errors/errors.ts";
import type { BuiltComponent, Component } from "../model/component.ts";
import type { Machine, View } from "../program/machine.ts";
import type { Program } from "../program/program.ts";
import type { RecordOptions } from "../record/options.ts";
import { Course } from "./course.ts";
import { runLoop } from "./loop.ts";
import type { MachineMaker } from "./machines.ts";
import { checkMemory, spikesTooMany } from "./memory.ts";
import { type BackendName, type GivenRun, type RunOptions, runKeys, type Settings } from "./options.ts";
import { headerOf, readRun } from "./read.ts";
import { makeRun } from "./result.ts";
import type { Run } from "./run.ts";
import { isSame } from "./same.ts";
import { LARGE_CHUNK_ROWS, planProgram } from "./session.ts";
import { checkSnapshot, type Snapshot, type SnapshotIdentity } from "./snapshot.ts";
import { type StepInputs, type StepOutputs, Stepper, stepProgram } from "./stepper.ts";

/** Names of the states of a component, so that records are typed. */
export type StateOf<C> = C extends Component<infer M> ? keyof M["state"] & string : string;
type NoRecords = Record<never, never>;

/** Names the calling function in messages; `issues` holds what is already known to be wrong. */
let runAs: <R>(simulation: Simulation, where: string, options: GivenRun, issues: Issue[]) => Promise<Run<R>>;

/** For `simulate`, whose messages name it. */
export const runSimulationAs = <R>(...given: Parameters<typeof runAs>): Promise<Run<R>> => runAs<R>(...given);

/** A component compiled and ready to run, step by step or for a while. */
export class Simulation<S extends string = string> {
  readonly #course = new Course("Simulation");
  readonly #component: BuiltComponent;
  readonly #settings: Settings;
  readonly #machines: MachineMaker;
  #machine: Machine | undefined;
  #stepper: Stepper | undefined;
  /** State that no present machine holds: of a snapshot, or of a machine that was replaced. */
  readonly #state = new Map<string, View>();

  static {
    runAs = (simulation, where, options, issues) => simulation.#run(where, options, issues);
  }

  /** Use `compile`. */
  constructor(component: BuiltComponent, settings: Settings, machines: MachineMaker) {
    this.#component = component;
    this.#settings = settings;
    this.#machines = machines;
  }

  /** Shape of the population. */
  get units(): Shape {
    return this.#component.units;
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
  get backend(): BackendName {
    return this.#machines.backend;
  }
  /** Steps done since the start or the last reset. */
  get stepCount(): number {
    return this.#course.step;
  }
  /** Time simulated since the start or the last reset, ms. */
  get time(): number {
    return timeOfStep(this.#course.step, this.#settings.dt);
  }
  /** Sentences about values that are allowed but unusual. */
  get warnings(): readonly string[] {
    return this.#warned.warnings;
  }

  /**
   * Live memory of the currents that `step()` reads when called without one, pA: write into it, then step. Values
   * written here are not checked. Ask for it again after `run`, `reset`, `restore` and the first step with spikes:
   * these move the memory.
   */
  get current(): Float32Array | Float64Array {
    this.#course.ready();
    return this.#stepperFor(false).current;
  }

  /**
   * One step, at once and without allocating. A current that is left out keeps its last values, zero at first and after
   * `run`, `reset` and `restore`; spikes that are left out are none. The outputs are the same objects every time; copy
   * what must outlive the next step.
   * @throws ShapeError when an input has another shape; ConfigError when it holds NaN or an infinity; StateError in a
   * worker, during a run and after `dispose`.
   */
  step(inputs: StepInputs = {}): StepOutputs {
    this.#course.ready();
    const stepper = this.#stepperFor(inputs.inSpikes !== undefined);
    stepper.take(inputs);
    this.#machine!.advance(this.#course.step, 1);
    this.#course.step++;
    return stepper.outputs;
  }

  /**
   * Runs on from the present time. Inputs and windows are on the simulation's own clock: a series that starts at 0 ms
   * goes on where the last run ended.
   * @throws ConfigError, ShapeError for wrong options; MemoryError when it would not fit `memory`, or, with what was
   * recorded in `partial`, when spikes outgrow it; StateError during another run and after `dispose`.
   */
  async run<const R extends RecordOptions<S> = NoRecords>(options: RunOptions<S, R>): Promise<Run<R>> {
    const issues: Issue[] = [];
    unknownKeys("run", options, runKeys, issues);
    return this.#run("run", options, issues);
  }

  async #run<R>(where: string, options: GivenRun, issues: Issue[]): Promise<Run<R>> {
    this.#course.ready();
    const component = this.#component;
    const settings = this.#settings;
    const before = this.#course.step;
    this.#course.running = true;
    try {
      const request = await readRun(where, component, settings, options, before, issues);
      const { record, steps, memory } = request;
      const { sink, progress, signal } = options;
      const { dt, precision, worker, rows } = settings;
      const plan = planProgram(component, { ...request, precision, rows });
      const room = checkMemory(plan, { memory, streamed: sink !== undefined, worker });
      const machine = await this.#machineFor(plan.program);
      const header = headerOf(component, settings, record, before);
      const advance = (first: number, rows: number): Promise<void> => this.#course.advance(machine, first, rows);
      const enoughRows = LARGE_CHUNK_ROWS;
      const parts = [{ plan, machine, room, header, sink }];
      const result = await this.#course.guard(machine, () =>
        runLoop({ parts, dt, before, steps, rows: plan.program.rows, enoughRows, advance, progress, signal }),
      );
      const run = makeRun<R>(this.#warned, { ...settings, backend: this.backend }, record, result, before);
      if (result.stoppedBy !== "memory") return run;
      const count = result.collectors[0]!.spikes?.count ?? 0;
      throw Object.assign(spikesTooMany(count, result.lastSpikeStep, memory), { partial: run });
    } finally {
      this.#course.running = false;
    }
  }

  /** Back to the start: time 0, every state at its initial value. */
  reset(): void {
    this.#course.ready(true);
    this.#discard();
    this.#state.clear();
    this.#course.step = 0;
  }

  /** All that is needed to go on from here later, in this or another process. */
  snapshot(): Snapshot {
    this.#course.ready();
    const machine = this.#machine ?? this.#fresh();
    const views = [...this.#state, ...(machine ? this.#viewsOf(machine) : [])];
    const state = Object.fromEntries(views.map(([name, values]) => [name, values.slice()]));
    return { kind: "spark-snn snapshot", version: 1, ...this.#identity(), step: this.#course.step, state };
  }

  /**
   * Goes back to a snapshot: what runs from here gives the same bits as what ran from there.
   * @throws ConfigError, ShapeError when it is of another simulation, or damaged.
   */
  restore(snapshot: Snapshot): void {
    this.#course.ready(true);
    checkSnapshot(snapshot, this.#identity(), this.#component);
    this.#discard();
    this.#state.clear();
    for (const [name, values] of Object.entries(snapshot.state)) this.#state.set(name, values.slice());
    this.#course.step = snapshot.step;
  }

  /** Frees memory and ends the worker; a run that is under way fails. Any further call is an error. */
  dispose(): void {
    this.#course.end();
    this.#discard(this.#course.running || this.#course.lost);
    this.#machines.dispose();
  }

  #identity(): SnapshotIdentity {
    const { dt, precision, seed } = this.#settings;
    return { model: this.#component.model.name, units: this.#component.units, dt, dtype: precision, seed };
  }

  #stepperFor(spikes: boolean): Stepper {
    const present = this.#stepper;
    if (present && (present.takesSpikes || !spikes)) return present;
    const { kind, name } = this.#component.model;
    if (kind !== "soma") {
      throw new StateError(`Simulation.step was called for ${name}, which has no membrane. Use run().`);
    }
    if (this.#settings.worker) {
      throw new StateError("Simulation.step is not to be had in a worker. Use run(), or compile with worker: false.");
    }
    const machine = this.#adopt(this.#machines.create(stepProgram(this.#component, this.#settings.precision, spikes)));
    const stepper = new Stepper(this.#component, machine, spikes);
    if (present) stepper.current.set(present.current);
    this.#stepper = stepper;
    return stepper;
  }

  /** The present machine where it runs the same program, else a new one in its state. */
  async #machineFor(program: Program): Promise<Machine> {
    const present = this.#machine;
    if (present && !present.broken && !this.#stepper && isSame(present.program, program)) return present;
    const machine = await this.#machines.createForRun(program, (fresh) => this.#load(fresh));
    this.#course.receive(machine);
    return this.#adopt(machine);
  }

  get #warned(): BuiltComponent {
    return { ...this.#component, warnings: [...this.#component.warnings, ...this.#machines.warnings] };
  }

  /** A machine at the start, where no state is known yet. */
  #fresh(): Machine | undefined {
    if (this.#state.size > 0) return undefined;
    return this.#machines.create(stepProgram(this.#component, this.#settings.precision, false));
  }

  /** Carries the state over to a new machine and drops the old one. */
  #adopt(machine: Machine): Machine {
    this.#load(machine);
    for (const [name, view] of this.#machine ? this.#viewsOf(this.#machine) : []) this.#state.set(name, view);
    for (const name of this.#viewsOf(machine).keys()) this.#state.delete(name);
    // What the new machine has no place for would keep all memory of the old one.
    for (const [name, view] of this.#state) this.#state.set(name, view.slice());
    this.#discard();
    this.#machine = machine;
    return machine;
  }

  /** From view to view: copies of a large population's state would take as much again. */
  #load(machine: Machine): void {
    const present = this.#machine ? this.#viewsOf(this.#machine) : this.#state;
    for (const [name, view] of this.#viewsOf(machine)) {
      const values = present.get(name) ?? this.#state.get(name);
      if (values) view.set(values);
    }
  }

  /** The live state of a machine by name, without the padding. */
  #viewsOf(machine: Machine): Map<string, View> {
    const size = sizeOf(this.#component.units);
    return new Map(
      machine.program.buffers.flatMap(({ role, name }, k): [string, View][] =>
        role === "state" ? [[name, machine.view(k).subarray(0, size)]] : [],
      ),
    );
  }

  /** Others may hold views of a machine that made steps; one that is `busy` or was lost may still be written to. */
  #discard(busy = this.#course.lost): void {
    const machine = this.#machine;
    if (machine?.recycle && !this.#stepper && !busy) machine.recycle();
    else machine?.dispose();
    this.#machine = undefined;
    this.#stepper = undefined;
    this.#course.lost = false;
  }
}
