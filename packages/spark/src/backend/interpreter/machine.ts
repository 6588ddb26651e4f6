import type { Machine, RuleMemory, Setup, SpikesInFlight, View } from "../../program/machine.ts";
import type { Bundle, BundlePart, NetworkProgram, SignalLine, Weights } from "../../program/network.ts";
import { makePart } from "../../program/parts.ts";
import { proceduralTargets } from "../../program/procedural.ts";
import { bufferNamed, wordsOf } from "../../program/program.ts";
import { afterDispose, tooManySteps } from "../lifecycle.ts";
import { InterpreterPopulation } from "./population.ts";
import { InterpreterRule } from "./rule.ts";

/** The filled synapses of a bundle that end in one shard. */
interface Filled extends BundlePart {
  readonly bundle: Bundle;
  readonly shard: number;
  /** The rule with which they learn. */
  readonly rule: InterpreterRule | undefined;
}

/** Populations and the synapses between them, computed one step and one synapse at a time. */
export class InterpreterMachine implements Machine {
  readonly network: NetworkProgram;
  readonly #slots: Weights;
  readonly #parts: readonly (readonly BundlePart[])[];
  readonly #rules: readonly InterpreterRule[];
  readonly #filled: readonly Filled[];
  #populations: readonly InterpreterPopulation[] = [];
  /** Sources that spiked, by step. */
  #spikes = new Map<number, Uint32Array>();
  #rows = 0;
  #disposed = false;

  constructor(network: NetworkProgram) {
    this.network = network;
    this.#slots = network.precision === "f64" ? new Float64Array(network.slots) : new Float32Array(network.slots);
    this.#parts = network.bundles.map((bundle) => {
      const parts = bundle.shards.map((_, shard) => makePart(network, bundle, shard));
      bundle.fill(parts);
      return parts;
    });
    this.#rules = (network.rules ?? []).map((rule) => new InterpreterRule(rule, network, this.#parts[rule.bundle]!));
    this.#filled = network.bundles.flatMap((bundle, b) => {
      const rule = this.#rules.find(({ program }) => program.bundle === b);
      return this.#parts[b]!.map((part, shard) => ({ bundle, shard, rule, ...part }));
    });
  }

  get populations(): readonly InterpreterPopulation[] {
    return this.#populations;
  }

  attach({ rows, populations }: Setup): void {
    this.#open("attach");
    this.#populations = populations.map((setup, p) => {
      const { receptors } = this.network.populations[p]!;
      const kept = new Map<string, View>();
      const present = this.#populations[p];
      present?.program.buffers.forEach(({ name, role }, k) => {
        if (role === "state") kept.set(name, present.view(k));
      });
      // The slots of all receptors form one row, and each population has a view of its part.
      for (const { buffer, firstSlot } of receptors) {
        const { name } = this.network.populations[p]!.program.buffers[buffer]!;
        kept.set(name, this.#slots.subarray(firstSlot, firstSlot + setup.program.padded));
      }
      return new InterpreterPopulation(setup, rows, kept);
    });
    for (const rule of this.#rules) {
      const target = this.#populations[rule.program.target]!;
      rule.attach({ program: target.program, view: (buffer) => target.view(buffer) });
    }
    this.#rows = rows;
  }

  advance(firstStep: number, rows: number): void {
    this.#open("advance");
    if (rows > this.#rows) throw tooManySteps(this.#rows, rows);
    for (const population of this.#populations) population.begin();
    for (let row = 0; row < rows; row++) {
      const step = firstStep + row;
      for (const line of this.network.signals ?? []) this.#pass(line);
      for (const rule of this.#rules) rule.begin(step | 0);
      this.#deliver(step);
      for (const population of this.#populations) population.advanceRow(row, step | 0);
      for (const rule of this.#rules) this.#learn(rule, step | 0, row);
      if (this.network.longestDelay > 0) this.#keepSpikes(step, row);
    }
  }

  stepNow(step: number): void {
    this.advance(step, 1);
  }

  /** Writes the values of a signal for the next step. */
  #pass(line: SignalLine): void {
    const { population, buffer, units, sums, scale, offset, adds, target, length, first } = line;
    const values = named(this.#populations[population]!, buffer);
    const targets =
      "rule" in target
        ? this.#rules[target.rule]!.memory[target.buffer]!
        : [named(this.#populations[target.population]!, target.buffer)];
    const sum = sums ? sumOf(units, values) : 0;
    for (const view of targets) {
      for (let k = 0; k < length; k++) {
        const value = offset + scale * (sums ? sum : values[units[k]!]!);
        view[first + k] = adds ? view[first + k]! + value : value;
      }
    }
  }

  /** Starts with the longest delay, so that weights are added in the order in which their spikes were emitted. */
  #deliver(step: number): void {
    for (let delay = this.network.longestDelay; delay >= 1; delay--) {
      const spikes = this.#spikes.get(step - delay);
      if (spikes) for (const filled of this.#filled) this.#deliverBundle(filled, step, delay, spikes);
    }
  }

  #deliverBundle(
    { bundle, shard, rule, targets, weights }: Filled,
    step: number,
    delay: number,
    spikes: Uint32Array,
  ): void {
    const place = bundle.delays.indexOf(delay);
    if (place < 0) return;
    const { firstSource } = this.network.populations[bundle.population]!;
    const { offsets, row, procedure } = bundle.shards[shard]!;
    const { firstSlot } = this.network.shards[shard]!;
    for (const spike of spikes) {
      const source = spike - firstSource;
      if (source < 0 || source >= bundle.sources) continue;
      if (rule) {
        rule.arrive(step | 0, shard, source, place, this.#slots);
        continue;
      }
      if (procedure) {
        for (const target of proceduralTargets({ offsets }, procedure, source)) {
          this.#slots[firstSlot + target]! += weights[source]!;
        }
        continue;
      }
      const first = source * bundle.delays.length + place;
      const start = offsets[first]!;
      for (let k = start; k < offsets[first + 1]!; k++) {
        const target = row ? row.first + ((k - start) % row.length) : targets[k]!;
        // The array rounds the sum to its precision, as in every backend.
        this.#slots[firstSlot + target]! += weights[bundle.weights === "source" ? source : k]!;
      }
    }
  }

  /** The moments of a rule after the populations have advanced. */
  #learn(rule: InterpreterRule, step: number, row: number): void {
    rule.follow(step);
    for (const unit of spikingUnits(this.#populations[rule.program.target]!, row)) rule.fire(step, unit);
    rule.end(step);
  }

  #keepSpikes(step: number, row: number): void {
    const sources: number[] = [];
    this.#populations.forEach((population, p) => {
      const { firstSource } = this.network.populations[p]!;
      for (const unit of spikingUnits(population, row)) sources.push(firstSource + unit);
    });
    if (sources.length > 0) this.#spikes.set(step, Uint32Array.from(sources));
    this.#spikes.delete(step - this.network.longestDelay);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    const earliest = step - this.network.longestDelay;
    return [...this.#spikes]
      .filter(([emitted]) => emitted >= earliest && emitted < step)
      .sort(([a], [b]) => a - b)
      .map(([emitted, sources]) => ({ step: emitted, sources: sources.slice() }));
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#spikes = new Map(spikes.map(({ step, sources }) => [step, Uint32Array.from(sources)]));
  }

  parts(bundle: number): readonly BundlePart[] {
    return this.#parts[bundle]!;
  }

  ruleMemory(rule: number): RuleMemory {
    return this.#rules[rule]!.memory;
  }

  dispose(): void {
    this.#disposed = true;
  }

  #open(call: string): void {
    if (this.#disposed) throw afterDispose(call);
  }
}

const named = (population: InterpreterPopulation, buffer: string): View =>
  population.view(bufferNamed(population.program, buffer));

/** The sum of a signal. */
const sumOf = (units: Int32Array, values: View): number => {
  const sums = new Float64Array(8);
  units.forEach((unit, k) => {
    sums[k % 8]! += values[unit]!;
  });
  const pair = (k: number): number => sums[k]! + sums[k + 4]!;
  return pair(0) + pair(2) + (pair(1) + pair(3));
};

/** The units that spiked in a row of the chunk, ascending. */
const spikingUnits = (population: InterpreterPopulation, row: number): number[] => {
  const { program } = population;
  const bits = population.view(program.spikes!);
  const start = row * wordsOf(program.padded);
  const units: number[] = [];
  for (let unit = 0; unit < program.units; unit++) {
    if ((bits[start + (unit >>> 5)]! >>> (unit & 31)) & 1) units.push(unit);
  }
  return units;
};
