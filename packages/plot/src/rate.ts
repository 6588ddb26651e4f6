import type { Numbers, RasterData } from "./data.ts";
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
  const rates = shown.map((group) => binRates(group.times, group.to - group.from, view));
  const most = Math.max(...rates.flat(), 0);
  const y: Scale = { from: 0, to: most > 0 ? most * 1.1 : 1, range: [height, 0] };
  const marks = shown.flatMap((group, index) => {
    const line = drawSteps(rates[index]!, view, x, y);
    const area = `${line}V${coordinate(height)}H0Z`;
    const stroke = pathMark(`rate${index + 1}`, line, { stroke: group.color, width: 1.4 });
    return grouped ? [stroke] : [pathMark("rateArea", area, { fill: theme.series[0]!, opacity: 0.85 })];
  });
  return { height, x, y, xTitle: "Time (ms)", yTitle: "Rate (Hz)", marks };
}

/** Mean rate per unit in each bin of the window, Hz. The last bin may be shorter than the others. */
export function binRates(times: Numbers, unitCount: number, view: Omit<View, "cells">): number[] {
  const bins = Math.max(1, Math.ceil((view.to - view.from) / view.bin - 1e-9));
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (time < view.from || time > view.to) continue;
    // The quotient of a time on a border of bins may be slightly too small.
    const index = Math.min(bins - 1, Math.floor((time - view.from) / view.bin + 1e-9));
    counts[index] = counts[index]! + 1;
  }
  return counts.map((count, index) => {
    const width = Math.min(view.bin, view.to - view.from - index * view.bin);
    return (count / unitCount / width) * 1000;
  });
}

/** SVG path of the rates as steps, open at both ends. */
export function drawSteps(rates: readonly number[], view: Omit<View, "cells">, x: Scale, y: Scale): string {
  let path = "";
  for (const [index, rate] of rates.entries()) {
    const height = coordinate(place(y, rate));
    const end = Math.min(view.to, view.from + (index + 1) * view.bin);
    path += `${index === 0 ? `M0,${height}` : `V${height}`}H${coordinate(place(x, end))}`;
  }
  return path;
}
