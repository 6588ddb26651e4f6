import type { Trains } from "./trains.ts";

/** Agreement of two sets of spike trains. */
export interface Comparison {
  /** Number of spikes of this library and of the peer. */
  readonly own: number;
  readonly theirs: number;
  /** Number of spikes that both have at the same step. */
  readonly same: number;
  /** Number of units whose trains differ. */
  readonly units: number;
  /** First differences of such units: a few, in decreasing order of margin. */
  readonly partings: readonly Parting[];
  /** Largest distance of a potential from its threshold, mV, at the first step that differs; 0 without differences. */
  readonly margin: number;
}
/** The first spike of a unit that only one of two simulators has. */
export interface Parting {
  readonly unit: number;
  /** Step, from 1. */
  readonly step: number;
  readonly by: "own" | "theirs";
  /** Distance of our potential from the threshold, mV; NaN if the unit was refractory. */
  readonly margin: number;
}

/** Largest number of differences to keep. */
const KEPT = 5;

const partingOf = (own: readonly number[], theirs: readonly number[]): Omit<Parting, "unit" | "margin"> | undefined => {
  for (let k = 0; k < Math.max(own.length, theirs.length); k++) {
    const a = own[k] ?? Number.POSITIVE_INFINITY;
    const b = theirs[k] ?? Number.POSITIVE_INFINITY;
    if (a !== b) return { step: Math.min(a, b), by: a < b ? "own" : "theirs" };
  }
  return undefined;
};

/**
 * Compares trains unit by unit. After its first difference a unit has another history, so only the first difference is
 * examined. `margins` gives, for a unit, the distance of its potential above the threshold at each step.
 */
export const compareTrains = (own: Trains, theirs: Trains, margins: (unit: number) => Float64Array): Comparison => {
  const partings: Parting[] = [];
  let same = 0;
  own.forEach((train, unit) => {
    const other = theirs[unit] ?? [];
    const steps = new Set(other);
    for (const step of train) if (steps.has(step)) same++;
    const parting = partingOf(train, other);
    if (parting) partings.push({ unit, ...parting, margin: Math.abs(margins(unit)[parting.step] ?? Number.NaN) });
  });
  const total = (trains: Trains): number => trains.reduce((sum, train) => sum + train.length, 0);
  // A spike of a refractory unit is the worst difference.
  const size = ({ margin }: Parting): number => (Number.isNaN(margin) ? Number.POSITIVE_INFINITY : margin);
  partings.sort((a, b) => (size(a) === size(b) ? a.unit - b.unit : size(b) - size(a)));
  return {
    own: total(own),
    theirs: total(theirs),
    same,
    units: partings.length,
    partings: partings.slice(0, KEPT),
    margin: partings.length === 0 ? 0 : size(partings[0]!),
  };
};
