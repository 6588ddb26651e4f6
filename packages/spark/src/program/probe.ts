import type { Program } from "./program.ts";

/** Ascending units, grouped by block. Each group is padded to a multiple of 4 by repeating its last unit. */
export interface UnitList {
  readonly units: Int32Array;
  /** The end of each block's group, as an index into the list. */
  readonly ends: readonly number[];
}

/** What a run records of a population: an observable, for all units or some. */
export interface Probe {
  /** Index into the program's list of observables. */
  readonly observable: number;
  /** Absent if the probe records all units. */
  readonly list?: UnitList;
  /** Number of values in a record row: the length of the list, or the number of padded units. */
  readonly width: number;
  /** Largest number of record rows in a chunk. */
  readonly rows: number;
}

/** Rows of a chunk after which a probe is due. If `last` is less than `first`, there are none. */
export interface Due {
  readonly first: number;
  /** Distance between two rows, at least 1. */
  readonly every: number;
  readonly last: number;
}

/** Returns a probe of the named observable. `units` are ascending and unique; omit them to record all units. */
export const probeOf = (program: Program, name: string, rows: number, units?: readonly number[]): Probe => {
  const observable = program.observables.findIndex((known) => known.name === name);
  if (!units) return { observable, width: program.padded, rows };
  const list = listByBlock(units, program);
  return { observable, list, width: list.units.length, rows };
};

/** Groups ascending units by block. */
export const listByBlock = (
  units: readonly number[],
  { block, padded }: Pick<Program, "block" | "padded">,
): UnitList => {
  const list: number[] = [];
  const ends: number[] = [];
  let next = 0;
  for (let end = block; end < padded + block; end += block) {
    const before = list.length;
    while (next < units.length && units[next]! < end) list.push(units[next++]!);
    while (list.length > before && list.length % 4 !== 0) list.push(list.at(-1)!);
    ends.push(list.length);
  }
  return { units: Int32Array.from(list), ends };
};
