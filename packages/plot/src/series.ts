import type { RasterData } from "./data.ts";
import type { Theme } from "./palette.ts";

/** Grid of cells for counting many spikes. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
}

/** Data that the panels share. */
export interface View {
  readonly from: number;
  readonly to: number;
  readonly bin: number;
  readonly cells: Cells | undefined;
}

/** Spikes of one colour inside the window. */
export interface Series {
  readonly label?: string;
  readonly color: string;
  readonly from: number;
  readonly to: number;
  readonly times: number[];
  readonly units: number[];
}

/** The spikes of the window by group. Units without a group form a neutral series if they have spikes. */
export function sortSpikes(data: RasterData, from: number, theme: Theme): Series[] {
  const groups = data.groups ?? [];
  const series: Series[] = groups.map((group, index) => ({
    ...group,
    color: theme.series[index]!,
    times: [],
    units: [],
  }));
  const alone = groups.length === 0;
  const rest: Series = { color: alone ? theme.ink : theme.faint, from: 0, to: data.unitCount, times: [], units: [] };
  for (let i = 0; i < data.times.length; i++) {
    const time = data.times[i]!;
    if (time < from || time > data.to) continue;
    const unit = data.units[i]!;
    const home = series.find((group) => unit >= group.from && unit < group.to) ?? rest;
    home.times.push(time);
    home.units.push(unit);
  }
  return alone || rest.times.length > 0 ? [...series, rest] : series;
}
