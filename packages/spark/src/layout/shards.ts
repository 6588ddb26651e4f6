import type { ReceptorSlots, Shard, ShardUnits } from "../program/network.ts";

/** What the cuts of a population go by. */
export interface ShardPopulation {
  readonly units: number;
  readonly receptors: readonly Pick<ReceptorSlots, "firstSlot">[];
  /** Synapses that end in the population, or the number to be expected. */
  readonly incoming: number;
}

/** Units that are never cut apart: spikes are kept 32 a word, and two threads never write to one cache line of them. */
export const SHARD_UNITS = 64;
/** Slots that 16 bits tell apart. */
const REACH = 65_536;
/**
 * How many incoming synapses cost as much as a unit: a unit takes some 4 ns a step for its equations, and a synapse,
 * at 5 Hz and a step of 0.1 ms, 1.5 ns in one of 2000 steps.
 */
const UNIT_COST = 5000;

/** The cuts for a number of threads: each gets units that cost about the same, in as few shards as 16 bits allow. */
export const shardsOf = (populations: readonly ShardPopulation[], threads: number): Shard[] =>
  partsOf(populations, threads).flatMap((runs, thread) => {
    if (runs.length === 0) return [];
    const narrow = narrowed(populations, runs);
    return (narrow ?? [runs]).map((units) => {
      const { first } = slotsOf(populations, units);
      return { thread, units, firstSlot: first, wide: narrow === undefined };
    });
  });

/** Runs of units for each thread. */
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

/** Adds units to runs that end where they begin. */
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

/** Cuts runs so that 16 bits reach all slots of each part; undefined where a part of 64 units is too far apart. */
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
