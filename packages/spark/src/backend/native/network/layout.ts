import { type Bundle, type NetworkProgram, type Procedure, shortestDelay } from "../../../program/network.ts";
import { procedureTargets } from "../../../program/procedural.ts";
import { paddedTo, wordsOf } from "../../../program/program.ts";
import { addressOf } from "../library.ts";
import { allocate, writeWords } from "../memory.ts";
import type { PlacedRule } from "../rules/rule.ts";
import type { Word } from "../struct.ts";
import { networkStruct, procedureStruct, ruleStruct, shardStruct, tableStruct, unitsStruct } from "./structs.ts";
import type { Table } from "./tables.ts";

/** A list of spikes may take this many times the memory of the spike bits. Bits take longer to deliver. */
const LISTED = 4;

export interface NetworkParts {
  /** Address of the population structs. */
  readonly populations: bigint;
  readonly tables: readonly Table[];
  /** Plasticity rules of bundles, for each shard. */
  readonly rules: ReadonlyMap<Bundle, readonly PlacedRule[]>;
  /** Address of slot 0. */
  readonly slots: bigint;
  readonly threads: number;
  /** Number of steps that are delivered together, each to its own row of slots. */
  readonly batch: number;
  /** Address and number of the signal lines. */
  readonly lines: bigint;
  readonly lineCount: number;
}

/** The structs that describe a network for compiled code. */
export interface NetworkLayout {
  readonly memory: ArrayBuffer;
  readonly address: bigint;
  /** Memory that the structs point to, and that only this list keeps alive. */
  readonly kept: readonly ArrayBuffer[];
}

/** End positions of the consecutive lists of all shards. */
const endsOf = (lengths: readonly number[]): number[] => {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
};

/** Number of delays that are shorter than each number of steps, up to beyond the longest delay. */
const placesOf = (delays: Int32Array, longest: number, batch: number): Int32Array => {
  const places = new Int32Array(longest + batch + 1);
  for (const delay of delays) places[delay + 1]!++;
  for (let steps = 1; steps < places.length; steps++) places[steps]! += places[steps - 1]!;
  return places;
};

/** Writes the structs of a network. Shards are in the order of the threads that prefer them. */
export const layOutNetwork = (network: NetworkProgram, parts: NetworkParts): NetworkLayout => {
  const { populations, tables, rules, slots, threads, batch, lines, lineCount } = parts;
  const realBytes = network.precision === "f64" ? 8 : 4;
  const kept: ArrayBuffer[] = [];
  const keep = (numbers: Int32Array | BigInt64Array): bigint => {
    const buffer = numbers.buffer as ArrayBuffer;
    kept.push(buffer);
    return addressOf(buffer);
  };
  const threadOf = (shard: number): number => network.shards[shard]!.thread % threads;
  const order = network.shards.map((_, s) => s).sort((a, b) => threadOf(a) - threadOf(b));
  const tableRows = order.map((s) =>
    tables
      .filter(({ shard }) => shard === s)
      .map(({ bundle, offsets, targets, weights }): Word[] => {
        const { delays } = bundle;
        const { row, procedure } = bundle.shards[s]!;
        return tableStruct.words({
          offsets,
          targets,
          weights,
          delays: keep(Int32Array.from(delays)),
          places: keep(placesOf(delays, network.longestDelay, batch)),
          procedure: procedure ? keep(procedureWords(procedure)) : 0,
          rule: rules.has(bundle) ? keep(ruleWords(rules.get(bundle)![s]!)) : 0,
          population: bundle.population,
          width: delays.length,
          kind: row ? row.length : bundle.weights === "source" ? 1 : 0,
          first: row?.first ?? procedure?.slot ?? 0,
        });
      }),
  );
  const units = order.map((s) =>
    network.shards[s]!.units.map(({ population, first, end }) =>
      unitsStruct.words({ population, first, end: paddedTo(end, 32) }),
    ),
  );
  const tableEnds = endsOf(tableRows.map(({ length }) => length));
  const unitEnds = endsOf(units.map(({ length }) => length));
  const shards = order.map((s, k) => {
    const { firstSlot, wide } = network.shards[s]!;
    return shardStruct.words({
      slots: slots + BigInt(firstSlot * realBytes),
      wide: wide ? 1 : 0,
      firstTable: tableEnds[k - 1] ?? 0,
      endTable: tableEnds[k]!,
      firstUnits: unitEnds[k - 1] ?? 0,
      endUnits: unitEnds[k]!,
    });
  });
  const firstShards = Array.from(
    { length: threads + 1 },
    (_, thread) => order.filter((s) => threadOf(s) < thread).length,
  );
  const lists = [shards.flat(), firstShards, tableRows.flat(2), units.flat(2)];
  const block = allocate(networkStruct.bytes + 8 * lists.reduce((sum, { length }) => sum + length, 0), network.name);
  let offset = networkStruct.bytes;
  const [shardsAt, firstShardsAt, tablesAt, unitsAt] = lists.map((list) => {
    const at = block.address + BigInt(offset);
    writeWords(block, offset, list);
    offset += 8 * list.length;
    return at;
  });
  const head = networkStruct.words({
    populationCount: network.populations.length,
    shardCount: network.shards.length,
    window: shortestDelay(network, network.longestDelay),
    longest: network.longestDelay,
    batch,
    slots: network.slots,
    room: LISTED * network.populations.reduce((sum, { program }) => sum + wordsOf(program.padded), 0),
    populations,
    shards: shardsAt!,
    firstShards: firstShardsAt!,
    tables: tablesAt!,
    units: unitsAt!,
    lines,
    lineCount,
  });
  writeWords(block, 0, head);
  return { memory: block.memory, address: block.address, kept };
};

const ruleWords = (rule: PlacedRule): BigInt64Array =>
  BigInt64Array.from(ruleStruct.words({ ...rule }), (word) => BigInt(word));

const procedureWords = ({ targets, first, length, skips, draws }: Procedure): Int32Array => {
  const [key0 = 0, key1 = 0, key2 = 0] = draws?.schedule ?? [];
  const words = procedureStruct.words({
    targets: procedureTargets.indexOf(targets),
    first,
    length,
    skips: Number(skips),
    choices: draws?.choices ?? 0,
    key0,
    key1,
    key2,
  });
  return Int32Array.from(words, Number);
};
