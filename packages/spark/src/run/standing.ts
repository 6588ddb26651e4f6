import type { Engine, Machine, Setup, SpikesInFlight, View } from "../program/machine.ts";
import { fillInitial } from "../program/memory.ts";
import type { SynapseBuilder } from "../program/recipe.ts";
import { isSame } from "../program/same.ts";
import { ABORTED } from "./abort.ts";
import { type Assembled, assemble } from "./assemble.ts";
import type { Course } from "./course.ts";
import type { Frontend } from "./frontend.ts";

/** Work that may have to wait: it yields the promises that it waits for. */
export type Waiting = Generator<Promise<void>, void, void>;

export const wait = function* (done: void | Promise<void>): Waiting {
  if (done instanceof Promise) yield done;
};

/**
 * The one machine of a simulation. The first run or step creates it; it then stays, and runs attach their inputs and
 * records to it. State that has no buffer in the machine, such as that of a paused noise input, is kept here by name
 * and returns with its buffer.
 */
export class Standing {
  protected readonly engine: Engine;
  protected readonly course: Course;
  protected readonly front: Frontend;
  protected readonly worker: boolean;
  protected machine: Machine | undefined;
  protected attached: Setup | undefined;
  /** The step of the last attach or load, and the state variables that began there. */
  #attachedAt = 0;
  #fresh: ReadonlySet<string> = new Set();
  protected readonly kept = new Map<string, View>();
  protected spikes: readonly SpikesInFlight[] = [];
  /** Whether the kept state still has to be loaded into the machine. */
  protected pending = false;
  synapses = 0;
  warnings: readonly string[] = [];

  /** `worker`: whether the calling thread must stay responsive. */
  constructor(engine: Engine, course: Course, front: Frontend, worker: boolean) {
    this.worker = worker;
    this.engine = engine;
    this.course = course;
    this.front = front;
    front.network?.drawWith(engine.drawer);
  }

  /** Prepares the machine for a setup, with pauses. Returns undefined if `stopped` returns true before it exists. */
  async setUp(setup: Setup, stopped: () => boolean): Promise<Machine | undefined> {
    this.course.goesOn();
    if (stopped()) return undefined;
    this.dropBroken();
    if (!this.machine && !(await this.#make(setup, stopped))) return undefined;
    const replaced = this.rescue(setup);
    try {
      for (const waiting of this.attach(setup)) await waiting;
    } catch (error) {
      if (!replaced?.(error) || !(await this.#make(setup, stopped))) throw error;
      for (const waiting of this.attach(setup)) await waiting;
    }
    this.course.goesOn();
    return this.machine;
  }

  /** Creates the machine. Returns false if `stopped` returns true before it is complete. */
  async #make(setup: Setup, stopped: () => boolean): Promise<boolean> {
    const builder = await this.front.openBuilder?.(this.engine, this.worker);
    let assembled: Awaited<ReturnType<typeof assemble>>;
    try {
      assembled = await assemble(this.lay(setup, builder), this.engine, stopped);
    } finally {
      builder?.dispose();
    }
    if (assembled === ABORTED) {
      this.course.goesOn();
      return false;
    }
    if (this.course.ended) assembled.machine.dispose();
    this.course.goesOn();
    this.take(assembled);
    return true;
  }

  /** Returns a function that decides whether to create the machine again after it failed to attach a setup. */
  protected rescue(_setup: Setup): ((error: unknown) => boolean) | undefined {
    return undefined;
  }

  protected lay({ populations }: Setup, builder: SynapseBuilder | undefined) {
    const programs = populations.map(({ program }) => program);
    return this.front.lay(programs, this.engine, builder);
  }

  protected take({ machine, synapses, warnings, projections }: Assembled): void {
    this.machine = machine;
    this.front.network?.weights.stand(machine, projections);
    this.synapses = synapses;
    this.warnings = warnings;
    this.pending = true;
  }

  protected *attach(setup: Setup): Waiting {
    const machine = this.machine!;
    const before = this.attached;
    const same = before !== undefined && isSameSetup(before, setup);
    if (same) this.attached = setup;
    if (same && !this.pending) return;
    const unmoved = this.#unmoved();
    if (!same) {
      const next = namesOf(setup);
      if (!this.pending) this.keep((name) => !next.has(name));
      yield* wait(machine.attach(setup));
    }
    const present = before ? namesOf(before) : new Set<string>();
    const began = new Set<string>();
    for (const [p, { program }] of setup.populations.entries()) {
      for (const [k, buffer] of program.buffers.entries()) {
        if (buffer.role !== "state") continue;
        const { name } = buffer;
        const kept = this.kept.get(name);
        // The machine itself initializes buffers that are new to it.
        const stale = present.has(name) && (this.pending || unmoved.has(name));
        if (!kept && (stale || this.pending || !present.has(name))) began.add(name);
        if (!kept && !stale) continue;
        const view = machine.populations[p]!.view(k);
        if (stale) fillInitial(buffer, view);
        if (kept) view.set(kept);
        this.kept.delete(name);
        yield* wait(machine.push?.(p, k));
      }
    }
    if (this.front.network?.differing) this.front.network.writeRules(machine);
    if (this.pending) machine.setSpikes(this.spikes);
    this.spikes = [];
    this.pending = false;
    this.#fresh = began;
    this.#attachedAt = this.course.step;
    this.attached = setup;
  }

  /** State variables that have not advanced: they may belong to inputs that never ran. */
  #unmoved(): ReadonlySet<string> {
    return this.course.step === this.#attachedAt ? this.#fresh : new Set();
  }

  /** Keeps state variables of the machine by name. */
  protected keep(wanted: (name: string) => boolean): void {
    for (const [name, view] of this.states()) if (wanted(name)) this.kept.set(name, view.slice());
  }

  /** Live state of the machine, without padding and without variables that have not advanced. */
  protected *states(): Generator<[string, View]> {
    const unmoved = this.#unmoved();
    for (const [p, { program }] of this.attached?.populations.entries() ?? []) {
      const population = this.machine!.populations[p]!;
      for (const [k, { role, name }] of program.buffers.entries()) {
        if (role === "state" && !unmoved.has(name)) yield [name, population.view(k).subarray(0, program.units)];
      }
    }
  }

  /** Updates the views of all state. */
  pull(): void | Promise<void> {
    const waiting = [...this.#pulling()];
    if (waiting.length > 0) return Promise.all(waiting).then(() => {});
  }

  *#pulling(): Waiting {
    const machine = this.machine;
    if (!machine?.pull) return;
    for (const [p, { program }] of this.attached!.populations.entries()) {
      for (const [k, { role }] of program.buffers.entries()) {
        if (role === "state") yield* wait(machine.pull(p, k));
      }
    }
  }

  /** Drops a broken machine without reusing its memory, because remaining threads may still write to it. */
  protected dropBroken(): void {
    const machine = this.machine;
    if (!machine?.broken) return;
    if (!this.pending && !this.course.lost) {
      this.keep(() => true);
      this.spikes = machine.spikesBefore(this.course.step);
    }
    this.dispose(false);
  }

  /** `recycle`: nobody else has views of the machine, and nothing writes to it. */
  dispose(recycle: boolean): void {
    const machine = this.machine;
    if (machine && !machine.broken) this.front.network?.weights.fall();
    if (machine?.recycle && recycle) machine.recycle();
    else machine?.dispose();
    this.machine = undefined;
    this.attached = undefined;
  }
}

const namesOf = ({ populations }: Setup): Set<string> => {
  const names = new Set<string>();
  for (const { program } of populations) {
    for (const { role, name } of program.buffers) if (role === "state") names.add(name);
  }
  return names;
};

export const isSameSetup = (a: Setup, b: Setup): boolean =>
  a.rows === b.rows &&
  a.populations.every(({ program, probes }, p) => {
    const other = b.populations[p]!;
    return program === other.program && isSame(probes, other.probes);
  });
