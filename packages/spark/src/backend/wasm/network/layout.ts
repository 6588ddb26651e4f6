import { MemoryError } from "../../../errors/errors.ts";
import { lines } from "../../../program/memory.ts";
import type { Bundle, BundleShard, NetworkProgram } from "../../../program/network.ts";
import { partLengths } from "../../../program/parts.ts";
import { PAGE } from "../memory.ts";
import { regionBytes } from "../populations.ts";
import { SCAN_BYTES } from "../step/scan.ts";

/** Segments of synapses that are gathered before their weights are added. */
export const BATCH = 1024;
export const SEGMENT_BYTES = 16;
/** Steps that are delivered at once where spikes arrive by several delays. */
const WINDOW = 8;
/** Steps of the longest group: longer ones save nothing, and lists are kept for them. */
const MOST_STEPS = 32;

/** Units of one population in one shard: they keep a list of their own of the units that spiked. */
export interface UnitRun {
  readonly population: number;
  readonly shard: number;
  readonly first: number;
  readonly end: number;
  /** Byte of its list within a row of lists. */
  readonly list: number;
}

/** Where the synapses of a bundle that end in one shard lie. */
export interface PartLayout {
  readonly bundle: number;
  readonly shard: number;
  readonly offsets: number;
  /** Or those of its procedure. */
  readonly targets: number;
  readonly weights: number;
}

/**
 * What is to be delivered into a shard. A window is some steps whose slots lie in rows of their own, so that the synapses
 * of a source whose delays follow each other are gone through at once. In the first step of a window all that arrives in
 * the window from spikes before it is delivered; in the first one of each later group, what spikes of the group before it
 * bring to the rest of the window. So every slot gets its spikes in the order in which they were emitted.
 */
export interface DeliveryTable {
  readonly address: number;
  /** Room for gathered segments. */
  readonly batch: number;
  /** For each step of a window, and behind the last one, the address at which its rows begin. */
  readonly bounds: number;
  /** For each step of a window, the earliest spikes first, within those of a step by bundle. */
  readonly rows: readonly (readonly DeliveryRow[])[];
}

/** The words of one row: some delays of a bundle, by which spikes of one step arrive. */
export interface DeliveryRow {
  /** Steps since the spikes. */
  readonly age: number;
  /** Bytes within a row of counts at which those of the source population begin and end. */
  readonly firstCount: number;
  readonly endCount: number;
  /** Where the first source's offset for the first delay lies, and bytes from one source to the next. */
  readonly offsets: number;
  readonly stride: number;
  readonly targets: number;
  readonly weights: number;
  /**
   * 1 where all synapses of a source share one weight, 0 where each has its own, 2 where targets are worked out, else bytes
   * of the rows that the weights lie in.
   */
  readonly kind: number;
  /** Number of delays. */
  readonly delays: number;
  /** Where bytes from slots to slots stand for each delay, and the address that they count from. */
  readonly distances: number;
  readonly origin: number;
}
/** The words of a row in the order in which they lie in memory. */
export const rowWords = [
  ...(["age", "firstCount", "endCount", "offsets", "stride", "targets", "weights"] as const),
  ...(["kind", "delays", "distances", "origin"] as const),
] as const satisfies readonly (keyof DeliveryRow)[];
/** A multiple of 16, so that few rows lie in two cache lines. */
export const ROW_BYTES = 48;

/** Kind of a row whose targets are worked out. */
export const WORKED_OUT = 2;
/** Bytes of what `procedureWords` tells. */
const PROCEDURE_BYTES = 32;

/** Where everything lies that stays where it is from setup to setup, each thing from a cache line on. */
export interface NetworkLayout {
  /** The slots of the first step of a window, and bytes from one step to the next. */
  readonly slots: number;
  readonly slotBytes: number;
  /** Steps of a window. */
  readonly window: number;
  /** Steps of which none brings spikes to another: no more than the shortest delay. Shards meet once in a group. */
  readonly group: number;
  /** Steps after which windows and groups begin anew. */
  readonly cycle: number;
  /** Room for what `scan` finds. */
  readonly found: number;
  /** In the order of populations, within one in that of units. */
  readonly runs: readonly UnitRun[];
  readonly ring: {
    /** Steps that are kept: those of the longest delay, and of the group under way. */
    readonly depth: number;
    readonly counts: number;
    readonly countBytes: number;
    readonly lists: number;
    readonly listBytes: number;
    /** For each run the byte of its list within a row of lists. */
    readonly places: number;
  };
  /** For each bundle where the distances of its delays lie: delay · slotBytes. */
  readonly distances: readonly number[];
  readonly tables: readonly DeliveryTable[];
  readonly parts: readonly PartLayout[];
  /** For each population the address of its region: of what a setup may move. */
  readonly regions: number;
  readonly bytes: number;
}

/** Bytes that are given away from the bottom up. */
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
  const own = room.next;
  const parts = network.bundles.flatMap((bundle, b) =>
    network.shards.flatMap((_, s) => (bundle.shards[s]!.synapses > 0 ? [placePart(network, room, [b, s])] : [])),
  );
  const unitBytes = regionBytes(network.populations.map(({ program }) => program));
  requireRoom(network, own + unitBytes, room.next + unitBytes);
  const base = { slots, slotBytes, window, group, distances, spans: spansOf(network, runs) };
  const tables = places.map((place, shard) => ({ ...place, rows: deliveryRows(network, base, parts, shard) }));
  return { ...base, cycle, runs, found, ring, tables, parts, regions, bytes: room.next };
};

const timesOf = ({ bundles }: NetworkProgram): Pick<NetworkLayout, "window" | "group" | "cycle"> => {
  const shortest = Math.min(MOST_STEPS, ...bundles.map(({ delays }) => delays[0] ?? MOST_STEPS));
  if (!bundles.some(({ delays }) => delays.length > 1)) return { window: 1, group: shortest, cycle: shortest };
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

interface Base extends Pick<NetworkLayout, "slots" | "slotBytes" | "window" | "group" | "distances"> {
  /** For each population the bytes within a row of counts at which its own begin and end. */
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
    // Steps of the spikes, counted from the begin of the window.
    for (let emitted = step === 0 ? -network.longestDelay : step - base.group; emitted < step; emitted++) {
      for (const part of own) rows.push(...deliveryRow(network, base, part, [emitted, step]));
    }
    return rows;
  });
};

/** None where nothing of the bundle arrives in what is left of the window. */
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
      kind: kindOf(shards[shard]!, each === "source", floatBytes(network)),
      delays: places.length,
      distances: distances[bundle]! + first * 4,
      // Below 0 it wraps, as addresses in WebAssembly do.
      origin: slots + firstSlot * floatBytes(network) + emitted * slotBytes,
    },
  ];
};

const kindOf = ({ row, procedure }: BundleShard, shared: boolean, float: number): number => {
  if (procedure) return WORKED_OUT;
  return row ? row.length * float : Number(shared);
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** `own` bytes are those of the units, the rest is of synapses. */
const requireRoom = (network: NetworkProgram, own: number, bytes: number): void => {
  const most = PAGE * PAGE;
  if (bytes <= most) return;
  const count = (inRows: boolean): number =>
    network.bundles
      .flatMap(({ shards }) => shards.filter(({ row, procedure }) => !procedure && (row !== undefined) === inRows))
      .reduce((sum, { synapses }) => sum + synapses, 0);
  const synapses = count(false);
  const cells = count(true);
  const rows = cells > 0 ? ` and ${cells} weights in rows` : "";
  const start = `${network.name} needs ${gigabytes(bytes)}, ${gigabytes(bytes - own)} of it for ${synapses} synapses${rows}; a WebAssembly memory holds 4.3 GB.`;
  if (own > most) throw new MemoryError(`${start} Use fewer units, shorter delays or smaller chunks of records.`);
  const share = (most - own) / (bytes - own);
  const fitting = rows ? `${Math.floor(share * 100)} % of them` : `${Math.floor(share * synapses)} such synapses`;
  const sparse = rows ? ', layout: "sparse"' : "";
  const single = network.precision === "f64" ? ', precision: "f32"' : "";
  throw new MemoryError(`${start} About ${fitting} would fit. Use fewer${sparse}${single} or backend: "native".`);
};
