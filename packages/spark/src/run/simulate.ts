import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Brain, Populations } from "../graph/brain.ts";
import { inputShape } from "../inputs/feed.ts";
import type { BuiltComponent, Component, Model } from "../model/component.ts";
import { PortSpecs, runInputs } from "../model/ports.ts";
import type { Backend } from "../program/machine.ts";
import type { RecordOptions } from "../record/options.ts";
import { backendOf, choiceWarnings, machinesFor } from "./machines.ts";
import type { BrainCompileOptions, BrainRecordOptions, BrainRun, BrainSimulateOptions } from "./network/options.ts";
import type { BrainSimulation } from "./network/simulation.ts";
import {
  type CompileOptions,
  checkComponent,
  compileKeys,
  type GivenRun,
  type InputOptions,
  readSettings,
  runKeys,
  type Settings,
  type SimulateOptions,
} from "./options.ts";
import type { Run } from "./run.ts";
import { runSimulationAs, Simulation, type StateOf } from "./simulation.ts";

type NoRecords = Record<never, never>;
type Given = Readonly<Record<string, unknown>>;

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

/** Loaded when a brain is given, since a page with one population needs none of it. */
const networks = (): Promise<typeof import("./network/simulate.ts")> => import("./network/simulate.ts");

const isBrain = (value: unknown): value is Brain =>
  typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "brain";

const chooseForBrain = async (settings: Settings): Promise<{ backend: Backend; warnings: string[] }> => ({
  backend: await backendOf(settings),
  warnings: choiceWarnings(settings),
});

/** What `compile` takes and gives. */
export interface Compile {
  <C extends Component>(component: C, options?: CompileOptions<StateOf<C>>): Promise<Simulation<StateOf<C>>>;
  <P extends Populations, O>(brain: Brain<P, O>, options?: BrainCompileOptions<P>): Promise<BrainSimulation<P, O>>;
}

/** What `simulate` takes and gives. */
export interface Simulate {
  <C extends Component, const R extends RecordOptions<StateOf<C>> = NoRecords>(
    component: C,
    options: SimulateOptions<StateOf<C>, R>,
  ): Promise<Run<R>>;
  <P extends Populations, O, const R extends BrainRecordOptions<P, O> = NoRecords>(
    brain: Brain<P, O>,
    options: BrainSimulateOptions<P, R, O>,
  ): Promise<BrainRun<R>>;
}

const compileComponent = async (component: Component, options: CompileOptions): Promise<Simulation> => {
  checkComponent("compile", component);
  const issues: Issue[] = [];
  unknownKeys("compile", options, compileKeys, issues);
  const settings = readSettings("compile", component, options, issues);
  const built = await build(component, settings, options, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return new Simulation(built, settings, await machinesFor(settings, true));
};

const simulateComponent = async (component: Component, options: CompileOptions & GivenRun): Promise<Run> => {
  checkComponent("simulate", component);
  const issues: Issue[] = [];
  unknownKeys("simulate", options, [...compileKeys, ...runKeys], issues);
  const settings = readSettings("simulate", component, options, issues);
  const built = await build(component, settings, options, issues);
  const simulation = new Simulation(built, settings, await machinesFor(settings, issues.length === 0));
  try {
    return await runSimulationAs(simulation, "simulate", options, issues);
  } finally {
    simulation.dispose();
  }
};

/** Compiles a component or a brain for closed loops and for runs one after the other. Call `dispose()` when done. */
export const compile: Compile = async (model: Component | Brain, options: object = {}): Promise<never> =>
  (isBrain(model)
    ? (await networks()).compileBrain(model, options as Given, chooseForBrain)
    : compileComponent(model, options)) as unknown as Promise<never>;

/** Runs a whole experiment and gives what was recorded. Throws what `compile` and `run` throw. */
export const simulate: Simulate = async (model: Component | Brain, options: object): Promise<never> =>
  (isBrain(model)
    ? (await networks()).simulateBrain(model, options as Given, chooseForBrain)
    : simulateComponent(model, options as CompileOptions & GivenRun)) as unknown as Promise<never>;
