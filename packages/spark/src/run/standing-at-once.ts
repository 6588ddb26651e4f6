import { StateError } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { Engine, Machine, Setup, SpikesInFlight, View } from "../program/machine.ts";
import { finish, type Work } from "../program/work.ts";
import type { Assembled } from "./assemble.ts";
import type { LaidNetwork } from "./frontend.ts";
import type { FieldValue } from "./part.ts";
import type { Snapshot } from "./snapshot.ts";
import { isSameSetup, Standing, type Waiting, wait } from "./standing.ts";
import { LiveValues } from "./values.ts";
import type { NewWeights } from "./weights.ts";

/** Creates and fills the machine of a network synchronously. @throws StateError with `message` if that is impossible */
const assembleAtOnce = (laying: Work<LaidNetwork>, engine: Engine, message: string): Assembled => {
  const { network, fill, ...about } = finish(laying);
  const machine = engine.create(network);
  if (machine instanceof Promise) {
    machine.then((late) => late.dispose()).catch(() => {});
    throw new StateError(message);
  }
  finish(fill());
  return { machine, ...about };
};

/** A standing machine with synchronous calls: it can be created, saved, restored and changed at once. */
export class StandingAtOnce extends Standing {
  readonly values = new LiveValues(this.front, (weights) => this.writeWeights(weights));
  /** Called before the weights of a projection change. */
  beforeWeights: ((projection: number) => void) | undefined;

  protected override *attach(setup: Setup): Waiting {
    const { attached } = this;
    const stays = attached !== undefined && !this.pending && isSameSetup(attached, setup);
    yield* super.attach(setup);
    if (this.values.touched && !(stays && !this.values.unwritten)) yield* this.#write(stays);
  }

  /** Writes the values that were set, if the machine lacks them. */
  *write(): Waiting {
    if (this.values.unwritten && this.stands) yield* this.#write(true);
  }

  /** `stays`: whether the machine has all values that did not change. */
  *#write(stays: boolean): Waiting {
    const machine = this.machine!;
    const { changed } = this.values;
    for (const [p, { program }] of this.attached!.populations.entries()) {
      const { view } = machine.populations[p]!;
      for (const { part, exprs, buffers } of this.front.programs[p]!.keptBy(program)) {
        if (!part.live || (stays && !changed.has(part.fields))) continue;
        const known = new Map<Expr, FieldValue>();
        for (const [k, expr] of exprs.entries()) {
          if (!part.live(expr)) continue;
          const value = evaluateFixed(
            expr,
            part.fields,
            { dt: this.front.checked.settings.dt, place: part.place },
            known,
          );
          const into = view.call(machine.populations[p], buffers[k]!);
          if (typeof value === "number") into.fill(value);
          else into.set(value);
          yield* wait(machine.push?.(p, buffers[k]!));
        }
      }
    }
    this.front.network?.writeRules(machine);
    for (const { population, buffer, by } of this.values.takeShifts()) {
      const k = this.attached!.populations[population]!.program.buffers.findIndex(({ name }) => name === buffer);
      yield* wait(machine.pull?.(population, k));
      shift(machine.populations[population]!.view(k), by);
      yield* wait(machine.push?.(population, k));
    }
    this.values.unwritten = false;
    changed.clear();
  }

  /** Whether a machine exists and is in the current state. */
  get stands(): boolean {
    return this.attached !== undefined && !this.pending && this.machine?.broken !== true;
  }

  /** Whether a machine exists. */
  get built(): boolean {
    return this.machine !== undefined;
  }

  /** Whether this setup is attached to the machine and the state is loaded. */
  has(setup: Setup): boolean {
    return this.attached === setup && !this.pending && this.machine?.broken !== true;
  }

  /** Synchronous `setUp`. @throws StateError with `message` if that is impossible */
  setUpNow(setup: Setup, message: string): Machine {
    this.dropBroken();
    if (!this.machine) this.take(assembleAtOnce(this.lay(setup, undefined), this.engine, message));
    const replaced = this.rescue(setup);
    try {
      for (const _ of this.attach(setup)) throw new StateError(message);
    } catch (error) {
      if (!replaced?.(error)) throw error;
      this.take(assembleAtOnce(this.lay(setup, undefined), this.engine, message));
      for (const _ of this.attach(setup)) throw new StateError(message);
    }
    return this.machine!;
  }

  /** Copies all state if the engine may switch to another backend when it cannot attach a setup. */
  protected override rescue(setup: Setup): ((error: unknown) => boolean) | undefined {
    const { attached, engine } = this;
    if (!engine.replaces || !attached || this.pending || isSameSetup(attached, setup)) return undefined;
    const states = [...this.states()].map(([name, view]) => [name, view.slice()] as const);
    return (error) => {
      if (!engine.replaces!(error)) return false;
      for (const [name, view] of states) this.kept.set(name, view);
      this.spikes = this.machine!.spikesBefore(this.course.step);
      this.dispose(false);
      return true;
    };
  }

  /** Copies of all state by name, and the spikes in transit. `initial` is the state of what has not run. */
  save(initial: ReadonlyMap<string, View>): { state: Record<string, View>; spikes: SpikesInFlight[] } {
    const state: Record<string, View> = {};
    const stands = this.machine && !this.pending;
    for (const views of [initial, stands ? this.states() : [], this.kept]) {
      for (const [name, view] of views) state[name] = view.slice();
    }
    for (const { buffer, by } of this.values.shifts) shift(state[buffer]!, by);
    const spikes = stands ? this.machine!.spikesBefore(this.course.step) : this.spikes;
    return { state, spikes: spikes.map(({ step, sources }) => ({ step, sources: sources.slice() })) };
  }

  /** Builds the network again with another layout of its synapses, and continues from the current state. */
  rebuild(message: string): void {
    const setup = this.attached!;
    this.drop();
    this.setUpNow(setup, message);
  }

  /** Disposes of the machine. The next setup creates it again, in the present state. */
  drop(): void {
    if (!this.pending) {
      this.keep(() => true);
      this.spikes = this.machine!.spikesBefore(this.course.step);
    }
    this.dispose(false);
  }

  /** Makes changed weights take effect for the spikes that are still to be delivered. */
  deliverAnew(): void {
    // A state that still has to be loaded brings its spikes.
    if (this.pending) return;
    const { step } = this.course;
    this.machine!.setSpikes(this.machine!.spikesBefore(step));
  }

  /** Writes weights of a projection that stores one for each synapse. */
  writeWeights({ projection, weights, numbers }: NewWeights): void {
    this.beforeWeights?.(projection);
    if (!this.front.network!.weights.write(projection, weights, numbers)) {
      throw new StateError("Weights were written to synapses that share them. Report this as a bug.");
    }
    this.deliverAnew();
  }

  /** Loads saved state. State variables that it omits get their initial values. */
  load({ state, spikes, weights = {}, learned }: Pick<Snapshot, "state" | "spikes" | "weights" | "learned">): void {
    if (this.front.network?.weights.load(weights, learned)) this.dispose(false);
    this.replace({ state, spikes });
  }

  /** The same, but weights stay. */
  replace({ state, spikes }: Pick<Snapshot, "state" | "spikes">): void {
    this.kept.clear();
    for (const [name, values] of Object.entries(state)) this.kept.set(name, values.slice());
    this.spikes = spikes.map(({ step, sources }) => ({ step, sources: sources.slice() }));
    this.pending = true;
  }
}

const shift = (view: View, by: FieldValue): void => {
  for (let k = 0; k < view.length; k++) view[k] = view[k]! + (typeof by === "number" ? by : (by[k] ?? 0));
};
