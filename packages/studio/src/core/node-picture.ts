import type { Recorded } from "./recorded.ts";
import { tracedUnit, tracedVariable } from "./recording.ts";
import { drawBand, type Picture } from "./spikes-picture.ts";
import { pointsOf } from "./traces.ts";

/* What the plot inside of a node draws: the records of its population in the time that all plots show. */

interface Shown {
  /** Name of the population; "" for the only one. */
  readonly population: string;
  /** Identity of the node. */
  readonly id: string;
  /** ms */
  readonly range: { readonly from: number; readonly to: number };
  /** The last step that is drawn. */
  readonly step: number;
}

/** Draws the spikes. Returns their number. */
export const drawNodeSpikes = (
  picture: Picture,
  recorded: Recorded | undefined,
  { population, range, step }: Shown,
  colour: number,
): number => {
  const own = recorded?.populations.get(population);
  if (!recorded || !own?.spikes) return 0;
  const { dt } = recorded;
  const band = { name: population, units: own.units, top: 0, bottom: 1 };
  const to = range.to / dt;
  const part = { from: range.from / dt, to, until: Math.min(step, to), top: 0, bottom: 1 };
  return drawBand(picture, own.spikes, band, part, colour, 1);
};

/** A line as points in the unit square, with y downwards, and the range of its values. */
export interface NodeTrace {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly low: number;
  readonly high: number;
}

/** The trace of the first unit; undefined before there is one. `most` limits its points. */
export const nodeTrace = (
  recorded: Recorded | undefined,
  { population, id, range, step }: Shown,
  most: number,
): NodeTrace | undefined => {
  const traced = recorded?.populations.get(population)?.traces.get(tracedVariable(recorded.document, id));
  const column = traced?.units.indexOf(tracedUnit) ?? -1;
  if (!recorded || !traced || column < 0) return undefined;
  const { dt } = recorded;
  const limits = { from: range.from / dt, to: Math.min(step, range.to / dt), dt, most };
  const { x, y } = pointsOf(traced.rows, [column], limits);
  const values = y[0]!;
  const known = values.filter((value): value is number => value !== null && !Number.isNaN(value));
  if (known.length < 2) return undefined;
  const low = known.reduce((least, value) => Math.min(least, value));
  const high = Math.max(
    known.reduce((greatest, value) => Math.max(greatest, value)),
    low + 1e-9,
  );
  const points = x.flatMap((time, k) => {
    const value = values[k];
    if (value === null || value === undefined || Number.isNaN(value)) return [];
    return [[(time - range.from) / (range.to - range.from), (high - value) / (high - low)] as const];
  });
  return { points, low, high };
};
