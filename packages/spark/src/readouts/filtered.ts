import { type Shape, sizeOf } from "../config/shape.ts";
import type { WiredReadout } from "../graph/readout.ts";
import { type BuiltReadout, buildReadout, type FilterState } from "./filter.ts";

/** A read-out with its filter. */
export interface Filtered extends BuiltReadout {
  readonly wired: WiredReadout;
}

/** The parts of a network that read-outs need. */
export interface ReadNetwork {
  readonly readouts: readonly WiredReadout[];
  readonly populations: readonly { readonly units: Shape }[];
  readonly dt: number;
}

const filterOf = ({ port, units, tau, mean, scale }: WiredReadout, size: number, dt: number): BuiltReadout =>
  buildReadout({ ofSpikes: port === "outSpikes", units, size }, { tau, mean, scale }, dt);

/** The read-outs of a network in their initial state. */
export const makeFilters = ({ readouts, populations, dt }: ReadNetwork): readonly Filtered[] =>
  readouts.map((wired) => ({
    wired,
    ...filterOf(wired, sizeOf(populations[wired.source]!.units), dt),
  }));

/** Copies of the states of read-outs by name, without read-outs that have no state. */
export const keptOf = (filtered: readonly Filtered[]): Record<string, FilterState> =>
  Object.fromEntries(
    filtered
      .filter(({ filter }) => filter.keeps)
      .map(({ wired, filter: { state } }) => [
        wired.name,
        { values: state.values.slice(), since: state.since.slice() },
      ]),
  );

/** Restores states. Read-outs without one get their initial state. */
export const restoreFilters = (
  filtered: readonly Filtered[],
  kept: Readonly<Record<string, FilterState>> = {},
): void => {
  for (const { wired, filter } of filtered) {
    for (const key of ["values", "since"] as const) {
      const own = filter.state[key];
      own.fill(0);
      own.set(kept[wired.name]?.[key] ?? []);
    }
  }
};
