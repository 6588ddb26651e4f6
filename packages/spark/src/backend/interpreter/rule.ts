import { meaning } from "../../expr/evaluate.ts";
import { type Incoming, incomingOf } from "../../program/incoming.ts";
import type { MachinePopulation, RuleMemory, View } from "../../program/machine.ts";
import { fillInitial } from "../../program/memory.ts";
import type { BundlePart, NetworkProgram, Weights } from "../../program/network.ts";
import { bufferNamed } from "../../program/program.ts";
import type { RuleEnd, RuleKernel, RuleProgram } from "../../program/rule.ts";

/** The elements that a kernel accesses: an arrival and a synapse of a shard, and a unit of the target population. */
interface Position {
  shard: number;
  arrival: number;
  target: number;
  synapse: number;
  step: number;
}

/** A plasticity rule, one synapse at a time. This defines the result of every rule. */
export class InterpreterRule {
  readonly program: RuleProgram;
  readonly memory: RuleMemory;
  readonly #network: NetworkProgram;
  readonly #parts: readonly BundlePart[];
  readonly #delays: number;
  readonly #arrivals: number;
  readonly #units: number;
  #incoming: readonly Incoming[] | undefined;
  /** Views of the states of the target population, by buffer. */
  #states: ReadonlyMap<number, View> = new Map();

  constructor(program: RuleProgram, network: NetworkProgram, parts: readonly BundlePart[]) {
    this.program = program;
    this.#network = network;
    this.#parts = parts;
    const { sources, delays } = network.bundles[program.bundle]!;
    this.#delays = delays.length;
    this.#arrivals = sources * delays.length;
    this.#units = network.populations[program.target]!.program.units;
    this.memory = program.buffers.map(({ type, space, initial, rows = 1, of }, k): View[] => {
      if (k === 0) return parts.map(({ weights }) => weights);
      if (of !== undefined) return [];
      const make = (length: number): View => {
        const values =
          type === "int"
            ? new Int32Array(length)
            : network.precision === "f64"
              ? new Float64Array(length)
              : new Float32Array(length);
        fillInitial({ initial }, values);
        return values;
      };
      if (space === "target") return [make(this.#units * rows)];
      const lengths = { rule: 1, arrival: this.#arrivals } as const;
      return parts.map(({ weights }) => make(space === "synapse" ? weights.length : lengths[space]));
    });
  }

  /** Finds the states of the target population, which attached programs move. */
  attach({ program, view }: Pick<MachinePopulation, "program" | "view">): void {
    this.#states = new Map(
      this.program.buffers.flatMap(({ of }, k) =>
        of === undefined ? [] : [[k, view(bufferNamed(program, of))] as const],
      ),
    );
  }

  begin(step: number): void {
    const at = { shard: 0, arrival: 0, target: 0, synapse: 0, step };
    for (; at.shard < this.#parts.length; at.shard++) {
      for (at.arrival = 0; at.arrival < this.#arrivals; at.arrival++) this.#run(this.program.beginArrivals, at);
    }
    at.shard = 0;
    for (; at.target < this.#units; at.target++) this.#run(this.program.beginTargets, at);
    for (; at.shard < this.#parts.length; at.shard++) this.#run(this.program.beginRule, at);
  }

  /** Whether synapses may change. */
  #active(shard: number, { factor }: Pick<RuleEnd, "factor"> = this.program): boolean {
    return factor === undefined || this.memory[factor]![shard]![0] !== 0;
  }

  /** Delivers a spike that arrives after the delay with the given place. */
  arrive(step: number, shard: number, source: number, place: number, slots: Weights): void {
    const { program } = this;
    const arrive = this.#active(shard) ? program.arrive : { ...program.arrive, stores: [] };
    const { targets } = this.#parts[shard]!;
    const { offsets } = this.#network.bundles[program.bundle]!.shards[shard]!;
    const { firstSlot } = this.#network.shards[shard]!;
    const arrival = source * this.#delays + place;
    const at = { shard, arrival, target: 0, synapse: offsets[arrival]!, step };
    for (; at.synapse < offsets[arrival + 1]!; at.synapse++) {
      const slot = firstSlot + targets[at.synapse]!;
      at.target = slot - program.firstSlot;
      const values = this.#run(arrive, at);
      slots[slot]! += values[arrive.amount]! * this.#sign(source);
    }
    this.#run(program.arriveOnce, at);
  }

  /** The state variables of target units follow the population, which has advanced. */
  follow(step: number): void {
    const at = { shard: 0, arrival: 0, target: 0, synapse: 0, step };
    const { follow } = this.program;
    if (follow.stores.length > 0) for (; at.target < this.#units; at.target++) this.#run(follow, at);
    for (const { from, to, past } of this.program.delays) {
      const values = this.memory[from]![0]!;
      const later = this.memory[to]![0]!;
      if (past === undefined) {
        later.set(values);
        continue;
      }
      const row = (step >>> 0) % this.program.buffers[past]!.rows!;
      const kept = this.memory[past]![0]!.subarray(row * this.#units, (row + 1) * this.#units);
      later.set(kept);
      kept.set(values);
    }
  }

  /** Applies the moment of a postsynaptic spike. */
  fire(step: number, target: number): void {
    const { program } = this;
    const isActive = (shard: number): boolean => this.#active(shard);
    this.#throughTarget(step, target, isActive, (at) => void this.#run(program.fire, at));
    this.#run(program.fireOnce, { shard: 0, arrival: 0, target, synapse: 0, step });
  }

  end(step: number): void {
    for (const own of this.program.ends) {
      if (((step + 1) >>> 0) % own.every !== 0) continue;
      const { gather, settle, end, only } = own;
      const isActive = (shard: number): boolean => this.#active(shard, own);
      for (const { buffer } of gather.stores) this.#clear(this.memory[buffer]![0]!, isActive);
      if (gather.stores.length > 0) {
        this.#through(step, isActive, (at) => {
          const values = this.#evaluate(gather, at);
          // The array rounds the sum to its precision, as in every backend.
          for (const { buffer, node } of gather.stores) this.memory[buffer]![0]![at.target]! += values[node]!;
        });
      }
      const unitsIn = this.#network.shards.map(
        ({ units }) => units.find(({ population }) => population === this.program.target) ?? { first: 0, end: 0 },
      );
      for (const [shard, units] of unitsIn.entries()) {
        if (!isActive(shard) || settle.stores.length === 0) continue;
        const at = { shard, arrival: 0, target: units.first, synapse: 0, step };
        for (; at.target < units.end; at.target++) this.#run(settle, at);
      }
      if (end.stores.length === 0) continue;
      if (only === undefined) {
        this.#through(step, isActive, (at) => void this.#run(end, at));
        continue;
      }
      for (let target = 0; target < this.#units; target++) {
        if (this.memory[only]![0]![target] === 0) continue;
        this.#throughTarget(step, target, isActive, (at) => void this.#run(end, at));
      }
    }
  }

  /** Sets the values of the target units in some shards to 0. */
  #clear(values: View, wanted: (shard: number) => boolean): void {
    this.#network.shards.forEach(({ units }, shard) => {
      const own = units.find(({ population }) => population === this.program.target);
      if (own && wanted(shard)) values.fill(0, own.first, own.end);
    });
  }

  /** Visits the synapses of a target unit in some shards. */
  #throughTarget(
    step: number,
    target: number,
    wanted: (shard: number) => boolean,
    visit: (at: Position) => void,
  ): void {
    this.#incomingOf().forEach(({ first, starts, synapses, arrivals }, shard) => {
      const at = { shard, arrival: 0, target, synapse: 0, step };
      const unit = target - first;
      if (!(unit in starts) || unit + 1 === starts.length || !wanted(shard)) return;
      for (let k = starts[unit]!; k < starts[unit + 1]!; k++) {
        at.synapse = synapses[k]!;
        at.arrival = arrivals[k]!;
        visit(at);
      }
    });
  }

  /** Visits every synapse in some shards, by arrival. */
  #through(step: number, wanted: (shard: number) => boolean, visit: (at: Position) => void): void {
    this.#parts.forEach(({ targets }, shard) => {
      if (!wanted(shard)) return;
      const { offsets } = this.#network.bundles[this.program.bundle]!.shards[shard]!;
      const first = this.#network.shards[shard]!.firstSlot - this.program.firstSlot;
      const at = { shard, arrival: 0, target: 0, synapse: 0, step };
      for (; at.arrival < this.#arrivals; at.arrival++) {
        for (at.synapse = offsets[at.arrival]!; at.synapse < offsets[at.arrival + 1]!; at.synapse++) {
          at.target = targets[at.synapse]! + first;
          visit(at);
        }
      }
    });
  }

  /** Lists the synapses by their targets. They are written after the machine is made. */
  #incomingOf(): readonly Incoming[] {
    this.#incoming ??= this.#parts.map((part, shard) => incomingOf(this.#network, this.program, shard, part));
    return this.#incoming;
  }

  #run(kernel: RuleKernel, at: Position): readonly number[] {
    const values = this.#evaluate(kernel, at);
    for (const { buffer, node } of kernel.stores) {
      const [view, index] = this.#place(buffer, at);
      view[index] = buffer === 0 ? values[node]! * this.#signAt(at) : values[node]!;
    }
    return values;
  }

  #evaluate({ nodes }: RuleKernel, at: Position): readonly number[] {
    const single = this.#network.precision === "f32";
    const values: number[] = [];
    for (const node of nodes) {
      if (node.op === "constant") values.push(node.value);
      else if (node.op === "step") values.push(at.step);
      else if (node.op === "unit") values.push(0);
      else if (node.op === "load") values.push(this.#load(node.buffer, at));
      else {
        const [a = 0, b = 0, c = 0] = node.args.map((arg) => values[arg]!);
        const value = meaning[node.op](a, b, c);
        values.push(node.dtype === "float" && single ? Math.fround(value) : value);
      }
    }
    return values;
  }

  #load(buffer: number, at: Position): number {
    const [view, index] = this.#place(buffer, at);
    return buffer === 0 ? view[index]! * this.#signAt(at) : view[index]!;
  }

  #place(buffer: number, at: Position): readonly [View, number] {
    const views = this.memory[buffer]!;
    const { space } = this.program.buffers[buffer]!;
    if (space === "target") return [views[0] ?? this.#states.get(buffer)!, at.target];
    return [views[at.shard]!, space === "rule" ? 0 : space === "arrival" ? at.arrival : at.synapse];
  }

  #signAt({ arrival }: Position): number {
    return this.#sign(Math.floor(arrival / this.#delays));
  }

  #sign(source: number): number {
    return this.program.signs?.[source] ?? 1;
  }
}
