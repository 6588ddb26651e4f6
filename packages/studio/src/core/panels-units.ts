import type { Recorded } from "./recorded.ts";
import { firstAbove } from "./spikes.ts";

export interface UnitRow {
  readonly unit: number;
  /** Spikes in the window; undefined if spikes are not recorded. */
  readonly spikes: number | undefined;
}

export type UnitOrder = "unit" | "most" | "fewest";

/** Rows of a list of units that are shown. */
const mostRows = 200;

/** The units of a population with their spikes after step `from` and up to `to`, in order. */
export const unitRows = (
  recorded: Recorded | undefined,
  { population, units }: { readonly population: string; readonly units: number },
  { from, to }: { readonly from: number; readonly to: number },
  order: UnitOrder,
): readonly UnitRow[] => {
  const spikes = recorded?.populations.get(population)?.spikes;
  if (!spikes) return Array.from({ length: Math.min(units, mostRows) }, (_, unit) => ({ unit, spikes: undefined }));
  const counts = new Uint32Array(units);
  const last = firstAbove(spikes.steps, spikes.count, to);
  for (let k = firstAbove(spikes.steps, spikes.count, from); k < last; k++) counts[spikes.units[k]!]!++;
  const list = Array.from(counts, (count, unit) => ({ unit, spikes: count }));
  if (order !== "unit") list.sort((a, b) => (order === "most" ? b.spikes - a.spikes : a.spikes - b.spikes));
  return list.slice(0, mostRows);
};
