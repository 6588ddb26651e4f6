import type { Shape } from "../config/shape.ts";
import { type Expr, walk } from "../expr/expr.ts";

/* Populations whose last axis holds the places of a map: units of the shape [4, 128] have 128 places for each of 4 signals. */

/** Name of the number of units along the last axis. Equations read it like a field. */
export const PLACES = "places";

/** Whether expressions use the number of places. */
export const usesPlaces = (roots: readonly Expr[]): boolean => {
  let uses = false;
  walk(roots, ({ op, source, name }) => {
    if (op === "symbol" && source === "field" && name === PLACES) uses = true;
  });
  return uses;
};

/** Number of units along the last axis. */
export const placesIn = (units: Shape): number => units.at(-1) ?? 1;

/** Shape of a signal with one value for all units along the last axis. */
export const groupShape = (units: Shape): Shape => (units.length > 1 ? units.slice(0, -1) : [1]);
