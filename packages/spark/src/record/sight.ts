import type { MachinePopulation } from "../program/machine.ts";

/** A population of a machine that conditions look at. */
export interface Watched {
  readonly population: MachinePopulation;
  /** Number of probes before those of the variables that conditions read. */
  readonly first: number;
}

/** The values of a read-out that conditions look at. */
export interface WatchedValues {
  /** Number of values in a row. */
  readonly width: number;
  /** The values in all steps of the present chunk, row by row. */
  readonly valuesOf: (firstStep: number, rows: number) => ArrayLike<number>;
}

/** What the conditions of a record look at on a machine. */
export interface Sight {
  /** The population that is recorded; undefined for records of read-outs and weights. */
  readonly own: Watched | undefined;
  /** The populations and read-outs of a network, in order. */
  readonly populations: readonly Watched[];
  readonly readout: (readout: number) => WatchedValues;
}

/** What the records of all populations of a network share. */
export type Scenery = Omit<Sight, "own">;

/** The conditions of a population that is not part of a network see nothing else. */
export const NO_SCENERY: Scenery = {
  populations: [],
  readout: () => ({ width: 0, valuesOf: () => [] }),
};
