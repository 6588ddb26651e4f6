import { FileError, suggestName } from "spark-snn";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/objects.ts";
import { lengthOf } from "./nodes.ts";
import type { Row } from "./table.ts";

/* Spikes of SONATA files: pairs of a time and a node, by population. */

export interface SonataSpikes {
  /** Undefined in files of the first version, which have no populations. */
  readonly population: string | undefined;
  /** ms */
  readonly times: Float64Array;
  readonly ids: ArrayLike<number>;
  /** "by_time", "by_id" or "none". */
  readonly sorting: string;
}

/** Largest number of spikes of a population. */
const MOST_SPIKES = 2 ** 28;

const factors: Readonly<Record<string, number>> = {
  ms: 1,
  milliseconds: 1,
  millisecond: 1,
  s: 1000,
  seconds: 1000,
  second: 1000,
};

/** The populations in a group: all, or the wanted one. @throws FileError if it is missing */
export const namesIn = (group: Hdf5Group, wanted: string | undefined, path: string): readonly string[] => {
  const names = group.names();
  if (wanted === undefined) return names;
  if (names.includes(wanted)) return [wanted];
  throw new FileError(
    `${path} has no population "${wanted}". ${names.length === 0 ? "It has none." : suggestName(wanted, names)}`,
  );
};

/**
 * The spikes of each population of a file, or of one.
 * @throws FileError for a damaged file, times in another unit than ms and s, and a missing population
 */
export const readSpikes = (root: Hdf5Group, path: string, population?: string): readonly SonataSpikes[] => {
  const spikes = root.group("spikes");
  // Files of the first version have the spikes of one population directly below.
  if (spikes.get("timestamps")?.kind === "dataset") return [spikesIn(spikes, undefined, path)];
  return namesIn(spikes, population, path).map((name) => spikesIn(spikes.group(name), name, path));
};

const spikesIn = (group: Hdf5Group, population: string | undefined, path: string): SonataSpikes => {
  const timestamps = group.dataset("timestamps");
  const nodes = group.get("node_ids") ?? group.get("gids");
  const ids: Hdf5Dataset = nodes?.kind === "dataset" ? nodes : group.dataset("node_ids");
  const count = lengthOf(timestamps, path, MOST_SPIKES);
  if (lengthOf(ids, path, MOST_SPIKES) !== count) {
    throw new FileError(
      `${path}: ${group.path} has ${count} times and ${ids.length} nodes; their numbers must be equal. The file is damaged.`,
    );
  }
  const unit = timestamps.attribute("units") ?? "ms";
  const factor = typeof unit === "string" ? factors[unit.toLowerCase()] : undefined;
  if (factor === undefined) {
    throw new FileError(`${path}: ${timestamps.path} has times in ${JSON.stringify(unit)}. Save them in ms.`);
  }
  const raw = timestamps.numbers();
  const times = factor === 1 && raw instanceof Float64Array ? raw : Float64Array.from(raw, (time) => time * factor);
  return { population, times, ids: ids.numbers(), sorting: sortingOf(group.attribute("sorting")) };
};

/** The order of the spikes. Files have it as a text, or as the number of an enumeration. */
const sortingOf = (value: unknown): string => {
  if (typeof value === "number") return ["none", "by_id", "by_time"][value] ?? "none";
  return typeof value === "string" ? value.replace("by_gid", "by_id") : "none";
};

/** The spikes of a table with the columns timestamps, node_ids and, if there are several, population. */
export const spikesOfTable = (rows: readonly Row[], path: string): readonly SonataSpikes[] => {
  const lists = new Map<string | undefined, { readonly times: number[]; readonly ids: number[] }>();
  rows.forEach((row, k) => {
    const population = row["population"] ?? row["populations"];
    const time = Number(row["timestamps"] ?? Number.NaN);
    const id = Number(row["node_ids"] ?? row["gids"] ?? Number.NaN);
    if (!Number.isFinite(time) || !Number.isInteger(id)) {
      throw new FileError(
        `${path}, row ${k + 1}: timestamps "${row["timestamps"] ?? "NULL"}", node_ids "${row["node_ids"] ?? "NULL"}". Give a time in ms and a whole number in columns of these names.`,
      );
    }
    const list = lists.get(population) ?? { times: [], ids: [] };
    lists.set(population, list);
    list.times.push(time);
    list.ids.push(id);
  });
  return [...lists].map(([population, { times, ids }]) => ({
    population,
    times: Float64Array.from(times),
    ids,
    sorting: "none",
  }));
};
