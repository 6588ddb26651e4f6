import { sizeOf } from "../../../config/shape.ts";
import type { BuiltBrain } from "../../../graph/build.ts";
import type { BuiltReadout, FilterState } from "../../../graph/filter.ts";
import type { WiredReadout } from "../../../graph/readout.ts";

/** A read-out with its filter. */
export interface Filtered extends BuiltReadout {
  readonly wired: WiredReadout;
}

/** The read-outs of a brain at their start. */
export const makeFilters = ({ wiring, populations, dt }: BuiltBrain): readonly Filtered[] =>
  wiring.readouts.map((wired) => ({
    wired,
    ...wired.build(sizeOf(populations[wired.source]!.component.units), dt),
  }));

/** What read-outs keep, by name; those that keep nothing are left out. Copies. */
export const keptOf = (filtered: readonly Filtered[]): Record<string, FilterState> =>
  Object.fromEntries(
    filtered
      .filter(({ filter }) => filter.keeps)
      .map(({ wired, filter: { state } }) => [
        wired.name,
        { values: state.values.slice(), since: state.since.slice() },
      ]),
  );

/** Puts back what was kept; without it read-outs are at their start. */
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
