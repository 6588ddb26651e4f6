import { Place, Site } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import { ConfigError, StateError } from "../errors/errors.ts";
import { groupShape } from "../model/places.ts";
import type { Setup, SpikesInFlight, View } from "../program/machine.ts";
import type { Collecting } from "../record/collectors.ts";
import { probedBy } from "../record/plan.ts";
import type { PlannedChange } from "./changes.ts";
import { type Fingerprints, fingerprintsOf } from "./fingerprint.ts";
import type { RunRequest, Stepping, SteppingFrontend } from "./frontend.ts";
import { readInjection } from "./injection.ts";
import type { Inside } from "./inside.ts";
import type { Change } from "./model.ts";
import type { FieldValue } from "./part.ts";
import { probesOf } from "./programs.ts";
import { steppingOf } from "./single-stepping.ts";
import {
  nonFiniteIn,
  readSnapshot,
  refuseFault,
  refuseNetworkParts,
  type Snapshot,
  type SnapshotIdentity,
} from "./snapshot.ts";
import type { StandingAtOnce } from "./standing-at-once.ts";
import { signalsOf } from "./step-ports.ts";
import type { Stepper } from "./stepper.ts";
import { checkTrigger, namesIn, type TriggerAction } from "./triggers.ts";
import type { Entry, ReadSetting } from "./values.ts";
import type { PlannedWeights } from "./weight-changes.ts";
import type { NewWeights, ProjectionWeights, WeightKeeper } from "./weights.ts";
import { MAX_STEPS } from "./whole-steps.ts";

export { StandingAtOnce } from "./standing-at-once.ts";

/*
 * The synchronous calls of a compiled simulation: steps, snapshots and weights. `compile` loads this file; `simulate`
 * does not need it.
 */

const copiesOf = <T extends Float32Array | Float64Array>(currents: Iterable<readonly [string, T]>) =>
  Object.fromEntries([...currents].map(([name, values]) => [name, values.slice() as T]));

/** A setup for single steps, and the stepper for it. */
interface StepSetup {
  readonly setup: Setup;
  readonly stepper: Stepping;
}

/** What a session keeps of a step, to return to it. */
export type Mark = Pick<
  Snapshot,
  "step" | "state" | "spikes" | "weights" | "learned" | "readouts" | "values" | "triggers"
>;

/** The synchronous calls of a simulation. `Simulation` documents them. */
export class Calls {
  readonly #inside: Inside;
  readonly #standing: StandingAtOnce;
  readonly #stepping: SteppingFrontend;
  #steps: StepSetup | undefined;
  /** Restored currents for the next step, which are zero after a run. */
  #held: { readonly step: number; readonly currents: NonNullable<Snapshot["currents"]> } | undefined;
  #prints: Fingerprints | undefined;
  /** Whether the programs changed since the last step. */
  #stale = false;
  /** Weights that the changes of a run write and that are still to be checked. */
  #written: readonly PlannedWeights[] = [];
  /** Projections that store a weight for each synapse since the last run. */
  readonly #newlyOwned = new Set<number>();
  /** The run in progress. */
  #request: RunRequest | undefined;
  /** Follow the single steps that records with conditions may look back on. */
  #watches: readonly Collecting[] = [];
  /** Whether injected spikes may wait. A field, because a closed loop notices the time of a look. */
  #injects = false;

  constructor(inside: Inside, standing: StandingAtOnce) {
    this.#inside = inside;
    this.#standing = standing;
    this.#stepping = steppingOf(inside.front);
  }

  get current(): Float32Array | Float64Array {
    this.#inside.course.ready();
    if (this.#inside.front.network) {
      throw new StateError("Simulation.current belongs to a single component. Give currents by population to step().");
    }
    return (this.#stepperFor({}).stepper as Stepper).current;
  }

  step(inputs: object): unknown {
    const { course } = this.#inside;
    course.ready();
    if (typeof inputs !== "object" || inputs === null) requireKnown(new Place(["step"]), inputs, []);
    const { stepper } = this.#stepperFor(inputs);
    if (course.step >= MAX_STEPS)
      throw new StateError(`Simulation has reached its last step, ${MAX_STEPS}. Call reset().`);
    stepper.take(inputs, course.step);
    course.lost = true;
    for (const watch of this.#watches) watch.schedule(course.step + 1, 1);
    this.#inside.machine!.stepNow!(course.step);
    if (this.#injects) this.#emit();
    course.lost = false;
    course.step++;
    for (const watch of this.#watches) {
      watch.takeSpikes(course.step, 1, 0);
      watch.take(course.step, 1, 1);
    }
    stepper.read?.(course.step);
    return stepper.outputs;
  }

  /** `projection` names the requested weights, if they are the reason why a machine is needed. */
  #stepperFor(inputs: object, projection?: string): StepSetup {
    const present = this.#steps;
    const attached = present && this.#standing.has(present.setup);
    if (present && attached && !this.#stale && this.#stepping.takes(present.stepper, inputs)) return present;
    this.#refuseSteps(projection);
    const front = this.#inside.front;
    const { feeds, traces } = this.#stepping.stepRequest(inputs);
    const driven = feeds.map((own, p) => front.programs[p]!.drivenBy(own));
    const { lookBacks, course, settings } = this.#inside;
    // Records with conditions may look back on single steps.
    const watched = front.populations.map(({ name }) => lookBacks?.recordOf(name, course.step));
    const populations = driven.map(({ program }, p) => {
      const triggered = watched[p] ? probedBy(watched[p]) : [];
      return { program, probes: probesOf(program, [...traces[p]!, ...triggered], 1) };
    });
    const setup = { rows: 1, populations };
    // The first spikes and changed parameters change the program, but the currents stay.
    const currents = attached ? copiesOf(this.#currentsOf(present.stepper)) : {};
    this.#inside.machine = this.#standing.setUpNow(setup, this.#notNow(projection));
    this.#inside.stepped = true;
    const { machine } = this.#inside;
    this.#watches = watched.flatMap((record, p) => {
      if (!record) return [];
      const { name } = front.populations[p]!;
      const from = { dt: settings.dt, before: course.step };
      return [lookBacks!.follow(name, machine.populations[p]!, traces[p]!.length, from)];
    });
    const stepper = this.#stepping.stepper(this.#inside.machine, driven, inputs);
    const held = this.#held?.step === this.#inside.course.step ? this.#held.currents : currents;
    for (const [name, values] of Object.entries(held)) this.#currentsOf(stepper).get(name)?.set(values);
    this.#held = undefined;
    this.#steps = { setup, stepper };
    this.#stale = false;
    return this.#steps;
  }

  get(path: string): FieldValue {
    this.#inside.course.ready(true);
    return this.#standing.values.get(path);
  }

  set(path: string, value: unknown): void {
    const { course } = this.#inside;
    if (course.running && !course.inSession) course.goesOn();
    else course.ready();
    // They identify the declared values.
    this.#fingerprints();
    this.#wasSet(this.#standing.values.set(path, value, course.step, course.running));
  }

  /** Sets a value that was just read and that compiles nothing during a run. */
  take(setting: ReadSetting): void {
    const { step, running } = this.#inside.course;
    this.#fingerprints();
    this.#standing.values.take(setting, step, running);
    this.#wasSet(setting.compiles);
  }

  /** Writes a value at once where that is possible. */
  #wasSet(compiles: boolean): void {
    const { course, settings, engine } = this.#inside;
    if (compiles) this.#stale = true;
    // The next run of a session writes it.
    else if (!course.session && !course.running && !settings.worker && engine.noSteps === undefined)
      for (const _ of this.#standing.write());
  }

  /** Opens a session, which makes its runs with `run`. */
  async start(run: (request: RunRequest) => Promise<object>, options: object): Promise<unknown> {
    const inside = this.#inside;
    const { course } = inside;
    // A second call is refused from now on.
    course.session = { wake: () => {} };
    try {
      const { openSession } = await import("./session/open.ts");
      return await openSession({ inside, calls: this, pull: () => this.#standing.pull(), run }, options);
    } catch (error) {
      course.session = undefined;
      throw error;
    }
  }

  /** Sentences about the model, the engine and the network that was built. */
  get warnings(): readonly string[] {
    const { front, engine } = this.#inside;
    return [...front.warnings, ...engine.warnings, ...this.#standing.warnings];
  }

  /** Reads and checks a value as `set` does. */
  read(path: string, value: unknown): ReadSetting {
    return this.#standing.values.read(path, value);
  }

  /** The changes since the start, the last reset or the last restore. */
  get log(): readonly Entry[] {
    return this.#standing.values.log;
  }

  /** Entries of the log in the form of `changes` of a run. */
  changesOf(entries: readonly Entry[]): readonly Change[] {
    return this.#standing.values.changesOf(entries);
  }

  /** Makes a logged change again. */
  repeat(entry: Entry): void {
    if ("trigger" in entry) this.#standing.values.triggers.add(entry.trigger, entry.action);
    else if ("units" in entry) {
      this.#standing.values.injection.add(entry.population, entry.units);
      this.#injects = true;
    } else if ("weights" in entry) this.weigh(entry);
    else this.set(entry.path, entry.value);
  }

  /** Everything that changes while a session is open. Call it between two chunks, after `pull`. */
  mark(): Mark {
    const { network } = this.#inside.front;
    const readouts = network?.keptFilters();
    const values = this.#standing.values.save();
    // What was started since the last chunk will be in the log.
    const triggers = this.#standing.values.triggers.holding;
    const learning = network?.weights.saveLearning();
    return {
      step: this.#inside.course.step,
      ...this.#standing.save(new Map()),
      ...learning,
      ...(readouts && { readouts }),
      ...(values && { values }),
      ...(triggers && { triggers }),
    };
  }

  /** Returns to a mark. Weights stay, except those that plasticity changes. */
  rewind({ step, state, spikes, weights, learned, readouts, values, triggers }: Mark): void {
    const { course, front } = this.#inside;
    this.#stale = this.#standing.values.load(values ?? {}) || this.#stale;
    this.#standing.values.triggers.load(triggers);
    this.#standing.replace({ state, spikes });
    course.step = step;
    course.lost = false;
    this.#held = undefined;
    front.network?.restoreFilters(readouts);
    if (learned) front.network!.weights.loadLearning({ weights: weights!, learned });
  }

  /** Prepares the changes of a run. @throws ConfigError with all problems, without any effect */
  plan(changes: readonly PlannedChange[]): void {
    // They identify the declared values.
    this.#fingerprints();
    if (this.#standing.values.plan(changes)) this.#stale = true;
    this.#written = changes.flatMap(({ weights }) => weights);
    if (this.#written.length > 0) this.ownWeights(new Set(this.#written.map(({ projection }) => projection)));
  }

  /** Makes the next setup store a weight for each synapse of some projections. */
  ownWeights(projections: ReadonlySet<number>): void {
    const { weights } = this.#inside.front.network!;
    let isShared = false;
    for (const projection of projections) {
      isShared ||= this.#standing.built && weights.shares(projection);
      if (!weights.owned.has(projection)) this.#newlyOwned.add(projection);
      weights.owned.add(projection);
    }
    if (!isShared) return;
    this.#standing.drop();
    this.#inside.machine = undefined;
  }

  /** Checks the lists of weights, once the number of synapses is known. @throws ConfigError with all problems */
  #checkWeights(): void {
    const { weights } = this.#inside.front.network!;
    const issues = this.#written.flatMap((written) => written.issues(weights.countOf(written.projection)));
    this.#written = [];
    if (issues.length > 0) throw new ConfigError(issues);
  }

  /**
   * Applies the changes that a chunk of a requested run begins with, and writes them into the machine. Returns whether there were
   * any, and the largest number of steps of the chunk.
   */
  async begin(request: RunRequest): Promise<{ readonly changed: boolean; readonly rows: number }> {
    this.#request = request;
    for (const name of this.#standing.values.triggers.waiting) this.requireTrigger(name, "once", request);
    if (this.#written.length > 0) this.#checkWeights();
    const begun = this.#standing.values.begin(this.#inside.course.step);
    for (const waiting of this.#standing.write()) await waiting;
    return begun;
  }

  /** Writes checked weights from the next chunk on, and logs them. */
  weigh(weights: NewWeights): void {
    const { step, running } = this.#inside.course;
    this.#standing.values.weigh(weights, step, running);
  }

  /** Calls a function before the weights of a projection change. */
  beforeWeights(call: ((projection: number) => void) | undefined): void {
    this.#standing.beforeWeights = call;
  }

  /** Adds the injected spikes to those of a single step. */
  #emit(): void {
    this.#standing.values.inject(this.#inside.machine!, this.#inside.course.step);
    this.#injects = false;
  }

  /** Adds the injected spikes to those that the last step emitted. */
  end(step: number): void {
    this.#standing.values.end(this.#inside.machine!, step);
  }

  inject(name: string, units: unknown): void {
    const { course, front } = this.#inside;
    if (course.running && !course.inSession) course.goesOn();
    else course.ready();
    const site = new Site(new Place(["inject"]), [], undefined);
    const found = readInjection(name, units, front, site);
    if (!found) throw new ConfigError(site.issues);
    this.#standing.values.injection.add(...found);
    this.#injects = true;
  }

  trigger(name: unknown, action: unknown): void {
    const { course } = this.#inside;
    if (course.running && !course.inSession) course.goesOn();
    else course.ready();
    this.requireTrigger(name, action, this.#request);
    this.#standing.values.triggers.add(name as string, action as TriggerAction);
  }

  /** @throws ConfigError if no record of the run has this trigger, or the action is unknown */
  requireTrigger(name: unknown, action: unknown, request: RunRequest | undefined): void {
    const site = new Site(new Place(["trigger"]), [], undefined);
    if (!checkTrigger(name, action, request && namesIn(request), site)) throw new ConfigError(site.issues);
  }

  /** Applies the changes that were made since the last chunk, after a run. */
  settle(): void {
    this.#request = undefined;
    this.#standing.values.unplan();
    this.#written = [];
    // A network that was not built, for example for lack of memory, may share weights next time.
    if (!this.#standing.built) for (const projection of this.#newlyOwned) this.keeper.owned.delete(projection);
    this.#newlyOwned.clear();
    if (this.#standing.values.apply(this.#inside.course.step)) this.#stale = true;
  }

  /** All changes so far. */
  get changes(): readonly Change[] {
    return this.#standing.values.changesIn(0, Infinity);
  }

  /** The changes that a run of some steps used, if there are any. */
  changesIn(before: number, steps: number): { readonly changes?: readonly Change[] } {
    const changes = this.#standing.values.changesIn(before, before + steps);
    return changes.length > 0 ? { changes } : {};
  }

  #currentsOf(stepper: Stepping): ReadonlyMap<string, Float32Array | Float64Array> {
    const [only] = this.#inside.front.populations;
    return stepper.currents ?? new Map((stepper as Stepper).heldAs(only!.name));
  }

  /** Currents that the next step uses if it gets none; undefined if all are zero. */
  #keptCurrents(): Snapshot["currents"] {
    const { course } = this.#inside;
    if (this.#held) return this.#held.step === course.step ? this.#held.currents : undefined;
    if (!this.#steps || !this.#standing.has(this.#steps.setup)) return undefined;
    const kept = [...this.#currentsOf(this.#steps.stepper)].filter(([, values]) => values.some((value) => value !== 0));
    return kept.length > 0 ? copiesOf(kept) : undefined;
  }

  #refuseSteps(projection: string | undefined): void {
    for (const { component, inhibitory } of this.#inside.front.network ? [] : this.#inside.front.populations) {
      const { kind, name } = component.model;
      if (kind === "soma" || inhibitory) continue;
      throw new StateError(`Simulation.step was called for ${name}, which has no membrane. Use run().`);
    }
    if (this.#inside.settings.worker || this.#inside.engine.noSteps !== undefined) {
      throw new StateError(this.#notNow(projection));
    }
  }

  /** The error message if a machine cannot be created synchronously. */
  #notNow(projection: string | undefined): string {
    const { settings, engine } = this.#inside;
    const where = settings.worker ? "in a worker" : "here";
    const reason = engine.noSteps ?? "Other threads create the network.";
    if (projection !== undefined) {
      const remedy = settings.worker
        ? "Call run() first, or compile without worker: true."
        : `${reason} Call run() first.`;
      return `weights.${projection} is not available ${where} before a run has built the network. ${remedy}`;
    }
    return settings.worker
      ? "step() is not available in a worker, because it is synchronous. Use run(), or compile without worker: true."
      : `step() is not available here. ${reason} Use run().`;
  }

  reset(): void {
    this.#inside.course.ready(true);
    this.#stale = this.#standing.values.reset() || this.#stale;
    this.#startFrom({ state: {}, spikes: [] }, 0);
    this.#lookBack(undefined);
    this.#inside.front.network?.restoreFilters(undefined);
  }

  forgetChanges(): void {
    this.#inside.course.ready();
    this.#standing.values.forget();
  }

  snapshot(): Snapshot {
    this.#inside.course.ready();
    const initial = this.#initial();
    const { state, spikes: emitted } = this.#standing.save(initial);
    const { step } = this.#inside.course;
    const injected = this.#standing.values.injection.sources(this.#firstSources());
    const spikes = injected.length > 0 ? [...emitted, { step, sources: injected }] : emitted;
    const readouts = this.#inside.front.network?.keptFilters();
    const keeper = this.#inside.front.network?.weights;
    const weights = keeper?.save();
    const learned = keeper?.saveLearned();
    const currents = this.#keptCurrents();
    const nonFinite =
      Object.entries(state).some(([name, values]) => nonFiniteIn(values, initial.get(name)) >= 0) ||
      Object.values(readouts ?? {}).some(({ values }) => nonFiniteIn(values) >= 0);
    const values = this.#standing.values.save();
    const triggers = this.#standing.values.triggers.save();
    const { lookBacks: kept, restored } = this.#inside;
    const lookBacks = kept ? kept.save(step) : restored?.step === step ? restored : undefined;
    return {
      kind: "spark-snn snapshot",
      version: 2,
      ...this.#identity(),
      step,
      state,
      spikes,
      ...(weights && { weights }),
      ...(learned && { learned }),
      ...(readouts && { readouts }),
      ...(currents && { currents }),
      ...(nonFinite && { nonFinite: "ignore" }),
      ...(values && { values }),
      ...(lookBacks && { lookBacks: lookBacks.records }),
      ...(triggers && { triggers }),
      fingerprints: this.#fingerprints(),
    };
  }

  restore(snapshot: Snapshot): void {
    this.#inside.course.ready(true);
    const own = {
      ...this.#identity(),
      initial: this.#initial(),
      fingerprints: this.#fingerprints(),
      held: this.#heldSizes(),
    };
    const sound = readSnapshot(snapshot, own);
    const { network } = this.#inside.front;
    if (network) refuseFault(network.faultOf(sound));
    else refuseNetworkParts(sound);
    this.#stale = this.#standing.values.load(sound.values ?? {}) || this.#stale;
    this.#standing.values.triggers.load(sound.triggers);
    const isEmitted = ({ step }: SpikesInFlight): boolean => step < sound.step;
    this.#startFrom({ ...sound, spikes: sound.spikes.filter(isEmitted) }, sound.step);
    for (const { step, sources } of sound.spikes) {
      if (step !== sound.step) continue;
      this.#standing.values.injection.load(sources, this.#firstSources());
      this.#injects = true;
    }
    const { currents, step, lookBacks } = sound;
    this.#lookBack(lookBacks && { step, records: structuredClone(lookBacks) });
    if (currents) this.#held = { step, currents: structuredClone(currents) };
    network?.restoreFilters(sound.readouts);
  }

  /** Makes the next run with conditions look back on the steps of a snapshot, or on none. */
  #lookBack(restored: Inside["restored"]): void {
    this.#inside.lookBacks = undefined;
    this.#inside.restored = restored;
    if (this.#watches.length === 0) return;
    this.#watches = [];
    // The next step attaches a setup that records nothing for conditions.
    this.#steps = undefined;
  }

  #startFrom(from: Pick<Snapshot, "state" | "spikes" | "weights" | "learned">, step: number): void {
    this.#standing.load(from);
    this.#inside.course.step = step;
    this.#inside.course.lost = false;
    this.#held = undefined;
  }

  projection(name: string): Synapses {
    this.#inside.course.ready();
    const { network } = this.#inside.front;
    if (!network) throw new StateError(`projection.${name} is unknown: a single component has no projections.`);
    return network.projection(name, this.#inside.engine.drawer);
  }

  /** The number of a projection. @throws StateError if it is unknown */
  placeOf(name: string): number {
    const { network } = this.#inside.front;
    if (!network) throw new StateError(`weights.${name} is unknown: a single component has no projections.`);
    return network.placeOf(name);
  }

  /** The weights of the network. */
  get keeper(): WeightKeeper {
    return this.#inside.front.network!.weights;
  }

  /** Whether synapses of a projection share weights, or no network stands whose weights could be written. */
  sharesWeights(projection: number): boolean {
    return !this.keeper.stands || this.keeper.shares(projection);
  }

  weights(name: string): ProjectionWeights {
    this.#inside.course.ready();
    const place = this.placeOf(name);
    const standing = this.#standing;
    const open = (): WeightKeeper => {
      this.#inside.course.ready();
      if (!standing.stands) this.#stepperFor({}, name);
      return this.keeper;
    };
    return {
      synapses: open().countOf(place),
      read: (numbers) => open().read(place, numbers),
      select: (selection = {}) => open().select(place, selection),
      write: (values, numbers) => {
        const keeper = open();
        if (!keeper.write(place, values, numbers)) {
          keeper.owned.add(place);
          standing.rebuild(this.#notNow(name));
          this.#inside.machine = undefined;
          keeper.write(place, values, numbers);
        }
        standing.deliverAnew();
      },
    };
  }

  /** Number of the first unit of each population, counted over all populations. */
  #firstSources(): number[] {
    let first = 0;
    return this.#inside.front.populations.map(({ component }) => {
      const own = first;
      first += sizeOf(component.units);
      return own;
    });
  }

  /** Number of values of each current and signal that a snapshot may contain. */
  #heldSizes(): SnapshotIdentity["held"] {
    return new Map(
      this.#inside.front.populations.flatMap(({ name, component: { units, model } }) => [
        [name, sizeOf(units)] as const,
        ...signalsOf(model.inputs).map(
          ([port, { shared }]) => [`${name}.${port}`, sizeOf(shared ? groupShape(units) : units)] as const,
        ),
      ]),
    );
  }

  #identity(): Pick<Snapshot, "model" | "populations" | "dt" | "dtype" | "seed"> {
    const { dt, precision, seed } = this.#inside.settings;
    const { checked, populations } = this.#inside.front;
    const shapes = populations.map(({ name, component }) => [name, component.units] as const);
    return { model: checked.name, populations: Object.fromEntries(shapes), dt, dtype: precision, seed };
  }

  #fingerprints(): Fingerprints {
    const { populations, network } = this.#inside.front;
    this.#prints ??= fingerprintsOf(populations, network?.built);
    return this.#prints;
  }

  /** Initial values of the state variables that exist for all inputs. */
  #initial(): Map<string, View> {
    return new Map(this.#inside.front.programs.flatMap((programs) => programs.initialStates()));
  }
}
