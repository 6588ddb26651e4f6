import type { ReceptorSlots, Shard, ShardUnits } from "../program/network.ts";

/** Data that determine how a population is divided into shards. */
export interface ShardPopulation {
  readonly units: number;
  readonly receptors: readonly Pick<ReceptorSlots, "firstSlot">[];
  /** Number of synapses that end in the population, or the expected number. */
  readonly incoming: number;
}

/** Units that stay together: a word has the spikes of 32 units, and two threads must not write to one cache line. */
export const SHARD_UNITS = 64;
/** Number of slots that 16 bits can address. */
const REACH = 65_536;
/**
 * Number of incoming synapses that cost as much as a unit. The equations of a unit take about 4 ns per step. A synapse,
 * at 5 Hz and a step of 0.1 ms, takes 1.5 ns in one of 2000 steps.
 */
const UNIT_COST = 5000;

/** The shards for a number of threads. Each thread gets about the same cost, in as few shards as 16 bits allow. */
export const shardsOf = (populations: readonly ShardPopulation[], threads: number): Shard[] =>
  partsOf(populations, threads).flatMap((runs, thread) => {
    if (runs.length === 0) return [];
    const narrow = narrowed(populations, runs);
    return (narrow ?? [runs]).map((units) => {
      const { first } = slotsOf(populations, units);
      return { thread, units, firstSlot: first, wide: narrow === undefined };
    });
  });

/** Ranges of units for each thread. */
const partsOf = (populations: readonly ShardPopulation[], threads: number): ShardUnits[][] => {
  const costs = populations.map(({ units, incoming }) => UNIT_COST + incoming / Math.max(1, units));
  const total = populations.reduce((sum, { units }, p) => sum + units * costs[p]!, 0);
  const parts = Array.from({ length: threads }, (): ShardUnits[] => []);
  let before = 0;
  populations.forEach(({ units }, population) => {
    for (let first = 0; first < units; first += SHARD_UNITS) {
      const end = Math.min(units, first + SHARD_UNITS);
      const cost = (end - first) * costs[population]!;
      const thread = Math.min(threads - 1, Math.floor(((before + cost / 2) / total) * threads));
      extend(parts[thread]!, { population, first, end });
      before += cost;
    }
  });
  return parts;
};

/** Adds units, and merges adjacent ranges. */
const extend = (runs: ShardUnits[], units: ShardUnits): void => {
  const last = runs.at(-1);
  if (last?.population === units.population) runs[runs.length - 1] = { ...last, end: units.end };
  else runs.push(units);
};

const slotsOf = (
  populations: readonly ShardPopulation[],
  runs: readonly ShardUnits[],
): { readonly first: number; readonly end: number } => {
  let first = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const run of runs) {
    for (const { firstSlot } of populations[run.population]!.receptors) {
      first = Math.min(first, firstSlot + run.first);
      end = Math.max(end, firstSlot + run.end);
    }
  }
  return { first: Math.min(first, end), end };
};

/** Splits ranges so that 16 bits address all slots of each part; undefined if the slots of 64 units are too far apart. */
const narrowed = (populations: readonly ShardPopulation[], runs: readonly ShardUnits[]): ShardUnits[][] | undefined => {
  const parts: ShardUnits[][] = [[]];
  for (const run of runs) {
    for (let first = run.first; first < run.end; first += SHARD_UNITS) {
      const units = { ...run, first, end: Math.min(run.end, first + SHARD_UNITS) };
      if (!reached(populations, [units])) return undefined;
      const longer = [...parts.at(-1)!];
      extend(longer, units);
      if (reached(populations, longer)) parts[parts.length - 1] = longer;
      else parts.push([units]);
    }
  }
  return parts;
};

const reached = (populations: readonly ShardPopulation[], runs: readonly ShardUnits[]): boolean => {
  const { first, end } = slotsOf(populations, runs);
  return end - first <= REACH;
};
