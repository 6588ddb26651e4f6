import { counted } from "../config/counted.ts";
import { rangeProblem } from "../config/range.ts";
import { describe, isTypedArray } from "../config/shape.ts";
import type { SynapseBatch } from "../connectivity/synapses.ts";
import { ConfigError } from "../errors/errors.ts";
import type { View } from "../program/machine.ts";
import type { Bundle, BundlePart, Shard, Weights } from "../program/network.ts";
import type { Work } from "../program/work.ts";
import type { BundleInput, StoredProjection } from "./bundle.ts";
import { Cells } from "./dense.ts";
import { placesOf, stretchesOf } from "./places.ts";

/*
 * Weights of a projection by synapse number. To find the place of synapse k, the code repeats the draws and counts as
 * when the synapses were written. Large projections thus need no table of places; small ones remember theirs, because
 * programs read them often, for example to draw them while they learn.
 */

/** A bundle in a machine. */
export interface StoredBundle {
  readonly bundle: Pick<Bundle, "delays" | "weights" | "shards">;
  readonly shards: readonly Shard[];
  readonly parts: readonly BundlePart[];
}

/** Whether synapses share weights, so that single weights cannot be written. Lay out such a bundle with `ownWeights`. */
export const needsOwnWeights = ({ bundle }: Pick<StoredBundle, "bundle">): boolean => bundle.weights === "source";

/**
 * Weights of a projection as the user gives them (magnitudes for inhibitory source units), in the order of its synapses
 * or of the given synapse numbers.
 */
export const readWeights = function* (
  stored: StoredProjection,
  place: StoredBundle,
  numbers?: ArrayLike<number>,
): Work<Weights> {
  const { parts } = place;
  const double = parts.some(({ weights }) => weights instanceof Float64Array);
  const length = numbers?.length ?? stored.synapses;
  const values = double ? new Float64Array(length) : new Float32Array(length);
  yield* eachPlace(stored, place, numbers, (k, shard, at, sign) => {
    values[k] = parts[shard]!.weights[at]! * sign;
  });
  return values;
};

/**
 * Writes weights of a projection, in the order of its synapses or of the given synapse numbers. Writes nothing if
 * synapses share weights.
 * @throws ConfigError for a wrong number of values, a value that is not finite, or a negative value of an inhibitory unit or a conductance
 */
export const writeWeights = function* (
  stored: StoredProjection,
  place: StoredBundle,
  values: ArrayLike<number>,
  numbers?: ArrayLike<number>,
): Work<"written" | "needsOwnWeights"> {
  checkWeights(stored, { values, numbers }, place.parts[0]?.weights instanceof Float32Array);
  if (needsOwnWeights(place)) return "needsOwnWeights";
  const { parts } = place;
  yield* eachPlace(stored, place, numbers, (k, shard, at, sign) => {
    parts[shard]!.weights[at] = values[k]! * sign;
  });
  return "written";
};

/** New weights of a projection: one for each synapse, or for each synapse with one of the numbers. */
interface NewWeights {
  readonly values: ArrayLike<number>;
  readonly numbers?: ArrayLike<number> | undefined;
}

/**
 * Checks weights before they are written. `single`: whether they are stored in single precision.
 * @throws ConfigError as `writeWeights` does
 */
export const checkWeights = (stored: StoredProjection, { values, numbers }: NewWeights, single: boolean): void => {
  if (numbers) checkNumbers(numbers, stored);
  const length = numbers?.length ?? stored.synapses;
  if (values.length !== length) {
    const message = `must contain ${counted(length, "value")}, one per synapse; received ${values.length}. Give one for each.`;
    throw new ConfigError({ path: `${stored.input.synapses.name}.weights`, message });
  }
  checkValues(values, stored.input, single && !(values instanceof Float32Array));
};

/** Checks numbers of synapses. @throws ConfigError for the first one that the projection does not have */
export const checkNumbers = (numbers: ArrayLike<number>, { synapses, input }: StoredProjection): void => {
  for (let k = 0; k < numbers.length; k++) {
    const number = numbers[k]!;
    if (Number.isInteger(number) && number >= 0 && number < synapses) continue;
    const message = `must be a whole number from 0 to ${synapses - 1}; received ${number}. Count the synapses from 0.`;
    throw new ConfigError({ path: `${input.synapses.name}.synapses[${k}]`, message });
  }
};

/** Copies a value of each synapse from its places in the shards into the order of the projection. */
export const gatherSynapses = function* (
  stored: StoredProjection,
  place: StoredBundle,
  views: readonly View[],
  into: View,
): Work<void> {
  yield* eachPlace(stored, place, undefined, (number, shard, at) => {
    into[number] = views[shard]![at]!;
  });
};

/** Copies a value of each synapse, in the order of the projection, to its places in the shards. */
export const scatterSynapses = function* (
  stored: StoredProjection,
  place: StoredBundle,
  views: readonly View[],
  from: View,
): Work<void> {
  yield* eachPlace(stored, place, undefined, (number, shard, at) => {
    views[shard]![at] = from[number]!;
  });
};

/** Selects synapses of a projection by their ends. */
export interface SynapseSelection {
  /** Indices of source units. Default: all. */
  readonly sources?: ArrayLike<number>;
  /** Indices of target units. Default: all. */
  readonly targets?: ArrayLike<number>;
}

export interface SelectedSynapses {
  /** Number of each synapse in its projection, ascending. */
  readonly numbers: Float64Array;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** Delays in steps. */
  readonly delays: Int32Array;
}

/** Finds the synapses from some source units to some target units. */
export const selectSynapses = function* (
  { synapses }: Pick<BundleInput, "synapses">,
  selection: SynapseSelection,
): Work<SelectedSynapses> {
  const isSource = membersOf(selection.sources, synapses.sources, `${synapses.name}.sources`);
  const isTarget = membersOf(selection.targets, synapses.targets, `${synapses.name}.targets`);
  const found: Record<keyof SelectedSynapses, number[]> = { numbers: [], sources: [], targets: [], delays: [] };
  let first = 0;
  for (const { length, sources, targets, delays } of synapses.batches({ weights: false })) {
    for (let k = 0; k < length; k++) {
      if (!isSource[sources[k]!] || !isTarget[targets[k]!]) continue;
      found.numbers.push(first + k);
      found.sources.push(sources[k]!);
      found.targets.push(targets[k]!);
      found.delays.push(delays[k]!);
    }
    first += length;
    yield;
  }
  return {
    numbers: Float64Array.from(found.numbers),
    sources: Int32Array.from(found.sources),
    targets: Int32Array.from(found.targets),
    delays: Int32Array.from(found.delays),
  };
};

const membersOf = (units: ArrayLike<number> | undefined, count: number, path: string): Uint8Array => {
  const members = new Uint8Array(count);
  if (units === undefined) return members.fill(1);
  if (!(Array.isArray(units) || isTypedArray(units))) {
    const message = `must be a list of unit indices; received ${describe(units)}. Give one, or omit it for all units.`;
    throw new ConfigError({ path, message });
  }
  for (let k = 0; k < units.length; k++) {
    const unit = units[k]!;
    if (!Number.isInteger(unit) || unit < 0 || unit >= count) {
      const message = `must be a whole number from 0 to ${count - 1}; received ${unit}. Count the units from 0.`;
      throw new ConfigError({ path: `${path}[${k}]`, message });
    }
    members[unit] = 1;
  }
  return members;
};

const checkValues = (
  values: ArrayLike<number>,
  { synapses, signs, conductance = false }: BundleInput,
  narrows: boolean,
): void => {
  const path = (k: number): string => `${synapses.name}.weights[${k}]`;
  const inhibitory = signs !== undefined && Array.prototype.some.call(signs, (sign) => sign < 0);
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (Number.isFinite(value) && !((inhibitory || conductance) && value < 0)) {
      const beyond = narrows && rangeProblem(value, "1");
      if (beyond) throw new ConfigError({ path: path(k), message: beyond });
      continue;
    }
    const wanted = conductance
      ? "a finite conductance of at least 0"
      : inhibitory
        ? "a finite number, at least 0 if source units are inhibitory"
        : "a finite number";
    const message = `must be ${wanted}; received ${value}. ${inhibitory ? "Give the magnitude" : "Give a number"}.`;
    throw new ConfigError({ path: path(k), message });
  }
};

/** Finds the positions of ascending numbers in an unordered list of numbers. */
class Picked {
  readonly #numbers: ArrayLike<number>;
  readonly #order: Uint32Array;
  #next = 0;

  constructor(numbers: ArrayLike<number>) {
    this.#numbers = numbers;
    this.#order = Uint32Array.from({ length: numbers.length }, (_, k) => k).sort((a, b) => numbers[a]! - numbers[b]!);
  }

  /** Calls for each place of a number; numbers must come in order. */
  each(number: number, take: (place: number) => void): void {
    for (; this.#next < this.#order.length; this.#next++) {
      const place = this.#order[this.#next]!;
      if (this.#numbers[place] !== number) return;
      take(place);
    }
  }
}

/** Receives a position in the list of values, the shard and place of the weight, and the sign of the stored weight. */
type TakePlace = (k: number, shard: number, at: number, sign: number) => void;

/** Calls for each synapse, or for each of the numbers in their order. @throws ConfigError for a number without synapse */
const eachPlace = function* (
  stored: StoredProjection,
  place: StoredBundle,
  numbers: ArrayLike<number> | undefined,
  take: TakePlace,
): Work<void> {
  if (numbers) checkNumbers(numbers, stored);
  if (stored.synapses <= REMEMBERED) {
    const { shards, places, signs } = yield* placesIn(stored, place);
    const count = numbers?.length ?? stored.synapses;
    for (let k = 0; k < count; k++) {
      const number = numbers ? numbers[k]! : k;
      take(k, shards[number]!, places[number]!, signs ? signs[number]! : 1);
    }
    return;
  }
  const picked = numbers && new Picked(numbers);
  yield* findPlaces(stored, place, (number, shard, at, sign) => {
    if (picked) picked.each(number, (k) => take(k, shard, at, sign));
    else take(number, shard, at, sign);
  });
};

/** The most synapses of a projection whose places are remembered. */
const REMEMBERED = 2 ** 20;

/** Place of each synapse of a projection, by number. */
interface Remembered {
  readonly bundle: StoredBundle["bundle"];
  readonly shards: Uint16Array;
  readonly places: Uint32Array;
  readonly signs: Int8Array | undefined;
}

const remembered = new WeakMap<StoredProjection, Remembered>();

const placesIn = function* (stored: StoredProjection, place: StoredBundle): Work<Remembered> {
  const known = remembered.get(stored);
  if (known?.bundle === place.bundle) return known;
  const { synapses, input } = stored;
  const found: Remembered = {
    bundle: place.bundle,
    shards: new Uint16Array(synapses),
    places: new Uint32Array(synapses),
    signs: input.signs && new Int8Array(synapses),
  };
  yield* findPlaces(stored, place, (number, shard, at, sign) => {
    found.shards[number] = shard;
    found.places[number] = at;
    if (found.signs) found.signs[number] = sign;
  });
  remembered.set(stored, found);
  return found;
};

/** Calls for each synapse, in order of the numbers, with the place that it got when it was written. */
const findPlaces = function* (stored: StoredProjection, place: StoredBundle, take: TakePlace): Work<void> {
  if (stored.bundle === undefined) return;
  const { synapses, target, signs } = stored.input;
  const stretches = stretchesOf(target, synapses.targets, place.shards);
  const count = counterOf(stored, place);
  if (!needsOwnWeights(place)) {
    for (const other of stored.group.inputs) {
      if (other === stored.input) break;
      const otherStretches = stretchesOf(other.target, other.synapses.targets, place.shards);
      for (const batch of other.synapses.batches({ weights: false })) {
        for (let k = 0; k < batch.length; k++) count(batch, k, otherStretches[batch.targets[k]! >>> 6]!);
        yield;
      }
    }
  }
  let first = 0;
  for (const batch of synapses.batches({ weights: false })) {
    for (let k = 0; k < batch.length; k++) {
      const shard = stretches[batch.targets[k]! >>> 6]!;
      take(first + k, shard, count(batch, k, shard), signs ? signs[batch.sources[k]!]! : 1);
    }
    first += batch.length;
    yield;
  }
};

/** Returns the place of the weight of each synapse within its shard, if called in order of the synapses. */
const counterOf = (
  { group }: StoredProjection,
  { bundle, shards }: StoredBundle,
): ((batch: SynapseBatch, k: number, shard: number) => number) => {
  if (bundle.weights === "source") return ({ sources }, k) => sources[k]!;
  const width = bundle.delays.length;
  const places = placesOf(bundle.delays);
  const rowOf = ({ sources, delays }: SynapseBatch, k: number): number => sources[k]! * width + places[delays[k]!]!;
  if (group.layout !== "dense") {
    const cursors = bundle.shards.map(({ offsets }) => offsets.slice());
    return (batch, k, shard) => cursors[shard]![rowOf(batch, k)]!++;
  }
  const cells = new Cells(group.inputs, width);
  const [{ target: population }] = group.inputs;
  const firsts = shards.map(({ units }) => units.find((run) => run.population === population)?.first ?? 0);
  return (batch, k, shard) => {
    const { offsets, row } = bundle.shards[shard]!;
    const target = batch.targets[k]!;
    const before = cells.add(batch.sources[k]!, places[batch.delays[k]!]!, target);
    return offsets[rowOf(batch, k)]! + before * row!.length + target - firsts[shard]!;
  };
};
