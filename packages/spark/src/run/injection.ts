import { suggestName } from "../config/nearest-name.ts";
import type { Site } from "../config/place.ts";
import { describe, isTypedArray, type Shape, sizeOf } from "../config/shape.ts";
import { readUnitList } from "../config/unit-list.ts";
import type { Machine } from "../program/machine.ts";

/* Spikes that a caller adds to those of the units of a network. */

/** The populations that spikes are injected into. */
interface Injectable {
  readonly populations: readonly { readonly name: string; readonly component: { readonly units: Shape } }[];
  /** Undefined for a single component. */
  readonly network?: unknown;
}

/** Reads the population and the units that spike. Returns undefined, with issues, if they are invalid. */
export const readInjection = (
  name: unknown,
  units: unknown,
  { populations, network }: Injectable,
  site: Site,
): [population: number, units: readonly number[]] | undefined => {
  if (network === undefined) {
    return site.refuse("needs a network: a single component has no projections that spikes could take. Use brain().");
  }
  const own = site.at(`${name}`);
  const population = populations.findIndex((one) => one.name === name);
  if (population < 0) {
    return own.refuse(
      `is unknown. ${suggestName(
        `${name}`,
        populations.map((one) => one.name),
      )}`,
    );
  }
  const read = readUnits(units, sizeOf(populations[population]!.component.units), own);
  return read && [population, read];
};

const readUnits = (given: unknown, size: number, site: Site): readonly number[] | undefined => {
  if (!(Array.isArray(given) || isTypedArray(given))) {
    return site.refuse(`must be a list of unit indices such as [0, 1]; received ${describe(given)}. Give one.`);
  }
  return given.length === 0 ? [] : readUnitList(given, size, site);
};

/** The part of a network that follows the spikes of a machine. */
interface Follower {
  addSpikes(machine: Machine, population: number, units: readonly number[]): void;
}

/** The spikes that units emit in the next step in addition to their own. */
export class Injection {
  /** By index of the population. */
  readonly #units = new Map<number, Set<number>>();

  /** Whether there are any. */
  get waits(): boolean {
    return this.#units.size > 0;
  }

  add(population: number, units: readonly number[]): void {
    if (units.length === 0) return;
    const known = this.#units.get(population) ?? new Set();
    for (const unit of units) known.add(unit);
    this.#units.set(population, known);
  }

  /** Moves the spikes of another injection here. */
  take(other: Injection): void {
    for (const [population, units] of other.#units) this.add(population, [...units]);
    other.clear();
  }

  clear(): void {
    this.#units.clear();
  }

  /** The units of each population, both in order. */
  get entries(): readonly (readonly [population: number, units: readonly number[]])[] {
    return [...this.#units].sort(([a], [b]) => a - b).map(([p, units]) => [p, [...units].sort((a, b) => a - b)]);
  }

  /** Numbers of the units, counted over all populations, in order. */
  sources(firstSources: readonly number[]): Uint32Array {
    return Uint32Array.from(this.entries.flatMap(([p, units]) => units.map((unit) => firstSources[p]! + unit)));
  }

  /** The inverse of `sources`. */
  load(sources: ArrayLike<number>, firstSources: readonly number[]): void {
    for (const source of Array.from(sources)) {
      const population = firstSources.findLastIndex((first) => first <= source);
      this.add(population, [source - firstSources[population]!]);
    }
  }

  /** Adds the spikes to those that a machine emitted in its last step. Signals of spikes follow them. */
  emit(machine: Machine, step: number, network: Follower | undefined): void {
    const { populations } = machine;
    for (const [p, units] of this.entries) {
      const { program } = populations[p]!;
      const bits = populations[p]!.view(program.spikes!);
      const silent = units.filter((unit) => ((bits[unit >>> 5]! >>> (unit & 31)) & 1) === 0);
      for (const unit of silent) bits[unit >>> 5]! |= 1 << (unit & 31);
      network?.addSpikes(machine, p, silent);
    }
    const transit = machine.spikesBefore(step + 1);
    const own = transit.find((spikes) => spikes.step === step)?.sources ?? [];
    const added = this.sources(machine.network.populations.map(({ firstSource }) => firstSource));
    const sources = Uint32Array.from(new Set([...own, ...added])).sort();
    machine.setSpikes([...transit.filter((spikes) => spikes.step !== step), { step, sources }]);
    this.clear();
  }
}
