import type { Bundle, NetworkProgram, Shard } from "../../../compile/network-program.ts";
import { MemoryError } from "../../../errors/errors.ts";
import { bytesOf } from "../../memory.ts";
import { SCAN_EVENTS } from "../scan.ts";

export const PAGE = 65536;
/** Segments of synapses that are gathered before their weights are added. */
export const BATCH = 1024;
/** Segments that are touched before their turn comes. */
export const AHEAD = 4;
export const SEGMENT_BYTES = 12;

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
  readonly targets: number;
  readonly weights: number;
}

/** What is to be delivered into a shard: a row of words for each delay of each bundle, the longest delay first. */
export interface DeliveryTable {
  readonly address: number;
  readonly rows: readonly DeliveryRow[];
}

/** The words of one row, in the order in which they lie in memory. */
export interface DeliveryRow {
  readonly delay: number;
  /** Bytes within a row of counts at which those of the source population begin and end. */
  readonly firstCount: number;
  readonly endCount: number;
  /** Where the first source's offset for this delay lies, and bytes from one source to the next. */
  readonly offsets: number;
  readonly stride: number;
  readonly targets: number;
  readonly weights: number;
  /** 1 where all synapses of a source share one weight. */
  readonly shared: number;
}
export const ROW_WORDS = 8;

/** Bytes of everything that a network keeps, each beginning on a cache line. */
export interface NetworkLayout {
  /** For each population where its buffers lie. */
  readonly buffers: readonly (readonly number[])[];
  readonly slots: number;
  /** Room for what `scan` finds. */
  readonly found: number;
  readonly batch: number;
  /** In the order of populations, within one in that of units. */
  readonly runs: readonly UnitRun[];
  readonly ring: {
    /** Steps that are kept: one more than the longest delay, for the step under way. */
    readonly depth: number;
    readonly counts: number;
    readonly countBytes: number;
    readonly lists: number;
    readonly listBytes: number;
    /** For each run the byte of its list within a row of lists. */
    readonly places: number;
  };
  readonly tables: readonly DeliveryTable[];
  readonly parts: readonly PartLayout[];
  readonly bytes: number;
}

/** Bytes that are given away from the bottom up. */
class Room {
  next = 0;

  take(bytes: number): number {
    const at = this.next;
    this.next += Math.ceil(bytes / 64) * 64;
    return at;
  }
}

const floatBytes = ({ precision }: NetworkProgram): number => (precision === "f64" ? 8 : 4);

/** @throws MemoryError if the network is larger than a WebAssembly memory. */
export const layOutNetwork = (network: NetworkProgram): NetworkLayout => {
  const room = new Room();
  const slots = room.take(network.slots * floatBytes(network));
  const buffers = network.populations.map(({ program, receptors }) => {
    const shared = new Map(receptors.map(({ buffer, firstSlot }) => [buffer, firstSlot]));
    return program.buffers.map((buffer, k) => {
      const firstSlot = shared.get(k);
      if (firstSlot !== undefined) return slots + firstSlot * floatBytes(network);
      return room.take(buffer.length * bytesOf(buffer, program));
    });
  });
  const found = room.take(SCAN_EVENTS * 8 + 64);
  const batch = room.take((BATCH + AHEAD) * SEGMENT_BYTES);
  const runs = unitRuns(network);
  const units = network.populations.reduce((sum, { program }) => sum + program.units, 0);
  const [depth, countBytes, listBytes] = [network.longestDelay + 1, runs.length * 4, units * 4];
  const ring = {
    depth,
    counts: room.take(depth * countBytes),
    countBytes,
    places: room.take(countBytes),
    lists: room.take(depth * listBytes),
    listBytes,
  };
  const addresses = network.shards.map((_, shard) =>
    room.take(network.bundles.reduce((sum, bundle) => sum + rowsOf(bundle, shard) * ROW_WORDS * 4, 0)),
  );
  const own = room.next;
  const parts = network.bundles.flatMap((bundle, b) =>
    network.shards.flatMap((shard, s) => (rowsOf(bundle, s) > 0 ? [placePart(network, room, [b, s], shard)] : [])),
  );
  requireRoom(network, own, room.next);
  const tables = network.shards.map((_, s) => ({
    address: addresses[s]!,
    rows: deliveryRows(
      network,
      runs,
      parts.filter(({ shard }) => shard === s),
    ),
  }));
  return { buffers, slots, found, batch, runs, ring, tables, parts, bytes: room.next };
};

const rowsOf = (bundle: Bundle, shard: number): number =>
  bundle.shards[shard]!.synapses > 0 ? bundle.delays.length : 0;

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
  { wide }: Shard,
): PartLayout => {
  const { weights, sources, shards } = network.bundles[bundle]!;
  const { offsets, synapses } = shards[shard]!;
  return {
    bundle,
    shard,
    offsets: room.take(offsets.length * 4),
    weights: room.take((weights === "source" ? sources : synapses) * floatBytes(network)),
    targets: room.take(synapses * (wide ? 4 : 2)),
  };
};

/** A bundle's rows stand in the order of bundles within those of one delay, so that sums are taken in that order. */
const deliveryRows = (
  network: NetworkProgram,
  runs: readonly UnitRun[],
  parts: readonly PartLayout[],
): DeliveryRow[] => {
  const rows = parts.flatMap(({ bundle, offsets, targets, weights }) => {
    const { population, delays, weights: kind } = network.bundles[bundle]!;
    const own = runs.flatMap((run, k) => (run.population === population ? [k * 4] : []));
    if (own.length === 0) return [];
    return [...delays].map(
      (delay, place): DeliveryRow => ({
        delay,
        firstCount: own[0]!,
        endCount: own.at(-1)! + 4,
        offsets: offsets + place * 4,
        stride: delays.length * 4,
        targets,
        weights,
        shared: kind === "source" ? 1 : 0,
      }),
    );
  });
  return rows.sort((a, b) => b.delay - a.delay);
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** `own` bytes are those of the units, the rest is of synapses. */
const requireRoom = (network: NetworkProgram, own: number, bytes: number): void => {
  const most = PAGE * PAGE;
  if (bytes <= most) return;
  const synapses = network.bundles.reduce(
    (sum, bundle) => sum + bundle.shards.reduce((part, shard) => part + shard.synapses, 0),
    0,
  );
  const start = `${network.name} needs ${gigabytes(bytes)}, ${gigabytes(bytes - own)} of it for ${synapses} synapses; a WebAssembly memory holds 4.3 GB.`;
  if (own > most) throw new MemoryError(`${start} Use fewer units, shorter delays or smaller chunks of records.`);
  const fitting = Math.floor(((most - own) / (bytes - own)) * synapses);
  throw new MemoryError(
    `${start} About ${fitting} such synapses would fit. Use fewer${network.precision === "f64" ? ', precision: "f32"' : ""} or backend: "native".`,
  );
};
