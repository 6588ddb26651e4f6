import { requireFigure, requireNumber, requireNumbers } from "./checks.ts";
import type { FigureOptions, IntervalData, Numbers } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { printCount, printNumber, printQuantity } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, rimmedText, textMark } from "./panel.ts";
import { coordinate, extent, place, roundUp, type Scale } from "./strokes.ts";

/**
 * Draws a histogram of inter-spike intervals (ms) with their mean marked. The subtitle gives their number, mean and
 * coefficient of variation (standard deviation over n, divided by the mean). Without intervals the axes are empty, and
 * a text says so.
 * @throws TypeError or RangeError that names the place, for an interval that is negative or not finite, and for a bin
 * width that would give more than 2000 bars
 */
export function intervalFigure(data: IntervalData, options: FigureOptions = {}): string {
  requireFigure("intervalFigure", data, options);
  const { intervals } = data;
  requireNumbers("intervalFigure.intervals", intervals, "ms");
  for (let i = 0; i < intervals.length; i++) {
    requireNumber(`intervalFigure.intervals[${i}]`, intervals[i]!, { least: 0, unit: "ms" });
  }
  const longest = intervals.length === 0 ? 0 : extent(intervals)[1];
  const bin = data.bin ?? chooseBin(intervals, longest);
  requireNumber("intervalFigure.bin", bin, { least: longest / 2000, above: longest === 0, unit: "ms" });
  const theme = themeOf(options);
  return drawFigure(
    {
      kind: "intervalFigure",
      subtitle: describe(intervals, bin),
      panels: (area) => [intervalPanel(intervals, bin, longest, area, theme)],
    },
    options,
  );
}

/**
 * Freedman and Diaconis 1981: 2 · interquartile range / ∛n, here rounded to between half and 1¼ of it, at most 120
 * bins.
 */
function chooseBin(intervals: Numbers, longest: number): number {
  if (longest === 0) return 1;
  const sorted = Float64Array.from(intervals).sort();
  const quartile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
  const spread = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(sorted.length);
  return roundUp(Math.max(spread > 0 ? spread / 2 : longest / 40, longest / 120));
}

function moments(intervals: Numbers): { readonly mean: number; readonly variation: number } {
  let sum = 0;
  for (let i = 0; i < intervals.length; i++) sum += intervals[i]!;
  const mean = sum / intervals.length;
  let squares = 0;
  for (let i = 0; i < intervals.length; i++) squares += (intervals[i]! - mean) ** 2;
  return { mean, variation: Math.sqrt(squares / intervals.length) / mean };
}

function describe(intervals: Numbers, bin: number): string {
  if (intervals.length === 0) return "n = 0";
  const { mean, variation } = moments(intervals);
  const cv = mean > 0 ? printNumber(variation, 3) : "not defined";
  return `n = ${printCount(intervals.length)} · mean ${printQuantity(mean, "ms")} · CV ${cv} · bins of ${printQuantity(bin, "ms")}`;
}

function intervalPanel(intervals: Numbers, bin: number, longest: number, area: Area, theme: Theme): Panel {
  const bins = Math.floor(longest / bin + 1e-9) + 1;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < intervals.length; i++) {
    const index = Math.min(bins - 1, Math.floor(intervals[i]! / bin + 1e-9));
    counts[index] = counts[index]! + 1;
  }
  const most = counts.reduce((high, count) => Math.max(high, count), 0);
  const x: Scale = { from: 0, to: intervals.length === 0 ? 100 : bins * bin, range: [0, area.width] };
  const y: Scale = { from: 0, to: most === 0 ? 1 : most * 1.12, range: [area.height, 0] };
  const base = { top: area.top, height: area.height, x, y, xTitle: "Inter-spike interval (ms)", whole: true };
  if (intervals.length === 0) {
    const middle = { color: theme.muted, size: 15, align: "center" } as const;
    const text = "no intervals: fewer than two spikes";
    return { ...base, yTitle: "Count", marks: [textMark(text, area.width / 2, area.height / 2, middle)] };
  }
  const bars = drawBars(counts, bin, x, y);
  const { mean } = moments(intervals);
  const line = place(x, mean);
  const label =
    line > area.width * 0.8 ? ({ align: "right", step: -7 } as const) : ({ align: "left", step: 7 } as const);
  const text = `mean ${printQuantity(mean, "ms")}`;
  return {
    ...base,
    yTitle: "Count",
    marks: [
      pathMark("bars", bars, { fill: theme.series[0]! }),
      pathMark("mean", `M${coordinate(line)},0V${coordinate(area.height)}`, {
        stroke: theme.ink,
        width: 1.6,
        dash: [6, 3],
      }),
      ...rimmedText(text, line + label.step, 8, { color: theme.ink, weight: 600, align: label.align }, theme),
    ],
  };
}

/** Bars, with small gaps between them if they are wide enough. */
function drawBars(counts: readonly number[], bin: number, x: Scale, y: Scale): string {
  const space = place(x, x.from + bin) - place(x, x.from) >= 5 ? 1 : 0;
  let path = "";
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const left = coordinate(place(x, index * bin) + space / 2);
    const right = coordinate(place(x, (index + 1) * bin) - space / 2);
    path += `M${left},${coordinate(place(y, 0))}V${coordinate(place(y, count))}H${right}V${coordinate(place(y, 0))}Z`;
  }
  return path;
}
