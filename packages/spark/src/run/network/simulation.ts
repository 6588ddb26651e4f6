import { suggestName } from "../../config/nearest-name.ts";
import type { Precision } from "../../config/parse.ts";
import { sizeOf } from "../../config/shape.ts";
import { timeOfStep } from "../../config/time.ts";
import { unknownKeys } from "../../config/unknown-keys.ts";
import type { Synapses } from "../../connectivity/synapses.ts";
import { type Issue, StateError } from "../../errors/errors.ts";
import type { Populations } from "../../graph/brain.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import type { Readouts } from "../../graph/readout.ts";
import type { NetworkMachine, SpikesInFlight, View } from "../../program/machine.ts";
import { fillInitial } from "../../program/memory.ts";
import type { NetworkProgram } from "../../program/network.ts";
import type { SynapseBuilder } from "../../program/recipe.ts";
import type { Work } from "../../program/work.ts";
import { ABORTED } from "../abort.ts";
import { Course } from "../course.ts";
import { type LoopResult, runLoop } from "../loop.ts";
import { spikesTooMany } from "../memory.ts";
import { type BackendName, runKeys, type Settings } from "../options.ts";
import { isSame } from "../same.ts";
import type { Plan } from "../session.ts";
import { type Assembled, assemble, assembleAtOnce, type LaidNetwork } from "./assemble.ts";
import { builderFor } from "./builder.ts";
import { checkNetworkMemory } from "./memory.ts";
import type { BrainRecordOptions, BrainRun, BrainRunOptions, GivenBrainRun } from "./options.ts";
import { partsOf } from "./parts.ts";
import { drawProjections, planNetwork, planPopulations } from "./plan.ts";
import { readBrainRun } from "./read.ts";
import { type Filtered, keptOf, makeFilters, restoreFilters } from "./readout/filtered.ts";
import { makeBrainRun } from "./result.ts";
import type { NetworkRunner } from "./runner.ts";
import { type BrainSnapshot, checkBrainSnapshot, statesOf } from "./snapshot.ts";
import { type BrainStepInputs, type BrainStepOutputs, BrainStepper, stepRequests } from "./stepper.ts";

const NO_STEP =
  "BrainSimulation.step is not to be had on threads of WebAssembly or in a worker. Use run(), or compile with threads: 1.";
/** Names the calling function in messages; `issues` holds what is already known to be wrong. */
let runAs: <R>(
  simulation: BrainSimulation,
  where: string,
  options: GivenBrainRun,
  issues: Issue[],
) => Promise<BrainRun<R>>;

/** For `simulate`, whose messages name it. */
export const runBrainAs = <R>(...given: Parameters<typeof runAs>): Promise<BrainRun<R>> => runAs<R>(...given);

/** Steps of a chunk whose read-outs wait for a sink, a value a unit and step. */
const STREAMED_ROWS = 64;

interface Made {
  readonly machine: NetworkMachine;
  /** Whether its synapses were laid out just now. */
  readonly fresh: boolean;
}

/** A brain compiled and ready to run. Its synapses are drawn and laid out once, at the first run. */
export class BrainSimulation<P extends Populations = Populations, O = Readouts> {
  readonly #course = new Course("BrainSimulation");
  readonly #brain: BuiltBrain;
  readonly #settings: Settings;
  readonly #runner: NetworkRunner;
  readonly #readouts: readonly Filtered[];
  #stepper: BrainStepper | undefined;
  #synapses: readonly Synapses[] | undefined;
  #present: NetworkMachine | undefined;
  /** The step at which the present machine was given what is kept. */
  #loadedAt = 0;
  /** State that no present machine holds. */
  readonly #state = new Map<string, View>();
  #synapseCount = 0;
  /** What came up when the synapses were laid out. */
  #warnings: readonly string[] = [];
  #spikes: readonly SpikesInFlight[] = [];
  readonly #create = (network: NetworkProgram): NetworkMachine | Promise<NetworkMachine> =>
    this.#runner.create(network);

  static {
    runAs = (simulation, where, options, issues) => simulation.#run(where, options, issues);
  }

  /** Use `compile`. */
  constructor(brain: BuiltBrain, settings: Settings, runner: NetworkRunner) {
    this.#brain = brain;
    this.#settings = settings;
    this.#runner = runner;
    this.#readouts = makeFilters(brain);
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
    return this.#runner.backend.name as BackendName;
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
    return [...this.#brain.warnings, ...this.#runner.warnings, ...this.#warnings];
  }

  /**
   * The synapses of a projection, drawn again: the same ones that the brain runs with.
   * @throws ConfigError for an unknown name.
   */
  projection(name: string): Synapses {
    this.#course.ready();
    const place = this.#brain.wiring.projections.findIndex((wired) => wired.name === name);
    if (place < 0) {
      const known = this.#brain.wiring.projections.map((wired) => wired.name);
      throw new StateError(`projection.${name} is unknown. ${suggestName(name, known)}`);
    }
    return this.#drawn()[place]!;
  }

  /**
   * Runs on from the present time. Inputs and windows are on the simulation's own clock. A run that records other
   * variables or takes other kinds of inputs than the one before lays the synapses out anew.
   * @throws ConfigError, ShapeError for wrong options; MemoryError when it would not fit `memory`, or, with what was
   * recorded in `partial`, when spikes outgrow it; StateError during another run and after `dispose`.
   */
  async run<const R extends BrainRecordOptions<P, O> = Record<never, never>>(
    options: BrainRunOptions<P, R, O>,
  ): Promise<BrainRun<R>> {
    const issues: Issue[] = [];
    unknownKeys("run", options, runKeys, issues);
    return this.#run("run", options as unknown as GivenBrainRun, issues);
  }

  async #run<R>(where: string, options: GivenBrainRun, issues: Issue[]): Promise<BrainRun<R>> {
    this.#course.ready();
    const before = this.#course.step;
    this.#course.running = true;
    try {
      const whole = { brain: this.#brain, filtered: this.#readouts };
      const request = await readBrainRun(where, whole, this.#settings, options, before, issues);
      const { precision } = this.#settings;
      const rows = options.sink?.["readouts"] ? STREAMED_ROWS : this.#settings.rows;
      const plans = planPopulations(this.#brain, { ...request, precision, rows });
      const kept = { plans, readouts: request.readouts };
      const room = checkNetworkMemory(this.#brain, kept, this.#drawn(), request.memory, precision);
      const start = performance.now();
      const made = await this.#machineForRun(plans, options.signal);
      const machine = made?.machine;
      const buildTime = made?.fresh === false ? 0 : (performance.now() - start) / 1000;
      const { readouts } = request;
      const sinks = options.sink ?? {};
      const parts = partsOf({ ...whole, settings: this.#settings, plans, readouts, room, machine, before, sinks });
      const loop = (): Promise<LoopResult> =>
        runLoop({
          parts,
          dt: this.dt,
          before,
          steps: request.steps,
          rows: machine?.network.rows ?? 1,
          advance: async (first, count) => machine && this.#course.advance(machine, first, count),
          progress: options.progress,
          signal: options.signal,
        });
      const result = machine ? await this.#course.guard(machine, loop) : await loop();
      const settings = { ...this.#settings, backend: this.backend };
      const brain = { ...this.#brain, warnings: this.warnings };
      const more = { before, buildTime, synapses: this.#synapseCount };
      const records = parts.map(({ plan }) => plan.record);
      const run = makeBrainRun<R>(brain, settings, records, result, more);
      if (result.stoppedBy !== "memory") return run;
      const count = result.collectors.reduce((sum, { spikes }) => sum + (spikes?.count ?? 0), 0);
      throw Object.assign(spikesTooMany(count, result.lastSpikeStep, request.memory), { partial: run });
    } finally {
      this.#course.running = false;
    }
  }

  /**
   * One step, at once. A current that is left out keeps its last values, zero at first and after `run`, `reset` and
   * `restore`. The outputs are the same objects every time; copy what must outlive the next step.
   * @throws ShapeError when an input has another shape; ConfigError when it holds NaN or an infinity or is for no
   * population, or a rate does not say its value at this time; StateError on threads of WebAssembly, during a run and
   * after `dispose`.
   */
  step(inputs: BrainStepInputs<P> = {}): BrainStepOutputs<P, O> {
    this.#course.ready();
    const stepper = this.#stepperFor();
    stepper.take(inputs as BrainStepInputs, this.#course.step);
    this.#course.lost = true;
    if (this.#present!.advance(this.#course.step, 1)) throw new StateError(NO_STEP);
    this.#course.lost = false;
    this.#course.step++;
    stepper.read(this.#course.step);
    return stepper.outputs as unknown as BrainStepOutputs<P, O>;
  }

  #stepperFor(): BrainStepper {
    if (this.#stepper) return this.#stepper;
    if (!this.#runner.steps) throw new StateError(NO_STEP);
    const { precision } = this.#settings;
    const requests = stepRequests(this.#brain, this.#readouts);
    const plans = planPopulations(this.#brain, { requests, precision, steps: 1, memory: 2 ** 32, rows: 1 });
    const made = this.#machineFor(plans);
    this.#stepper = new BrainStepper(this.#brain, made.machine, plans, this.#readouts);
    return this.#stepper;
  }

  /** Back to the start: time 0, every state at its initial value, no spike under way. */
  reset(): void {
    this.#course.ready(true);
    this.#state.clear();
    this.#spikes = [];
    restoreFilters(this.#readouts);
    this.#course.step = 0;
    this.#course.lost = false;
    this.#start();
  }

  /** All that is needed to go on from here later, spikes in flight included. */
  snapshot(): BrainSnapshot {
    this.#course.ready();
    if (this.#present) this.#keep(this.#present);
    const state = Object.fromEntries([...this.#state].map(([name, values]) => [name, values.slice()]));
    const { dt, precision, seed } = this.#settings;
    const spikes = this.#spikes.map(({ step, sources }) => ({ step, sources: sources.slice() }));
    const readouts = keptOf(this.#readouts);
    return {
      kind: "spark-snn brain snapshot",
      version: 1,
      model: this.#brain.name,
      dt,
      dtype: precision,
      seed,
      step: this.#course.step,
      populations: this.#sizes(),
      state,
      spikes,
      ...(Object.keys(readouts).length > 0 && { readouts }),
    };
  }

  /**
   * Goes back to a snapshot: what runs from here gives the same bits as what ran from there.
   * @throws ConfigError, ShapeError when it is of another simulation, or damaged.
   */
  restore(snapshot: BrainSnapshot): void {
    this.#course.ready(true);
    const { dt, precision, seed } = this.#settings;
    const own = { model: this.#brain.name, dt, dtype: precision, seed, populations: this.#sizes() };
    const kept = this.#readouts.filter(({ filter }) => filter.keeps);
    checkBrainSnapshot(snapshot, { ...own, readouts: kept }, statesOf(this.#brain));
    this.#state.clear();
    for (const [name, values] of Object.entries(snapshot.state)) this.#state.set(name, values.slice());
    this.#spikes = snapshot.spikes.map(({ step, sources }) => ({ step, sources: sources.slice() }));
    restoreFilters(this.#readouts, snapshot.readouts);
    this.#course.step = snapshot.step;
    this.#course.lost = false;
    this.#start();
  }

  /** Frees memory and ends threads; a run that is under way fails. Any further call is an error. */
  dispose(): void {
    this.#course.end();
    this.#drop();
    this.#synapses = undefined;
    this.#runner.dispose();
  }

  #sizes(): Record<string, number> {
    return Object.fromEntries(this.#brain.populations.map(({ name, component }) => [name, sizeOf(component.units)]));
  }

  #drawn(): readonly Synapses[] {
    this.#synapses ??= drawProjections(this.#brain, this.#runner.draws);
    return this.#synapses;
  }

  /** The machine that runs these programs: the present one, or a new one with the synapses laid out in it. */
  #machineFor(plans: readonly Plan[]): Made {
    const present = this.#presentFor(plans);
    if (present) return present;
    return this.#adopt(assembleAtOnce(this.#laying(plans), this.#create, NO_STEP));
  }

  /** The same in turns with others. Undefined where the signal says so, before or while the synapses are laid out. */
  async #machineForRun(plans: readonly Plan[], signal: AbortSignal | undefined): Promise<Made | undefined> {
    const stopped = (): boolean => signal?.aborted === true || this.#course.ended;
    if (stopped()) return undefined;
    const present = this.#presentFor(plans);
    if (present) return present;
    const builder = await builderFor(this.#drawn(), this.#runner.threads, !this.#settings.worker);
    let assembled: Awaited<ReturnType<typeof assemble>>;
    try {
      assembled = await assemble(this.#laying(plans, builder), this.#create, stopped);
    } finally {
      builder?.dispose();
    }
    if (assembled !== ABORTED) return this.#adopt(assembled);
    this.#course.goesOn();
    return undefined;
  }

  #laying(plans: readonly Plan[], builder?: SynapseBuilder): Work<LaidNetwork> {
    return planNetwork(this.#brain, plans, this.#drawn(), this.#runner.threads, builder);
  }

  /** The present machine where it serves; else its state is kept and it is dropped. */
  #presentFor(plans: readonly Plan[]): Made | undefined {
    const machine = this.#present;
    if (!machine) return undefined;
    const serves = plans.every(({ program }, k) => isSame(machine.network.populations[k]!.program, program));
    if (serves && !machine.broken) return { machine, fresh: false };
    this.#keep(machine);
    this.#drop();
    return undefined;
  }

  #drop(): void {
    this.#present?.dispose();
    this.#present = undefined;
    this.#stepper = undefined;
  }

  #adopt({ machine, synapses, warnings }: Assembled): Made {
    this.#course.receive(machine);
    this.#synapseCount = synapses;
    this.#warnings = warnings;
    this.#load(machine);
    this.#present = machine;
    return { machine, fresh: true };
  }

  /** The present machine goes on from what is kept; a broken one may still be written to by threads that are left. */
  #start(): void {
    if (this.#present?.broken) this.#drop();
    if (this.#present) this.#load(this.#present);
    this.#stepper?.clear();
  }

  /** Puts kept state into a machine; what is not kept starts as the machine's program says. */
  #load(machine: NetworkMachine): void {
    this.#loadedAt = this.#course.step;
    machine.setSpikes(this.#spikes);
    machine.populations.forEach((population) => {
      population.program.buffers.forEach((buffer, k) => {
        if (buffer.role !== "state") return;
        const saved = this.#state.get(buffer.name);
        const view = population.view(k);
        fillInitial(buffer, view);
        if (saved) view.set(saved);
      });
    });
  }

  /** Keeps state that a machine came to. What it only started from may be of its own inputs, so others start anew. */
  #keep(machine: NetworkMachine): void {
    if (this.#course.step === this.#loadedAt) return;
    machine.populations.forEach(({ program, view }, p) => {
      program.buffers.forEach((buffer, k) => {
        if (buffer.role !== "state") return;
        this.#state.set(buffer.name, view.call(machine.populations[p]!, k).slice(0, program.units));
      });
    });
    this.#spikes = machine.spikesBefore(this.#course.step);
  }
}
