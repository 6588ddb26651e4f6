import { Place } from "../config/place.ts";
import { describe, isTypedArray } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError, StateError } from "../errors/errors.ts";
import type { WiredProjection } from "../graph/wiring.ts";
import type { StoredProjection } from "../layout/bundle.ts";
import {
  checkNumbers,
  checkWeights,
  needsOwnWeights,
  readWeights,
  type SelectedSynapses,
  type StoredBundle,
  type SynapseSelection,
  scatterSynapses,
  selectSynapses,
  writeWeights,
} from "../layout/weights.ts";
import type { Machine, View } from "../program/machine.ts";
import type { Weights } from "../program/network.ts";
import { finish } from "../program/work.ts";
import { bundleIn, type Learned, readLearned, writeLearned } from "./learned.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * The weights of a projection. The number of a synapse is its position in the order in which the projection draws its
 * synapses. It does not depend on the layout, the backend or the number of threads.
 */
export interface ProjectionWeights {
  /** Number of synapses. */
  readonly synapses: number;
  /**
   * Returns a copy of the current weights in the unit of the synapse model, for all synapses in order or for those with
   * the given numbers. Weights of inhibitory units are magnitudes, as in the options.
   */
  read(numbers?: ArrayLike<number>): Float32Array | Float64Array;
  /**
   * Sets weights from the next step on. Pass one value for all, or one for each synapse or each given number. The first
   * write to synapses that share a weight builds the network again, with a weight for each synapse.
   * @throws ConfigError for a wrong number of values, a value that is not finite, or a negative value of an inhibitory
   * unit
   */
  write(values: number | ArrayLike<number>, numbers?: ArrayLike<number>): void;
  /** Numbers and ends of the synapses between the given source and target units; an omitted side selects all units. */
  select(selection?: SynapseSelection): SelectedSynapses;
}

/** New weights of a projection. */
export interface NewWeights {
  /** Index of the projection. */
  readonly projection: number;
  readonly weights: number | ArrayLike<number>;
  /** Numbers of the synapses; all of them if absent. */
  readonly numbers?: ArrayLike<number> | undefined;
}

const isList = (value: unknown): boolean => Array.isArray(value) || isTypedArray(value);

/** Keeps changed weights, and what plasticity rules store, while no machine holds them. */
export class WeightKeeper {
  readonly #names: readonly string[];
  /** Projections whose synapses learn: their weights may change in every step. */
  readonly #learning: readonly number[];
  #machine: Machine | undefined;
  #stored: readonly StoredProjection[] = [];
  /** Projections whose weights were changed. */
  readonly #changed = new Set<number>();
  /** Weights of changed projections that no machine holds. */
  readonly #saved = new Map<number, ArrayLike<number>>();
  #learned: Learned | undefined;
  /** Projections that are deliberately stored with a weight for each synapse. */
  readonly owned = new Set<number>();

  /** Takes the projections in order. */
  constructor(projections: readonly Pick<WiredProjection, "name" | "plasticity">[]) {
    this.#names = projections.map(({ name }) => name);
    this.#learning = projections.flatMap(({ plasticity }, k) => (plasticity ? [k] : []));
  }

  /** Writes saved weights into a new machine. */
  stand(machine: Machine, stored: readonly StoredProjection[]): void {
    this.#machine = machine;
    this.#stored = stored;
    for (const [k, values] of this.#saved) this.#write(k, values);
    this.#saved.clear();
    if (this.#learned) writeLearned(machine, stored, this.#learned);
    this.#learned = undefined;
    for (const k of this.#learning) this.#changed.add(k);
  }

  /** Saves the changed weights of a machine before it is disposed of. */
  fall(): void {
    if (this.#machine) {
      for (const k of this.#changed) this.#saved.set(k, this.read(k));
      this.#learned = this.saveLearned();
    }
    this.#machine = undefined;
  }

  /** The state of the plasticity rules; undefined without rules, or before the network is built. */
  saveLearned(): Learned | undefined {
    if (!this.#machine) return this.#learned;
    return this.#learning.length === 0 ? undefined : readLearned(this.#machine, this.#stored);
  }

  /** Changed weights, by projection; undefined if there are none. */
  save(): Record<string, Weights> | undefined {
    if (this.#changed.size === 0) return undefined;
    return Object.fromEntries([...this.#changed].map((k) => [this.#names[k]!, this.read(k)]));
  }

  /** The weights and the state of the projections that learn; undefined if none does. */
  saveLearning(): Required<Pick<Snapshot, "weights" | "learned">> | undefined {
    if (!this.#machine || this.#learning.length === 0) return undefined;
    const weights = Object.fromEntries(this.#learning.map((k) => [this.#names[k]!, this.read(k)]));
    return { weights, learned: readLearned(this.#machine, this.#stored) };
  }

  /** Writes weights and states of projections that learn into the standing network. */
  loadLearning({ weights, learned }: Required<Pick<Snapshot, "weights" | "learned">>): void {
    for (const [name, values] of Object.entries(weights)) this.#write(this.#names.indexOf(name), values);
    writeLearned(this.#machine!, this.#stored, learned);
  }

  /** Loads saved weights and states of rules, and resets all others. Returns whether the network must be built again. */
  load(weights: Readonly<Record<string, ArrayLike<number>>>, learned?: Learned): boolean {
    this.#learned = learned;
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

  /** Copies a value of each synapse, in the order of the projection, to its places in the machine. */
  scatter(k: number, views: readonly View[], values: View): void {
    const stored = this.#stored[k]!;
    finish(scatterSynapses(stored, bundleIn(this.#machine!, stored.bundle!), views, values));
  }

  /** Number of synapses of a projection. */
  countOf(k: number): number {
    return this.#stored[k]!.synapses;
  }

  /** The same; undefined if the network was never built. */
  knownCountOf(k: number): number | undefined {
    return this.#stored[k]?.synapses;
  }

  /** Whether a machine holds the weights. */
  get stands(): boolean {
    return this.#machine !== undefined;
  }

  /** Checks weights before they are written. `single`: whether they are stored in single precision. @throws ConfigError */
  check(k: number, values: number | ArrayLike<number>, numbers: ArrayLike<number> | undefined, single: boolean): void {
    checkWeights(this.#stored[k]!, { values: this.#listOf(k, values, numbers), numbers }, single);
  }

  /** Checks numbers of synapses. @throws ConfigError */
  checkNumbers(k: number, numbers: ArrayLike<number>): void {
    this.#requireNumbers(k, numbers);
    checkNumbers(numbers, this.#stored[k]!);
  }

  /** The values of all synapses or of those with the numbers. @throws ConfigError for anything but numbers */
  #listOf(k: number, values: number | ArrayLike<number>, numbers: ArrayLike<number> | undefined): ArrayLike<number> {
    this.#requireNumbers(k, numbers);
    if (typeof values === "number") return new Float64Array(numbers?.length ?? this.#stored[k]!.synapses).fill(values);
    if (isList(values)) return values;
    const message = `must be a number or a list of numbers; received ${describe(values)}. Give one of these.`;
    throw new ConfigError({ path: `${this.#names[k]}.weights`, message });
  }

  #requireNumbers(k: number, numbers: ArrayLike<number> | undefined): void {
    if (numbers === undefined || isList(numbers)) return;
    const message = `must be a list of numbers of synapses; received ${describe(numbers)}. Give one, or omit it for all.`;
    throw new ConfigError({ path: `${this.#names[k]}.synapses`, message });
  }

  /** Whether the synapses of a standing network share weights, so that they cannot be written. */
  shares(k: number): boolean {
    const place = this.#placeOf(this.#stored[k]!);
    return place !== undefined && needsOwnWeights(place);
  }

  read(k: number, numbers?: ArrayLike<number>): Weights {
    this.#requireNumbers(k, numbers);
    const saved = this.#saved.get(k);
    if (saved && !this.#machine) return saved instanceof Float64Array ? saved.slice() : Float32Array.from(saved);
    const stored = this.#stored[k]!;
    const place = this.#placeOf(stored);
    return place ? finish(readWeights(stored, place, numbers)) : new Float32Array(0);
  }

  /** Writes weights. Returns false, and writes nothing, if the synapses share weights. */
  write(k: number, values: number | ArrayLike<number>, numbers?: ArrayLike<number>): boolean {
    if (!this.#write(k, this.#listOf(k, values, numbers), numbers)) return false;
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
    requireKnown(new Place([this.#names[k]!]), selection, ["sources", "targets"]);
    return finish(selectSynapses(this.#stored[k]!.input, selection));
  }

  #placeOf({ bundle: place }: StoredProjection): StoredBundle | undefined {
    const machine = this.#machine;
    if (!machine) throw new StateError("Weights were accessed before a network was built. Report this as a bug.");
    if (place === undefined) return undefined;
    return bundleIn(machine, place);
  }
}
