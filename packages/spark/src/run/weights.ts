import { StateError } from "../errors/errors.ts";
import type { StoredProjection } from "../layout/bundle.ts";
import {
  readWeights,
  type SelectedSynapses,
  type StoredBundle,
  type SynapseSelection,
  selectSynapses,
  writeWeights,
} from "../layout/weights.ts";
import type { Machine } from "../program/machine.ts";
import type { Weights } from "../program/network.ts";
import { finish } from "../program/work.ts";

/**
 * The weights of a projection. A synapse has a number: its place in the order in which the projection draws its
 * synapses, whatever the layout, the backend and the number of threads.
 */
export interface ProjectionWeights {
  /** Number of synapses. */
  readonly synapses: number;
  /**
   * Present weights in the order of the synapses, or of the given numbers of synapses: a copy, in the unit of the
   * synapse model. Weights of inhibitory units are magnitudes, as they are given.
   */
  read(numbers?: ArrayLike<number>): Float32Array | Float64Array;
  /**
   * Sets weights, from the next step on: one for each synapse or for each of the given numbers, or one number for all.
   * Synapses that share a weight get weights of their own the first time, for which the network is built once more.
   * @throws ConfigError for a wrong number of values, one that is not finite, or a negative one of an inhibitory unit
   */
  write(values: number | ArrayLike<number>, numbers?: ArrayLike<number>): void;
  /** Numbers and ends of the synapses from some source units to some target units; all where a side is left out. */
  select(selection?: SynapseSelection): SelectedSynapses;
}

/** Keeps what became of the weights of a network's projections beyond the life of a machine. */
export class WeightKeeper {
  readonly #names: readonly string[];
  #machine: Machine | undefined;
  #stored: readonly StoredProjection[] = [];
  /** Projections whose weights were written. */
  readonly #changed = new Set<number>();
  /** Weights of changed projections that no machine holds. */
  readonly #saved = new Map<number, ArrayLike<number>>();
  /** Projections that were stored with a weight for each synapse on purpose. */
  readonly owned = new Set<number>();

  /** `names` are those of the projections, in order. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Writes what was saved into a machine that was made just now. */
  stand(machine: Machine, stored: readonly StoredProjection[]): void {
    this.#machine = machine;
    this.#stored = stored;
    for (const [k, values] of this.#saved) this.#write(k, values);
    this.#saved.clear();
  }

  /** Saves changed weights of a machine that goes. */
  fall(): void {
    if (this.#machine) for (const k of this.#changed) this.#saved.set(k, this.read(k));
    this.#machine = undefined;
  }

  /** Weights that changed, by projection; undefined where none did. */
  save(): Record<string, Weights> | undefined {
    if (this.#changed.size === 0) return undefined;
    return Object.fromEntries([...this.#changed].map((k) => [this.#names[k]!, this.read(k)]));
  }

  /** Starts from saved weights; all others are those that the network was built with. Gives whether to build it anew. */
  load(weights: Readonly<Record<string, ArrayLike<number>>>): boolean {
    const given = new Map(Object.entries(weights).map(([name, values]) => [this.#names.indexOf(name), values]));
    const anew = given.size > 0 || this.#changed.size > 0;
    this.#changed.clear();
    this.#saved.clear();
    for (const [k, values] of given) {
      this.#changed.add(k);
      this.#saved.set(k, values);
      this.owned.add(k);
    }
    if (anew) this.#machine = undefined;
    return anew;
  }

  /** Number of synapses of a projection. */
  countOf(k: number): number {
    return this.#stored[k]!.synapses;
  }

  read(k: number, numbers?: ArrayLike<number>): Weights {
    const saved = this.#saved.get(k);
    if (saved && !this.#machine) return saved instanceof Float64Array ? saved.slice() : Float32Array.from(saved);
    const stored = this.#stored[k]!;
    const place = this.#placeOf(stored);
    return place ? finish(readWeights(stored, place, numbers)) : new Float32Array(0);
  }

  /** Whether the weights were written; false where the synapses share weights. */
  write(k: number, values: number | ArrayLike<number>, numbers?: ArrayLike<number>): boolean {
    const length = numbers?.length ?? this.#stored[k]!.synapses;
    const list = typeof values === "number" ? new Float64Array(length).fill(values) : values;
    if (!this.#write(k, list, numbers)) return false;
    this.#changed.add(k);
    return true;
  }

  #write(k: number, values: ArrayLike<number>, numbers?: ArrayLike<number>): boolean {
    const stored = this.#stored[k]!;
    const place = this.#placeOf(stored);
    if (!place) return true;
    return finish(writeWeights(stored, place, values, numbers)) === "written";
  }

  select(k: number, selection: SynapseSelection): SelectedSynapses {
    return finish(selectSynapses(this.#stored[k]!.input, selection));
  }

  #placeOf({ bundle: place }: StoredProjection): StoredBundle | undefined {
    const machine = this.#machine;
    if (!machine) throw new StateError("Weights were asked for without a machine. Report this as a bug.");
    if (place === undefined) return undefined;
    const { bundles, shards } = machine.network;
    return { bundle: bundles[place]!, shards, parts: machine.parts(place) };
  }
}
