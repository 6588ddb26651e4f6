import type { Site } from "./place.ts";
import { describe, type NumericArray } from "./shape.ts";

/** Flat indices of units: counted from 0, row by row. */
export type UnitList = readonly number[] | NumericArray;

/** Reads distinct units of a population of `size` units. Returns undefined if none are given or they are invalid. */
export const readUnitList = (units: unknown, size: number, site: Site): readonly number[] | undefined => {
  if (units === undefined) return undefined;
  const list = Array.isArray(units) || ArrayBuffer.isView(units) ? Array.from(units as ArrayLike<unknown>) : undefined;
  if (!list || list.length === 0) {
    return site.refuse(
      `must be a list of unit indices such as [0, 1]; received ${describe(units)}. Leave it out for all units.`,
    );
  }
  const bad = list.findIndex((unit) => !Number.isInteger(unit) || (unit as number) < 0 || (unit as number) >= size);
  if (bad >= 0) {
    const range = `a whole number from 0 to ${size - 1}`;
    return site.at(bad).refuse(`must be ${range}; received ${describe(list[bad])}. Count units from 0, row by row.`);
  }
  const seen = new Set<unknown>();
  const twice = list.findIndex((unit) => seen.has(unit) || !seen.add(unit));
  if (twice >= 0) return site.at(twice).refuse(`must not repeat a unit; received ${list[twice]} again. Remove it.`);
  return list as number[];
};
