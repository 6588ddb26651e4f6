import type { NetworkProgram } from "../../../program/network.ts";
import { procedureWords } from "../../../program/procedural.ts";
import { paddedTo, wordsOf } from "../../../program/program.ts";
import { addressOf } from "../library.ts";
import { allocate, type PlacedProgram } from "../placed.ts";
import type { Table } from "./tables.ts";

/** A population in memory, with the addresses of the functions that advance it. */
export interface PlacedPopulation {
  readonly placed: PlacedProgram;
  readonly ahead: bigint;
  readonly block: bigint;
}

export interface NetworkParts {
  readonly populations: readonly PlacedPopulation[];
  readonly tables: readonly Table[];
  /** Address of slot 0. */
  readonly slots: bigint;
  readonly threads: number;
  /** Steps that are delivered at once, each to a row of slots of its own. */
  readonly batch: number;
}

type Row = readonly (bigint | number)[];

/** What compiled code is told of a network, as `delivery.ts` declares it. */
export interface NetworkLayout {
  readonly memory: ArrayBuffer;
  readonly address: bigint;
  /** What it points to and nobody else keeps. */
  readonly kept: readonly ArrayBuffer[];
}

/** Where the lists of all shards end, one behind the other. */
const endsOf = (lengths: readonly number[]): number[] => {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
};

/** How many delays are shorter than each number of steps, to beyond the longest. */
const placesOf = (delays: Int32Array, longest: number, batch: number): Int32Array => {
  const places = new Int32Array(longest + batch + 1);
  for (const delay of delays) places[delay + 1]!++;
  for (let steps = 1; steps < places.length; steps++) places[steps]! += places[steps - 1]!;
  return places;
};

/** Writes down a network. */
export const layOutNetwork = (
  network: NetworkProgram,
  { populations, tables, slots, threads, batch }: NetworkParts,
): NetworkLayout => {
  const realBytes = network.precision === "f64" ? 8 : 4;
  const populationRows = network.populations.map(({ program, spikes, firstSource }, p): Row => {
    const { placed, ahead, block } = populations[p]!;
    const bits = placed.addressOf(spikes);
    return [ahead, block, placed.call, placed.callBytes, bits, wordsOf(program.padded), program.units, firstSource];
  });
  const kept: ArrayBuffer[] = [];
  const keep = (numbers: Int32Array): bigint => {
    const buffer = numbers.buffer as ArrayBuffer;
    kept.push(buffer);
    return addressOf(buffer);
  };
  const sorted = [...tables].sort((a, b) => a.shard - b.shard);
  const tableRows = sorted.map(({ bundle, shard, offsets, targets, weights }): Row => {
    const { population, delays } = bundle;
    const places = keep(placesOf(delays, network.longestDelay, batch));
    const { row, procedure } = bundle.shards[shard]!;
    const kind = row ? row.length : bundle.weights === "source" ? 1 : 0;
    const told = procedure ? keep(procedureWords(procedure)) : 0n;
    const counts = [population, delays.length, kind, row?.first ?? procedure?.slot ?? 0];
    return [offsets, targets, weights, keep(Int32Array.from(delays)), places, told, ...counts];
  });
  const units = network.shards.map((shard) =>
    shard.units.map(({ population, first, end }): Row => [population, first, paddedTo(end, 32)]),
  );
  const tableEnds = endsOf(network.shards.map((_, s) => sorted.filter(({ shard }) => shard === s).length));
  const unitEnds = endsOf(units.map(({ length }) => length));
  const shardRows = network.shards.map(
    ({ thread, firstSlot, wide }, s): Row => [
      slots + BigInt(firstSlot * realBytes),
      ...[thread % threads, wide ? 1 : 0],
      ...[tableEnds[s - 1] ?? 0, tableEnds[s]!, unitEnds[s - 1] ?? 0, unitEnds[s]!],
    ],
  );
  const counts = [populations.length, network.shards.length, threads];
  const head = [...counts, shortestDelay(network), network.longestDelay, batch, network.slots];
  return { ...write(network.name, head, [populationRows, shardRows, tableRows, units.flat()]), kept };
};

/** Steps of the shortest delay; those of a chunk where there is no synapse. */
export const shortestDelay = ({ bundles, rows }: NetworkProgram): number =>
  bundles.reduce((least, { delays }) => Math.min(least, delays[0] ?? least), rows);

/** One row of numbers, then the address of each list, then the lists. */
const write = (name: string, head: Row, lists: readonly (readonly Row[])[]): Omit<NetworkLayout, "kept"> => {
  const length = head.length + lists.length + lists.reduce((sum, list) => sum + list.flat().length, 0);
  const { memory, start, address } = allocate(length * 8, name);
  const values = new BigInt64Array(memory, start, length);
  let next = 0;
  const put = (row: Row): void => {
    for (const value of row) values[next++] = BigInt(value);
  };
  put(head);
  let from = head.length + lists.length;
  for (const list of lists) {
    put([address + BigInt(from * 8)]);
    from += list.flat().length;
  }
  for (const list of lists) for (const row of list) put(row);
  return { memory, address };
};
