import { type Shape, sizeOf } from "../config/shape.ts";
import { populationsOf, type WiredReadout } from "../graph/readout.ts";
import { type BuiltReadout, buildReadout } from "./filter.ts";
import { IntegratorFilter } from "./integrator.ts";
import type { FilterState } from "./tuning.ts";

/** A read-out with its filter. */
export interface Filtered extends BuiltReadout {
  readonly wired: WiredReadout;
}

/** The parts of a network that read-outs need. */
export interface ReadNetwork {
  readonly readouts: readonly WiredReadout[];
  readonly populations: readonly { readonly units: Shape }[];
  readonly dt: number;
  readonly seed: number;
}

const filterOf = (wired: WiredReadout, sizes: readonly number[], { dt, seed }: ReadNetwork): BuiltReadout => {
  const { name, port, units, tau, mean, scale, integrator } = wired;
  const size = sizes.reduce((sum, own) => sum + own, 0);
  if (!integrator) return buildReadout({ ofSpikes: port === "outSpikes", units, size }, { tau, mean, scale }, dt);
  const filter = new IntegratorFilter(integrator, { sizes, seed, name }, scale, dt);
  const { columns } = filter;
  return { filter, columns, units: Array.from({ length: columns }, (_, output) => output) };
};

/** The read-outs of a network in their initial state. */
export const makeFilters = (network: ReadNetwork): readonly Filtered[] =>
  network.readouts.map((wired) => {
    const sizes = populationsOf(wired).map((place) => sizeOf(network.populations[place]!.units));
    return { wired, ...filterOf(wired, sizes, network) };
  });

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
