import type { NetworkProgram } from "../../../compile/network-program.ts";
import { paddedTo, wordsOf } from "../../../compile/program.ts";
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
}

type Row = readonly (bigint | number)[];

/** What compiled code is told of a network, as `delivery.ts` declares it. */
export interface NetworkLayout {
  readonly memory: ArrayBuffer;
  readonly address: bigint;
}

/** Places in a list of all tables' parts, and of all shards' units, where those of each shard end. */
const endsOf = (lists: readonly (readonly Row[])[]): number[] => {
  let end = 0;
  return lists.map((list) => {
    end += list.length;
    return end;
  });
};

/** Synapses of one table and delay, for each shard from the longest delay on. */
const partsOf = (network: NetworkProgram, tables: readonly Table[]): Row[][] =>
  network.shards.map((_, s) =>
    tables
      .flatMap(({ shard, bundle }, table) =>
        shard === s ? [...bundle.delays].map((delay, place): [number, number, number] => [delay, table, place]) : [],
      )
      .sort(([a, tableA], [b, tableB]) => b - a || tableA - tableB),
  );

/** Writes down a network. */
export const layOutNetwork = (
  network: NetworkProgram,
  { populations, tables, slots, threads }: NetworkParts,
): NetworkLayout => {
  const realBytes = network.precision === "f64" ? 8 : 4;
  const populationRows = network.populations.map(({ program, spikes, firstSource }, p): Row => {
    const { placed, ahead, block } = populations[p]!;
    return [ahead, block, placed.call, placed.addressOf(spikes), wordsOf(program.padded), program.units, firstSource];
  });
  const tableRows = tables.map(({ bundle, offsets, targets, weights }): Row => {
    const shared = bundle.weights === "source" ? 1 : 0;
    return [offsets, targets, weights, bundle.population, bundle.delays.length, shared];
  });
  const parts = partsOf(network, tables);
  const units = network.shards.map((shard) =>
    shard.units.map(({ population, first, end }): Row => [population, first, paddedTo(end, 32)]),
  );
  const [partEnds, unitEnds] = [endsOf(parts), endsOf(units)];
  const shardRows = network.shards.map(
    ({ thread, firstSlot, wide }, s): Row => [
      slots + BigInt(firstSlot * realBytes),
      thread % threads,
      wide ? 1 : 0,
      partEnds[s - 1] ?? 0,
      partEnds[s]!,
      unitEnds[s - 1] ?? 0,
      unitEnds[s]!,
    ],
  );
  const delays = parts.flat().map(([delay]) => delay as number);
  const window = delays.reduce((least, delay) => Math.min(least, delay), network.rows);
  const head = [populations.length, network.shards.length, threads, window, network.longestDelay];
  return write(network.name, head, [populationRows, shardRows, tableRows, parts.flat(), units.flat()]);
};

/** One row of numbers, then the address of each list, then the lists. */
const write = (name: string, head: Row, lists: readonly (readonly Row[])[]): NetworkLayout => {
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
