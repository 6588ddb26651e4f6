import type { Machine, View } from "../backend/backend.ts";
import type { Precision } from "../config/parse.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue, StateError } from "../errors/errors.ts";
import type { BuiltComponent, Component, Model } from "../model/component.ts";
import { PortSpecs, runInputs } from "../model/ports.ts";
import { inputShape } from "./inputs/feed.ts";
import { runLoop } from "./loop.ts";
import { type MachineMaker, machinesFor } from "./machines.ts";
import { checkMemory, spikesTooMany } from "./memory.ts";
import {
  type BackendName,
  type CompileOptions,
  checkComponent,
  compileKeys,
  type GivenRun,
  type InputOptions,
  type RunOptions,
  readSettings,
  runKeys,
  type Settings,
  type SimulateOptions,
  unknownKeys,
} from "./options.ts";
import { headerOf, readRun } from "./read.ts";
import type { RecordOptions } from "./record/options.ts";
import { makeRun } from "./result.ts";
import type { Run } from "./run.ts";
import { planProgram } from "./session.ts";
import { checkSnapshot, type Snapshot, type SnapshotIdentity } from "./snapshot.ts";
import { type StepInputs, type StepOutputs, Stepper, stepProgram } from "./stepper.ts";
import { timeOfStep } from "./time.ts";

/** Names of the states of a component, so that records are typed. */
export type StateOf<C> = C extends Component<infer M> ? keyof M["state"] & string : string;
type NoRecords = Record<never, never>;

const DISPOSED = "Simulation was disposed while it ran. Wait for run() first, or stop it with a signal.";

/** Names the calling function in messages; `issues` holds what is already known to be wrong. */
let runAs: <R>(simulation: Simulation, where: string, options: GivenRun, issues: Issue[]) => Promise<Run<R>>;

/** A component compiled and ready to run, step by step or for a while. */
export class Simulation<S extends string = string> {
  readonly #component: BuiltComponent;
  readonly #settings: Settings;
  readonly #machines: MachineMaker;
  #machine: Machine | undefined;
  #stepper: Stepper | undefined;
  /** State that no present machine holds: of a snapshot, or of a machine that was replaced. */
  readonly #state = new Map<string, View>();
  #step = 0;
  #running = false;
  #disposed = false;
  /** True while a machine is between two states, and for good when it failed there. */
  #lost = false;

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
    return this.#step;
  }
  /** Time simulated since the start or the last reset, ms. */
  get time(): number {
    return timeOfStep(this.#step, this.#settings.dt);
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
    this.#ready();
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
    this.#ready();
    const outputs = this.#stepperFor(inputs.inSpikes !== undefined).step(inputs, this.#step);
    this.#step++;
    return outputs;
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
    this.#ready();
    const component = this.#component;
    const settings = this.#settings;
    const before = this.#step;
    this.#running = true;
    try {
      const request = await readRun(where, component, settings, options, before, issues);
      const { record, steps, memory } = request;
      const { sink, progress, signal } = options;
      const { dt, precision, worker, rows } = settings;
      const plan = planProgram(component, { ...request, precision, rows });
      const room = checkMemory(plan, { memory, streamed: sink !== undefined, worker });
      const machine = await this.#machines.createForRun(plan.program, (fresh) => this.#load(fresh));
      if (this.#disposed) {
        machine.dispose();
        throw new StateError(DISPOSED);
      }
      this.#adopt(machine);
      const header = headerOf(component, settings, record, before);
      const advance = (first: number, rows: number): Promise<void> => this.#advance(machine, first, rows);
      const parts = [{ plan, machine, room, header, sink }];
      const result = await this.#guard(machine, () =>
        runLoop({ parts, dt, before, steps, rows: plan.program.rows, advance, progress, signal }),
      );
      const run = makeRun<R>(this.#warned, { ...settings, backend: this.backend }, record, result, before);
      if (result.stoppedBy !== "memory") return run;
      const count = result.collectors[0]!.spikes?.count ?? 0;
      throw Object.assign(spikesTooMany(count, result.lastSpikeStep, memory), { partial: run });
    } finally {
      this.#running = false;
    }
  }

  /** Back to the start: time 0, every state at its initial value. */
  reset(): void {
    this.#ready(true);
    this.#discard();
    this.#state.clear();
    this.#step = 0;
  }

  /** All that is needed to go on from here later, in this or another process. */
  snapshot(): Snapshot {
    this.#ready();
    const machine = this.#machine ?? this.#fresh();
    const views = [...this.#state, ...(machine ? this.#viewsOf(machine) : [])];
    const state = Object.fromEntries(views.map(([name, values]) => [name, values.slice()]));
    return { kind: "spark-snn snapshot", version: 1, ...this.#identity(), step: this.#step, state };
  }

  /**
   * Goes back to a snapshot: what runs from here gives the same bits as what ran from there.
   * @throws ConfigError, ShapeError when it is of another simulation, or damaged.
   */
  restore(snapshot: Snapshot): void {
    this.#ready(true);
    checkSnapshot(snapshot, this.#identity(), this.#component);
    this.#discard();
    this.#state.clear();
    for (const [name, values] of Object.entries(snapshot.state)) this.#state.set(name, values.slice());
    this.#step = snapshot.step;
  }

  /** Frees memory and ends the worker; a run that is under way fails. Any further call is an error. */
  dispose(): void {
    this.#disposed = true;
    this.#discard();
    this.#machines.dispose();
  }

  #identity(): SnapshotIdentity {
    const { dt, precision, seed } = this.#settings;
    return { model: this.#component.model.name, units: this.#component.units, dt, dtype: precision, seed };
  }

  #ready(recovers = false): void {
    if (this.#disposed) throw new StateError("Simulation was used after dispose(). Compile it again.");
    if (this.#running) throw new StateError("Simulation is running. Wait for run() before the next call.");
    if (!this.#lost || recovers) return;
    throw new StateError("Simulation lost its state when a run failed. Call reset(), or restore() a snapshot.");
  }

  async #advance(machine: Machine, firstStep: number, rows: number): Promise<void> {
    if (this.#disposed) throw new StateError(DISPOSED);
    this.#lost = true;
    await machine.advance(firstStep, rows);
    this.#lost = false;
    this.#step += rows;
  }

  /** Runs a loop and brings the state home, also where the loop failed between two chunks. */
  async #guard<T>(machine: Machine, loop: () => Promise<T>): Promise<T> {
    const pull = async (): Promise<void> => {
      if (this.#disposed) throw new StateError(DISPOSED);
      this.#lost = true;
      await machine.pull?.();
      this.#lost = false;
    };
    let result: T;
    try {
      result = await loop();
    } catch (error) {
      if (!this.#lost) await pull().catch(() => {});
      throw error;
    }
    await pull();
    return result;
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

  #discard(): void {
    this.#machine?.dispose();
    this.#machine = undefined;
    this.#stepper = undefined;
    this.#lost = false;
  }
}

/** The ports that inputs are wired to, where the inputs say a shape. */
const specsOf = (model: Model, inputs: InputOptions | undefined): Record<string, PortSpecs> => {
  const specs: Record<string, PortSpecs> = {};
  const ports = runInputs(model.inputs);
  for (const [name, value] of Object.entries({ ...inputs })) {
    const shape = inputShape(value);
    const port = ports[name];
    if (shape && port) specs[name] = new PortSpecs({ payload: port.payload, shape });
  }
  return specs;
};

/** Builds a component with start values, and adds to what is already known to be wrong what the build finds. */
const build = async (
  component: Component,
  settings: Settings,
  options: { readonly initial?: unknown; readonly inputs?: InputOptions },
  issues: Issue[],
): Promise<BuiltComponent> => {
  const { dt, seed } = settings;
  try {
    // A flat input fits any shape of its length, so that it is asked only where no shape was given.
    const specs = component.units ? {} : specsOf(component.model, options.inputs);
    const built = component.build(specs, { dt, seed });
    if (options.initial !== undefined) {
      const { applyInitial } = await import("./initial.ts");
      applyInitial(built, options.initial, issues);
    }
    return built;
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError([...issues, ...error.issues]);
    throw issues.length > 0 ? new ConfigError(issues) : error;
  }
};

/** Compiles a component for closed loops and for runs one after the other. Call `dispose()` when done. */
export const compile = async <C extends Component>(
  component: C,
  options: CompileOptions<StateOf<C>> = {},
): Promise<Simulation<StateOf<C>>> => {
  checkComponent("compile", component);
  const issues: Issue[] = [];
  unknownKeys("compile", options, compileKeys, issues);
  const settings = readSettings("compile", component, options, issues);
  const built = await build(component, settings, options, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return new Simulation<StateOf<C>>(built, settings, await machinesFor(settings, issues.length === 0));
};

/** Runs a whole experiment and gives what was recorded. Throws what `compile` and `run` throw. */
export const simulate = async <C extends Component, const R extends RecordOptions<StateOf<C>> = NoRecords>(
  component: C,
  options: SimulateOptions<StateOf<C>, R>,
): Promise<Run<R>> => {
  checkComponent("simulate", component);
  const issues: Issue[] = [];
  unknownKeys("simulate", options, [...compileKeys, ...runKeys], issues);
  const settings = readSettings("simulate", component, options, issues);
  const built = await build(component, settings, options, issues);
  const simulation = new Simulation<StateOf<C>>(built, settings, await machinesFor(settings, issues.length === 0));
  try {
    return await runAs(simulation, "simulate", options, issues);
  } finally {
    simulation.dispose();
  }
};
