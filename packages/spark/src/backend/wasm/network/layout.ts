import { MemoryError } from "../../../errors/errors.ts";
import { lines } from "../../../program/memory.ts";
import { type Bundle, type BundleShard, type NetworkProgram, shortestDelay } from "../../../program/network.ts";
import { partLengths } from "../../../program/parts.ts";
import { PAGE } from "../memory.ts";
import { regionBytes } from "../populations.ts";
import { SCAN_BYTES } from "../step/scan.ts";
import { layOutSignals, type SignalLayout } from "./signals.ts";

/** Number of segments that are gathered before their weights are added. */
export const BATCH = 1024;
export const SEGMENT_BYTES = 16;
/** Number of steps that are delivered together if there are several delays. */
const WINDOW = 8;
/** Length of the longest group in steps. Longer groups save nothing, but need more lists. */
const MOST_STEPS = 32;

/** The units of one population in one shard. Each run has its own list of units that spiked. */
export interface UnitRun {
  readonly population: number;
  readonly shard: number;
  readonly first: number;
  readonly end: number;
  /** Offset in bytes of its list within a row of lists. */
  readonly list: number;
}

/** Addresses of the synapses of a bundle that end in one shard. */
export interface PartLayout {
  readonly bundle: number;
  readonly shard: number;
  readonly offsets: number;
  /** The targets, or the parameters of the procedure. */
  readonly targets: number;
  readonly weights: number;
}

/**
 * The deliveries into a shard. A window consists of steps with separate rows of slots, so that synapses of a source
 * with consecutive delays are processed together. The first step of a window delivers all earlier spikes that arrive in
 * the window. The first step of each later group delivers the spikes of the group before that arrive in the rest of the
 * window. Each slot thus receives its spikes in the order in which they were emitted.
 */
export interface DeliveryTable {
  readonly address: number;
  /** Address of the room for gathered segments. */
  readonly batch: number;
  /** Addresses at which the rows of each step of a window begin, followed by their end. */
  readonly bounds: number;
  /** The rows of each step of a window: earliest spikes first, and by bundle among those of a step. */
  readonly rows: readonly (readonly DeliveryRow[])[];
}

/** The words of one row: the delays of a bundle by which the spikes of one step arrive. */
export interface DeliveryRow {
  /** Number of steps since the spikes. */
  readonly age: number;
  /** Offsets in bytes, within a row of counts, of the first and last count of the source population. */
  readonly firstCount: number;
  readonly endCount: number;
  /** Address of the offset of the first source for the first delay, and bytes from one source to the next. */
  readonly offsets: number;
  readonly stride: number;
  readonly targets: number;
  readonly weights: number;
  /**
   * 1 if the synapses of a source share one weight, 0 if each has its own, 2 if targets are computed, 3 if they learn,
   * otherwise the bytes of a row of weights.
   */
  readonly kind: number;
  /** Number of delays. */
  readonly delays: number;
  /** Address of the offsets in bytes of the rows of slots, per delay, and the address that they are relative to. */
  readonly distances: number;
  readonly origin: number;
}
/** The words of a row in memory order. */
export const rowWords = [
  ...(["age", "firstCount", "endCount", "offsets", "stride", "targets", "weights"] as const),
  ...(["kind", "delays", "distances", "origin"] as const),
] as const satisfies readonly (keyof DeliveryRow)[];
/** A multiple of 16, so that few rows extend over two cache lines. */
export const ROW_BYTES = 48;

/** Kind of a row whose targets are computed. */
export const WORKED_OUT = 2;
/** Kind of a row whose synapses learn. */
export const LEARNING = 3;
/** Bytes of the words of `procedureWords`. */
const PROCEDURE_BYTES = 32;

/** Addresses of a plasticity rule for a shard. */
export interface RuleLayout {
  readonly rule: number;
  readonly shard: number;
  /** Address of each buffer; for a state of the target population, that of the word with its address. */
  readonly buffers: readonly number[];
  /** Number of source units times delays, and the address of the signs of their units. */
  readonly arrivals: number;
  readonly signs: number;
  /** Addresses of the offsets and targets of the bundle. */
  readonly offsets: number;
  readonly targets: number;
  readonly wide: boolean;
  /** The unit of target 0 of the shard, and the units of the target population in the shard. */
  readonly firstTarget: number;
  readonly firstUnit: number;
  readonly endUnit: number;
  /** For each of these units its first synapse in the lists of synapses and their arrivals. */
  readonly starts: number;
  readonly synapses: number;
  readonly sources: number;
}

/** Addresses of everything that setups do not move. Each item starts on a cache line. */
export interface NetworkLayout {
  /** Address of the slots of the first step of a window, and bytes from one step to the next. */
  readonly slots: number;
  readonly slotBytes: number;
  /** Number of steps in a window. */
  readonly window: number;
  /** Number of steps without spikes among them: at most the shortest delay. Shards synchronise once per group. */
  readonly group: number;
  /** Number of steps after which windows and groups repeat. */
  readonly cycle: number;
  /** Address of the room for the results of `scan`. */
  readonly found: number;
  /** By population, then by unit. */
  readonly runs: readonly UnitRun[];
  readonly ring: {
    /** Number of steps that are kept: the longest delay and the current group. */
    readonly depth: number;
    readonly counts: number;
    readonly countBytes: number;
    readonly lists: number;
    readonly listBytes: number;
    /** For each run, the offset in bytes of its list within a row of lists. */
    readonly places: number;
  };
  /** For each bundle, the address of the distances of its delays: delay · slotBytes. */
  readonly distances: readonly number[];
  readonly tables: readonly DeliveryTable[];
  readonly parts: readonly PartLayout[];
  /** By rule, then by shard. */
  readonly rules: readonly RuleLayout[];
  /** Undefined without signals. */
  readonly signals: SignalLayout | undefined;
  /** Address of the addresses of the populations' regions, which setups may move. */
  readonly regions: number;
  readonly bytes: number;
}

/** Allocates addresses in ascending order. */
class Room {
  next = 0;

  take(bytes: number): number {
    const at = this.next;
    this.next += lines(bytes);
    return at;
  }
}

const floatBytes = ({ precision }: NetworkProgram): number => (precision === "f64" ? 8 : 4);

/** Address of a slot in the first step of a window. */
export const slotAddress = (network: NetworkProgram, { slots }: Pick<NetworkLayout, "slots">, slot: number): number =>
  slots + slot * floatBytes(network);

/** @throws MemoryError if the network is larger than a WebAssembly memory. */
export const layOutNetwork = (network: NetworkProgram): NetworkLayout => {
  const room = new Room();
  const { window, group, cycle } = timesOf(network);
  const slotBytes = lines(network.slots * floatBytes(network));
  const slots = room.take(slotBytes * window);
  const found = room.take(SCAN_BYTES);
  const runs = unitRuns(network);
  const units = network.populations.reduce((sum, { program }) => sum + program.units, 0);
  const depth = network.longestDelay + group;
  const countBytes = runs.length * 4;
  const listBytes = units * 4;
  const ring = {
    depth,
    counts: room.take(depth * countBytes),
    countBytes,
    places: room.take(countBytes),
    lists: room.take(depth * listBytes),
    listBytes,
  };
  const distances = network.bundles.map(({ delays }) => room.take(delays.length * 4));
  const rowsOf = ({ delays }: Bundle): number => Math.min(delays.length * window, delays.at(-1) ?? 0) + window - 1;
  const tableBytes = network.bundles.reduce((sum, bundle) => sum + rowsOf(bundle) * ROW_BYTES, 0);
  const places = network.shards.map(() => ({
    address: room.take(tableBytes),
    bounds: room.take((window + 1) * 4),
    batch: room.take(BATCH * SEGMENT_BYTES),
  }));
  const regions = room.take(network.populations.length * 4);
  const signals = layOutSignals(network, (bytes) => room.take(bytes));
  const own = room.next;
  const parts = network.bundles.flatMap((bundle, b) =>
    network.shards.flatMap((_, s) =>
      bundle.shards[s]!.synapses > 0 || learns(network, b) ? [placePart(network, room, [b, s])] : [],
    ),
  );
  const rules = (network.rules ?? []).flatMap((_, r) => placeRule(network, room, r, parts));
  const unitBytes = regionBytes(network.populations.map(({ program }) => program));
  requireRoom(network, own + unitBytes, room.next + unitBytes);
  const base = { slots, slotBytes, window, group, distances, spans: spansOf(network, runs) };
  const tables = places.map((place, shard) => ({ ...place, rows: deliveryRows(network, base, parts, shard) }));
  return { ...base, cycle, runs, found, ring, tables, parts, rules, signals, regions, bytes: room.next };
};

const learns = ({ rules }: NetworkProgram, bundle: number): boolean =>
  rules?.some((rule) => rule.bundle === bundle) ?? false;

const timesOf = (network: NetworkProgram): Pick<NetworkLayout, "window" | "group" | "cycle"> => {
  const { bundles, rules } = network;
  const shortest = shortestDelay(network, MOST_STEPS);
  // Weights that change in a step act in the next.
  if (rules || !bundles.some(({ delays }) => delays.length > 1)) return { window: 1, group: shortest, cycle: shortest };
  return { window: WINDOW, group: Math.min(shortest, WINDOW), cycle: WINDOW };
};

const unitRuns = (network: NetworkProgram): UnitRun[] =>
  network.populations.flatMap(({ firstSource }, population) =>
    network.shards
      .flatMap(({ units }, shard) =>
        units
          .filter((run) => run.population === population && run.end > run.first)
          .map((run): UnitRun => ({ ...run, shard, list: (firstSource + run.first) * 4 })),
      )
      .sort((a, b) => a.first - b.first),
  );

const placePart = (
  network: NetworkProgram,
  room: Room,
  [bundle, shard]: readonly [bundle: number, shard: number],
): PartLayout => {
  const own = network.bundles[bundle]!;
  const { offsets, procedure } = own.shards[shard]!;
  const lengths = partLengths(own, shard);
  return {
    bundle,
    shard,
    offsets: room.take(offsets.length * 4),
    weights: room.take(lengths.weights * floatBytes(network)),
    targets: room.take(procedure ? PROCEDURE_BYTES : lengths.targets * (network.shards[shard]!.wide ? 4 : 2)),
  };
};

/** Vectors may read this many bytes beyond a list. */
const SPARE = 64;

const placeRule = (network: NetworkProgram, room: Room, rule: number, parts: readonly PartLayout[]): RuleLayout[] => {
  const { bundle, target, firstSlot, buffers } = network.rules![rule]!;
  const { sources, delays, shards } = network.bundles[bundle]!;
  const arrivals = sources * delays.length;
  const { units } = network.populations[target]!.program;
  const bytesOf = (type: "float" | "int"): number => (type === "float" ? floatBytes(network) : 4);
  const take = (type: "float" | "int", length: number): number => room.take(length * bytesOf(type) + SPARE);
  const signs = take("float", arrivals);
  const targets = buffers.map(({ type, space, rows = 1, of }) => {
    if (of !== undefined) return room.take(4);
    return space === "target" ? take(type, units * rows) : 0;
  });
  return network.shards.map((own, shard): RuleLayout => {
    const part = parts.find((one) => one.bundle === bundle && one.shard === shard)!;
    const { first, end } = own.units.find(({ population }) => population === target) ?? { first: 0, end: 0 };
    const { synapses } = shards[shard]!;
    return {
      rule,
      shard,
      buffers: buffers.map(({ type, space }, k) => {
        if (k === 0) return part.weights;
        if (space === "target") return targets[k]!;
        return take(type, { rule: 1, arrival: arrivals, synapse: synapses }[space]);
      }),
      arrivals,
      signs,
      offsets: part.offsets,
      targets: part.targets,
      wide: own.wide,
      firstTarget: own.firstSlot - firstSlot,
      firstUnit: first,
      endUnit: end,
      starts: room.take((end - first + 1) * 4),
      synapses: take("int", synapses),
      sources: take("int", synapses),
    };
  });
};

interface Base extends Pick<NetworkLayout, "slots" | "slotBytes" | "window" | "group" | "distances"> {
  /** For each population, the offsets in bytes of its counts within a row of counts. */
  readonly spans: readonly (readonly [first: number, end: number])[];
}

const spansOf = (network: NetworkProgram, runs: readonly UnitRun[]): [number, number][] =>
  network.populations.map((_, population) => {
    const first = runs.findIndex((run) => run.population === population);
    return [first * 4, (runs.findLastIndex((run) => run.population === population) + 1) * 4];
  });

/** The rows of each step of a window. */
const deliveryRows = (
  network: NetworkProgram,
  base: Base,
  parts: readonly PartLayout[],
  shard: number,
): DeliveryRow[][] => {
  const own = parts.filter((part) => part.shard === shard);
  return Array.from({ length: base.window }, (_, step) => {
    const rows: DeliveryRow[] = [];
    if (step % base.group !== 0) return rows;
    // Steps of the spikes, relative to the beginning of the window.
    for (let emitted = step === 0 ? -network.longestDelay : step - base.group; emitted < step; emitted++) {
      for (const part of own) rows.push(...deliveryRow(network, base, part, [emitted, step]));
    }
    return rows;
  });
};

/** Returns no row if no spike of the bundle arrives in the rest of the window. */
const deliveryRow = (
  network: NetworkProgram,
  { slots, slotBytes, window, distances, spans }: Base,
  { bundle, shard, offsets, targets, weights }: PartLayout,
  [emitted, step]: readonly [emitted: number, step: number],
): DeliveryRow[] => {
  const { population, delays, weights: each, shards } = network.bundles[bundle]!;
  const { row, procedure } = shards[shard]!;
  const [firstCount, endCount] = spans[population]!;
  const places = [...delays.keys()].filter((k) => emitted + delays[k]! >= step && emitted + delays[k]! < window);
  const first = places[0];
  const firstSlot = network.shards[shard]!.firstSlot + (row?.first ?? procedure?.slot ?? 0);
  if (first === undefined) return [];
  return [
    {
      age: step - emitted,
      firstCount,
      endCount,
      offsets: offsets + first * 4,
      stride: delays.length * 4,
      targets,
      weights,
      kind: learns(network, bundle) ? LEARNING : kindOf(shards[shard]!, each === "source", floatBytes(network)),
      delays: places.length,
      distances: distances[bundle]! + first * 4,
      // Values below 0 wrap around, like addresses in WebAssembly.
      origin: slots + firstSlot * floatBytes(network) + emitted * slotBytes,
    },
  ];
};

const kindOf = ({ row, procedure }: BundleShard, shared: boolean, float: number): number => {
  if (procedure) return WORKED_OUT;
  return row ? row.length * float : Number(shared);
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** `own`: bytes of the units. The remaining bytes are of synapses. */
const requireRoom = (network: NetworkProgram, own: number, bytes: number): void => {
  const most = PAGE * PAGE;
  if (bytes <= most) return;
  const count = (inRows: boolean): number =>
    network.bundles
      .flatMap(({ shards }) => shards.filter(({ row, procedure }) => !procedure && (row !== undefined) === inRows))
      .reduce((sum, { synapses }) => sum + synapses, 0);
  const synapses = count(false);
  const cells = count(true);
  const rows = cells > 0 ? ` and ${cells} dense weights` : "";
  const start = `${network.name} needs ${gigabytes(bytes)}, ${gigabytes(bytes - own)} of it for ${synapses} synapses${rows}; a WebAssembly memory holds 4.3 GB.`;
  if (own > most) throw new MemoryError(`${start} Use fewer units, shorter delays or smaller chunks of records.`);
  const share = (most - own) / (bytes - own);
  const fitting = rows ? `${Math.floor(share * 100)} % of them` : `${Math.floor(share * synapses)} such synapses`;
  const sparse = rows ? ', layout: "sparse"' : "";
  const single = network.precision === "f64" ? ', dtype: "f32"' : "";
  throw new MemoryError(
    `${start} About ${fitting} would fit. Use fewer synapses${sparse}${single} or backend: "native".`,
  );
};
