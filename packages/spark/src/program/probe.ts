import type { Program } from "./program.ts";

/** Units in ascending order, by blocks; each block's part is padded to a multiple of 4 by repeating its last unit. */
export interface UnitList {
  readonly units: Int32Array;
  /** For each block of units the end of its part, in places of the list. */
  readonly ends: readonly number[];
}

/** What a run watches of a population: an observable, for all units or for some. */
export interface Probe {
  /** Place in the program's list of observables. */
  readonly observable: number;
  /** Absent for all units. */
  readonly list?: UnitList;
  /** Values of one record row: places of the list, or the padded units. */
  readonly width: number;
  /** Most record rows that one chunk can have. */
  readonly rows: number;
}

/** Rows of a chunk after which a probe is due. A last row before the first one means none. */
export interface Due {
  readonly first: number;
  /** Rows from one to the next, at least 1. */
  readonly every: number;
  readonly last: number;
}

/** A probe of an observable by its name. `units` are in ascending order, without repetition; all where left out. */
export const probeOf = (program: Program, name: string, rows: number, units?: readonly number[]): Probe => {
  const observable = program.observables.findIndex((known) => known.name === name);
  if (!units) return { observable, width: program.padded, rows };
  const list = listByBlock(units, program);
  return { observable, list, width: list.units.length, rows };
};

/** Puts ascending units into a list by blocks. */
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
