import type { Machine, View } from "../backend/backend.ts";
import { interpreter } from "../backend/interpreter/interpreter.ts";
import { wasm } from "../backend/wasm/wasm.ts";
import { createInWorker } from "../backend/wasm/worker.ts";
import { type Program, paddedTo } from "../compile/program.ts";
import type { Precision } from "../config/parse.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue, StateError } from "../errors/errors.ts";
import type { BuiltComponent, Component, Model } from "../model/component.ts";
import { PortSpecs } from "../model/ports.ts";
import type { Feed } from "./inputs/contract.ts";
import { inputShape, readInput } from "./inputs/feed.ts";
import { runLoop, spikesTooMany } from "./loop.ts";
import {
  type BackendName,
  type CompileOptions,
  checkComponent,
  compileKeys,
  type InputOptions,
  type RunOptions,
  readMemory,
  readSettings,
  runKeys,
  type Settings,
  type SimulateOptions,
  stepsOf,
  unknownKeys,
} from "./options.ts";
import { planRecord } from "./record/plan.ts";
import { makeRun } from "./result.ts";
import type { Run } from "./run.ts";
import { checkMemory, planProgram } from "./session.ts";
import { checkSnapshot, type Snapshot } from "./snapshot.ts";
import { portsOf, type StepInputs, type StepOutputs, type StepPorts, Stepper, stepProgram } from "./stepper.ts";
import { timeOfStep } from "./time.ts";

/** Names of the states of a component, so that records are typed. */
export type StateOf<C> = C extends Component<infer M> ? keyof M["state"] & string : string;

/** A component compiled and ready to run, step by step or for a while. */
export class Simulation<S extends string = string> {
  readonly #component: BuiltComponent;
  readonly #settings: Settings;
  #machine: Machine | undefined;
  #stepper: Stepper | undefined;
  /** State that no present machine holds: of a snapshot, or of a machine that was replaced. */
  readonly #state = new Map<string, View>();
  #step = 0;
  #running = false;
  #disposed = false;

  constructor(component: BuiltComponent, settings: Settings) {
    this.#component = component;
    this.#settings = settings;
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
  get backend(): BackendName {
    return this.#settings.backend;
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
    return this.#component.warnings;
  }

  /**
   * Live memory of the currents that `step()` reads when called without one, pA: write into it, then step. Values
   * written here are not checked.
   */
  get current(): Float32Array | Float64Array {
    this.#ready();
    return this.#stepperFor(this.#stepper?.current ? this.#stepper.ports : "current").current!;
  }

  /**
   * One step, at once and without allocating. A current that is left out keeps its last values. The outputs are the
   * same objects every time; copy what must outlive the next step.
   * @throws ShapeError when an input has another length; ConfigError when it holds NaN or an infinity.
   */
  step(inputs: StepInputs = {}): StepOutputs {
    this.#ready();
    const asked = portsOf(inputs);
    const present = this.#stepper;
    // A step without inputs goes on with the ports of the one before.
    const ports = asked === "none" && present ? present.ports : asked;
    const outputs = this.#stepperFor(ports).step(inputs, this.#step);
    this.#step++;
    return outputs;
  }

  /**
   * Runs on from the present time. Inputs and windows are on the simulation's own clock: a series that starts at 0 ms
   * goes on where the last run ended.
   */
  async run<const R extends RunOptions<S>>(options: R): Promise<Run<NonNullable<R["record"]>>> {
    this.#ready();
    const issues: Issue[] = [];
    unknownKeys("run", options, runKeys, issues);
    return this.#run("run", options, issues);
  }

  /** `where` names the call in messages; `issues` holds what is already known to be wrong. */
  async #run<R extends RunOptions<S>>(
    where: string,
    options: R,
    issues: Issue[],
  ): Promise<Run<NonNullable<R["record"]>>> {
    const component = this.#component;
    const { dt, precision } = this.#settings;
    const units = sizeOf(component.units);
    const steps = stepsOf(`${where}.duration`, options.duration, dt, issues);
    const memory = readMemory(where, options.memory, issues);
    const feeds = readInputs(component, options.inputs, this.#settings, this.#step + steps, issues);
    const span = { model: component.model, units, dt, precision, before: this.#step, steps };
    const record = planRecord(options.record, span, issues);
    if (issues.length > 0) throw new ConfigError(issues);
    const plan = planProgram(component, precision, feeds, record, steps);
    checkMemory(plan, memory, options.sink !== undefined);
    this.#running = true;
    try {
      const machine = await this.#replaceMachine(plan.program);
      const header = {
        model: component.model.name,
        units,
        dt,
        spikes: record.spikes,
        rate: record.rate,
        traces: record.traces,
      };
      const { progress, signal, sink } = options;
      const result = await runLoop(
        { plan, machine, dt, before: this.#step, steps, memory, header, progress, signal, sink },
        (count) => {
          this.#step += count;
        },
      );
      await machine.pull?.();
      const run = makeRun<NonNullable<R["record"]>>(component, this.#settings, record, result, span.before);
      if (result.stoppedBy === "memory") {
        throw Object.assign(spikesTooMany(result.collectors.spikeBytes, memory), { partial: run });
      }
      return run;
    } finally {
      this.#running = false;
    }
  }

  /** Back to the start: time 0, every state at its initial value. */
  reset(): void {
    this.#ready();
    this.#dropMachine();
    this.#state.clear();
    this.#step = 0;
  }

  /** All that is needed to go on from here later, in this or another process. */
  snapshot(): Snapshot {
    this.#ready();
    this.#saveState();
    const state = Object.fromEntries([...this.#state].map(([name, values]) => [name, values.slice()]));
    return { kind: "spark-snn snapshot", version: 1, ...this.#identity(), step: this.#step, state };
  }

  /** Goes back to a snapshot: what runs from here gives the same bits as what ran from there. */
  restore(snapshot: Snapshot): void {
    this.#ready();
    checkSnapshot(snapshot, this.#identity());
    this.#dropMachine();
    this.#state.clear();
    for (const [name, values] of Object.entries(snapshot.state)) this.#state.set(name, values.slice());
    this.#step = snapshot.step;
  }

  /** Frees memory and ends the worker. Any further call is an error. */
  dispose(): void {
    if (this.#disposed) return;
    this.#machine?.dispose();
    this.#machine = undefined;
    this.#stepper = undefined;
    this.#disposed = true;
  }

  #identity(): Omit<Snapshot, "kind" | "version" | "step" | "state"> {
    const { dt, precision, seed } = this.#settings;
    return { model: this.#component.model.name, units: this.#component.units, dt, dtype: precision, seed };
  }

  #ready(): void {
    if (this.#disposed) throw new StateError("Simulation was used after dispose(). Compile it again.");
    if (this.#running) throw new StateError("Simulation is running. Wait for run() before the next call.");
  }

  #stepperFor(ports: StepPorts): Stepper {
    if (this.#stepper?.ports === ports) return this.#stepper;
    if (this.#settings.worker) {
      throw new StateError("Simulation.step is not to be had in a worker. Use run(), or compile with worker: false.");
    }
    const before = this.#stepper?.current;
    const machine = this.#adopt(this.#create(stepProgram(this.#component, this.#settings.precision, ports)));
    this.#stepper = new Stepper(this.#component, machine, ports);
    if (before && this.#stepper.current) this.#stepper.current.set(before);
    return this.#stepper;
  }

  async #replaceMachine(program: Program): Promise<Machine> {
    return this.#adopt(
      this.#settings.worker ? await createInWorker(program, (machine) => this.#load(machine)) : this.#create(program),
    );
  }

  #create(program: Program): Machine {
    return this.#settings.backend === "wasm" ? wasm.create(program) : interpreter.create(program);
  }

  /** Carries the state over to a new machine and drops the old one. */
  #adopt(machine: Machine): Machine {
    this.#dropMachine();
    this.#load(machine);
    this.#machine = machine;
    return machine;
  }

  #load(machine: Machine): void {
    if (this.#machine) this.#saveState();
    machine.program.buffers.forEach((buffer, k) => {
      const saved = buffer.role === "state" ? this.#state.get(buffer.name) : undefined;
      if (saved) machine.view(k).set(saved);
    });
  }

  #saveState(): void {
    const machine = this.#machine;
    const size = paddedTo(sizeOf(this.#component.units), 32);
    if (!machine && this.#state.size === 0) {
      const fresh = this.#create(stepProgram(this.#component, this.#settings.precision, "none"));
      this.#keep(fresh, size);
      fresh.dispose();
    } else if (machine) this.#keep(machine, size);
  }

  #keep(machine: Machine, size: number): void {
    machine.program.buffers.forEach((buffer, k) => {
      if (buffer.role === "state") this.#state.set(buffer.name, machine.view(k).slice(0, size));
    });
  }

  #dropMachine(): void {
    if (!this.#machine) return;
    this.#saveState();
    this.#machine.dispose();
    this.#machine = undefined;
    this.#stepper = undefined;
  }
}

const readInputs = (
  component: BuiltComponent,
  inputs: InputOptions | undefined,
  settings: Settings,
  steps: number,
  issues: Issue[],
): Record<string, Feed[]> => {
  const feeds: Record<string, Feed[]> = {};
  const given: Readonly<Record<string, unknown>> = { ...inputs };
  const { inputs: ports } = component.model;
  unknownKeys("inputs", given, Object.keys(ports), issues);
  const { dt, seed, precision } = settings;
  const units = component.units;
  for (const [name, port] of Object.entries(ports)) {
    if (given[name] === undefined) continue;
    const context = { path: `inputs.${name}`, units, padded: paddedTo(sizeOf(units), 32), dt, steps, seed, precision };
    feeds[name] = readInput(port, given[name], context, issues);
  }
  return feeds;
};

/** The ports that inputs are wired to, where the inputs say a shape. */
const specsOf = (model: Model, inputs: InputOptions | undefined): Record<string, PortSpecs> => {
  const specs: Record<string, PortSpecs> = {};
  for (const [name, value] of Object.entries({ ...inputs })) {
    const shape = inputShape(value);
    const port = model.inputs[name];
    if (shape && port) specs[name] = new PortSpecs({ payload: port.payload, shape });
  }
  return specs;
};

const build = <C extends Component>(
  where: string,
  component: C,
  options: CompileOptions & Partial<RunOptions>,
  known: readonly string[],
): { built: BuiltComponent; settings: Settings } => {
  checkComponent(where, component);
  const issues: Issue[] = [];
  unknownKeys(where, options, known, issues);
  const settings = readSettings(where, component, options, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  const { dt, seed } = settings;
  return { built: component.build(specsOf(component.model, options.inputs), { dt, seed }), settings };
};

/** Compiles a component for closed loops and for runs one after the other. Call `dispose()` when done. */
export const compile = async <C extends Component>(
  component: C,
  options: CompileOptions = {},
): Promise<Simulation<StateOf<C>>> => {
  const { built, settings } = build("compile", component, options, compileKeys);
  return new Simulation<StateOf<C>>(built, settings);
};

/** Runs a whole experiment and gives what was recorded. */
export const simulate = async <C extends Component, const R extends SimulateOptions<StateOf<C>>>(
  component: C,
  options: R,
): Promise<Run<NonNullable<R["record"]>>> => {
  const { built, settings } = build("simulate", component, options, [...compileKeys, ...runKeys]);
  const simulation = new Simulation<StateOf<C>>(built, settings);
  try {
    const { dt, dtype, seed, backend, worker, ...rest } = options as SimulateOptions<StateOf<C>>;
    return (await simulation.run(rest)) as Run<NonNullable<R["record"]>>;
  } finally {
    simulation.dispose();
  }
};
