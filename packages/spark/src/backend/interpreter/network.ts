import { StateError } from "../../errors/errors.ts";
import type { NetworkMachine, SpikesInFlight, View } from "../../program/machine.ts";
import type { Bundle, BundlePart, NetworkProgram, Weights } from "../../program/network.ts";
import { proceduralTargets } from "../../program/procedural.ts";
import { wordsOf } from "../../program/program.ts";
import { InterpreterMachine } from "./machine.ts";

/** The synapses of a bundle that end in one shard, as it filled them. */
interface Filled extends BundlePart {
  readonly bundle: Bundle;
  readonly shard: number;
}

/** Populations and the synapses between them, one step after the other and one synapse after the other. */
export class InterpreterNetwork implements NetworkMachine {
  readonly network: NetworkProgram;
  readonly populations: readonly InterpreterMachine[];
  readonly #slots: Weights;
  readonly #filled: readonly Filled[];
  /** Sources that spiked, by step. */
  #spikes = new Map<number, number[]>();
  #disposed = false;

  constructor(network: NetworkProgram) {
    this.network = network;
    const Floats = network.precision === "f64" ? Float64Array : Float32Array;
    const slots = new Floats(network.slots);
    this.#slots = slots;
    this.populations = network.populations.map(({ program, receptors }) => {
      const shared = receptors.map(({ buffer, firstSlot }): [number, View] => [
        buffer,
        slots.subarray(firstSlot, firstSlot + program.padded),
      ]);
      return new InterpreterMachine(program, new Map(shared));
    });
    this.#filled = network.bundles.flatMap((bundle) => {
      const sizes = bundle.shards.map(({ synapses, row, procedure }) => ({
        synapses,
        listed: row || procedure ? 0 : synapses,
      }));
      const parts = sizes.map(({ synapses, listed }, shard) => ({
        targets: network.shards[shard]!.wide ? new Uint32Array(listed) : new Uint16Array(listed),
        weights: new Floats(bundle.weights === "source" ? bundle.sources : synapses),
      }));
      bundle.fill(parts);
      return parts.map((part, shard) => ({ bundle, shard, ...part }));
    });
  }

  advance(firstStep: number, rows: number): void {
    if (this.#disposed) throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
    for (const population of this.populations) population.begin();
    for (let row = 0; row < rows; row++) {
      const step = firstStep + row;
      this.#deliver(step);
      for (const population of this.populations) population.advanceRow(row, step | 0);
      this.#keepSpikes(step, row);
    }
  }

  /** The longest delay first, so that weights add up in the order in which their spikes were emitted. */
  #deliver(step: number): void {
    for (let delay = this.network.longestDelay; delay >= 1; delay--) {
      const spikes = this.#spikes.get(step - delay);
      if (spikes) for (const filled of this.#filled) this.#deliverBundle(filled, delay, spikes);
    }
  }

  #deliverBundle({ bundle, shard, targets, weights }: Filled, delay: number, spikes: readonly number[]): void {
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
        // Rounded to the precision by the array, as in every backend.
        this.#slots[firstSlot + target]! += weights[bundle.weights === "source" ? source : k]!;
      }
    }
  }

  #keepSpikes(step: number, row: number): void {
    const sources: number[] = [];
    this.network.populations.forEach(({ program, spikes, firstSource }, p) => {
      const bits = this.populations[p]!.view(spikes);
      const start = row * wordsOf(program.padded);
      for (let unit = 0; unit < program.units; unit++) {
        if ((bits[start + (unit >>> 5)]! >>> (unit & 31)) & 1) sources.push(firstSource + unit);
      }
    });
    if (sources.length > 0) this.#spikes.set(step, sources);
    this.#spikes.delete(step - this.network.longestDelay);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    const earliest = step - this.network.longestDelay;
    return [...this.#spikes]
      .filter(([emitted]) => emitted >= earliest && emitted < step)
      .sort(([a], [b]) => a - b)
      .map(([emitted, sources]) => ({ step: emitted, sources: Uint32Array.from(sources) }));
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#spikes = new Map(spikes.map(({ step, sources }) => [step, [...sources]]));
  }

  dispose(): void {
    this.#disposed = true;
  }
}
