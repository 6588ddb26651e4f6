import type { Machine, Setup, SpikesInFlight, View } from "../../program/machine.ts";
import type { Bundle, BundlePart, NetworkProgram, Weights } from "../../program/network.ts";
import { makePart } from "../../program/parts.ts";
import { proceduralTargets } from "../../program/procedural.ts";
import { wordsOf } from "../../program/program.ts";
import { afterDispose, tooManySteps } from "../lifecycle.ts";
import { InterpreterPopulation } from "./population.ts";

/** The filled synapses of a bundle that end in one shard. */
interface Filled extends BundlePart {
  readonly bundle: Bundle;
  readonly shard: number;
}

/** Populations and the synapses between them, computed one step and one synapse at a time. */
export class InterpreterMachine implements Machine {
  readonly network: NetworkProgram;
  readonly #slots: Weights;
  readonly #parts: readonly (readonly BundlePart[])[];
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
    this.#filled = network.bundles.flatMap((bundle, b) =>
      this.#parts[b]!.map((part, shard) => ({ bundle, shard, ...part })),
    );
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
    this.#rows = rows;
  }

  advance(firstStep: number, rows: number): void {
    this.#open("advance");
    if (rows > this.#rows) throw tooManySteps(this.#rows, rows);
    for (const population of this.#populations) population.begin();
    for (let row = 0; row < rows; row++) {
      const step = firstStep + row;
      this.#deliver(step);
      for (const population of this.#populations) population.advanceRow(row, step | 0);
      if (this.network.longestDelay > 0) this.#keepSpikes(step, row);
    }
  }

  stepNow(step: number): void {
    this.advance(step, 1);
  }

  /** Starts with the longest delay, so that weights are added in the order in which their spikes were emitted. */
  #deliver(step: number): void {
    for (let delay = this.network.longestDelay; delay >= 1; delay--) {
      const spikes = this.#spikes.get(step - delay);
      if (spikes) for (const filled of this.#filled) this.#deliverBundle(filled, delay, spikes);
    }
  }

  #deliverBundle({ bundle, shard, targets, weights }: Filled, delay: number, spikes: Uint32Array): void {
    const place = bundle.delays.indexOf(delay);
    if (place < 0) return;
    const { firstSource } = this.network.populations[bundle.population]!;
    const { offsets, row, procedure } = bundle.shards[shard]!;
    const { firstSlot } = this.network.shards[shard]!;
    for (const spike of spikes) {
      const source = spike - firstSource;
      if (source < 0 || source >= bundle.sources) continue;
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

  #keepSpikes(step: number, row: number): void {
    const sources: number[] = [];
    this.#populations.forEach((population, p) => {
      const { program } = population;
      const { firstSource } = this.network.populations[p]!;
      const bits = population.view(program.spikes!);
      const start = row * wordsOf(program.padded);
      for (let unit = 0; unit < program.units; unit++) {
        if ((bits[start + (unit >>> 5)]! >>> (unit & 31)) & 1) sources.push(firstSource + unit);
      }
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

  dispose(): void {
    this.#disposed = true;
  }

  #open(call: string): void {
    if (this.#disposed) throw afterDispose(call);
  }
}
