import type { Numbers, RasterData, RecordedPart } from "./data.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark } from "./panel.ts";
import type { Series, View } from "./series.ts";
import { coordinate, place, type Scale } from "./strokes.ts";

/** Population rate of each group, Hz: lines for groups, or a filled area without groups. */
export function ratePanel(
  data: RasterData,
  series: readonly Series[],
  view: View,
  x: Scale,
  height: number,
  theme: Theme,
): Omit<Panel, "top"> {
  const grouped = (data.groups ?? []).length > 0;
  const shown = series.filter((group) => !grouped || group.label !== undefined);
  const { recorded } = data;
  const rates = shown.map((group) =>
    binRates(group.times, countRecorded(recorded, group.from, group.to), view, recorded),
  );
  const most = Math.max(...rates.flat().filter((rate) => !Number.isNaN(rate)), 0);
  const y: Scale = { from: 0, to: most > 0 ? most * 1.1 : 1, range: [height, 0] };
  const marks = shown.flatMap((group, index) => {
    const line = drawSteps(rates[index]!, view, x, y);
    const area = drawSteps(rates[index]!, view, x, y, height);
    const stroke = pathMark(`rate${index + 1}`, line, { stroke: group.color, width: 1.4 });
    return grouped ? [stroke] : [pathMark("rateArea", area, { fill: theme.series[0]!, opacity: 0.85 })];
  });
  return { height, x, y, xTitle: "Time (ms)", yTitle: "Rate (Hz)", marks };
}

/**
 * Mean rate per unit in each bin of the window, Hz; NaN for a bin in which nothing was recorded. Bin k holds the spikes
 * with from + k·bin < time <= from + (k + 1)·bin, because a spike belongs to the step that ends at its time. The last bin
 * may be shorter than the others.
 */
export function binRates(
  times: Numbers,
  unitCount: number,
  view: Omit<View, "cells">,
  recorded: RecordedPart = {},
): number[] {
  const bins = Math.max(1, Math.ceil((view.to - view.from) / view.bin - slack));
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (time < view.from || time > view.to) continue;
    // The quotient of a time on a border of bins may be slightly too large.
    const index = Math.min(bins - 1, Math.max(0, Math.ceil((time - view.from) / view.bin - slack) - 1));
    counts[index] = counts[index]! + 1;
  }
  return counts.map((count, index) => {
    const start = Math.max(view.from + index * view.bin, recorded.from ?? view.from);
    const end = Math.min(view.from + (index + 1) * view.bin, view.to, recorded.to ?? view.to);
    return end - start > slack * view.bin && unitCount > 0 ? (count / unitCount / (end - start)) * 1000 : Number.NaN;
  });
}

const slack = 1e-9;

/** Number of units among those from `from` to before `to` that were recorded. */
export function countRecorded({ units }: RecordedPart = {}, from: number, to: number): number {
  if (!units) return to - from;
  let count = 0;
  for (let i = 0; i < units.length; i++) if (units[i]! >= from && units[i]! < to) count++;
  return count;
}

/** SVG path of the rates as steps; with `bottom`, closed to areas. It has a gap where a rate is NaN. */
export function drawSteps(
  rates: readonly number[],
  view: Omit<View, "cells">,
  x: Scale,
  y: Scale,
  bottom?: number,
): string {
  let path = "";
  let begin: string | undefined;
  const close = (): void => {
    if (begin !== undefined && bottom !== undefined) path += `V${coordinate(bottom)}H${begin}Z`;
    begin = undefined;
  };
  for (const [index, rate] of rates.entries()) {
    if (Number.isNaN(rate)) {
      close();
      continue;
    }
    const height = coordinate(place(y, rate));
    const end = Math.min(view.to, view.from + (index + 1) * view.bin);
    const start = index === 0 ? "0" : `${coordinate(place(x, view.from + index * view.bin))}`;
    path += begin === undefined ? `M${start},${height}` : `V${height}`;
    begin ??= start;
    path += `H${coordinate(place(x, end))}`;
  }
  close();
  return path;
}
