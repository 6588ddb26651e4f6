import type { Mark } from "vega";
import {
  requireAlong,
  requireAscending,
  requireCount,
  requireFigure,
  requireNumber,
  requireObject,
  requireSpikes,
  requireText,
  requireWindow,
} from "./checks.ts";
import type { FigureOptions, MultiplePanel, MultiplesData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate, drawTrace, extent, place, type Scale, widen } from "./strokes.ts";

const gapX = 22;
const gapY = 30;
/** Most spikes of a panel; more are thinned by whole units. */
const STROKES = 10_000;

/**
 * Draws small multiples: the spikes or one trace of several runs, with the same axes. If a panel has more than 10 000
 * spikes, those of every n-th unit are drawn.
 * @throws TypeError or RangeError that names the place, for invalid lists, and fewer than 1 or more than 48 panels
 */
export function multiplesFigure(data: MultiplesData, options: FigureOptions = {}): string {
  const where = "multiplesFigure";
  requireFigure(where, data, options);
  requireCount(`${where}.panels`, data.panels, 1, 48, "Choose the runs to show.");
  const { from = 0, to, panels, yTitle } = data;
  requireWindow(where, from, to);
  if (yTitle !== undefined) requireText(`${where}.yTitle`, yTitle);
  for (const [k, panel] of panels.entries()) checkPanel(`${where}.panels[${k}]`, panel);
  const columns = data.columns ?? Math.ceil(Math.sqrt(panels.length));
  requireNumber(`${where}.columns`, columns, { least: 1, most: 12, whole: true, unit: "" });
  const rows = Math.ceil(panels.length / columns);
  const theme = themeOf(options);
  const plan = { kind: where, panels: (area: Area) => multiplePanels({ ...data, columns }, area, theme) };
  return drawFigure(plan, { height: Math.max(250, 100 + rows * 170), ...options });
}

function checkPanel(where: string, panel: MultiplePanel): void {
  requireObject(where, panel);
  requireText(`${where}.label`, panel.label);
  if ("times" in panel) {
    requireNumber(`${where}.unitCount`, panel.unitCount, { least: 1, whole: true, unit: "" });
    requireSpikes(where, panel.times, panel.units, panel.unitCount);
    return;
  }
  requireAscending(`${where}.time`, panel.time, "ms");
  requireAlong(`${where}.values`, panel.values, "", panel.time.length, `${where}.time`);
}

function multiplePanels(
  { panels, from = 0, to, yTitle, columns }: MultiplesData & { columns: number },
  area: Area,
  theme: Theme,
): Panel[] {
  const rows = Math.ceil(panels.length / columns);
  const width = Math.floor((area.width - (columns - 1) * gapX) / columns);
  const height = Math.floor((area.height - rows * gapY) / rows);
  const x: Scale = { from, to, range: [0, width] };
  const y = scaleOf(panels, height);
  const isSpikes = "times" in panels[0]!;
  return panels.map((panel, k) => {
    const column = k % columns;
    const isLowest = k + columns >= panels.length;
    return {
      top: area.top + Math.floor(k / columns) * (height + gapY) + gapY / 2,
      left: column * (width + gapX),
      height,
      x,
      y,
      yTicks: column === 0,
      ...(isSpikes && { whole: true }),
      ...(isLowest && { xTitle: "Time (ms)" }),
      ...(column === 0 && { yTitle: yTitle ?? (isSpikes ? "Unit" : "Value") }),
      marks: [textMark(panel.label, 0, -8, { color: theme.ink, weight: 600 }), drawPanelOf(panel, k, x, y, theme)],
    };
  });
}

/** The same vertical scale for all panels. */
const scaleOf = (panels: readonly MultiplePanel[], height: number): Scale => {
  const counts = panels.flatMap((panel) => ("times" in panel ? [panel.unitCount] : []));
  if (counts.length > 0) return { from: Math.max(...counts), to: 0, range: [height, 0] };
  const ends = panels.flatMap((panel) => ("values" in panel ? extent(panel.values) : []));
  const [from, to] = widen(Math.min(...ends), Math.max(...ends));
  return { from, to, range: [height, 0] };
};

function drawPanelOf(panel: MultiplePanel, k: number, x: Scale, y: Scale, theme: Theme): Mark {
  const name = `panel${k + 1}`;
  if (!("times" in panel)) {
    return pathMark(name, drawTrace(panel.time, panel.values, x, y), { stroke: theme.series[0]!, width: 1.2 });
  }
  const every = Math.ceil(panel.times.length / STROKES);
  const high = Math.max(1.2, Math.abs(y.range[0]) / panel.unitCount) * 0.8;
  const strokes: string[] = [];
  for (let i = 0; i < panel.times.length; i++) {
    const time = panel.times[i]!;
    if (time < x.from || time > x.to || panel.units[i]! % every !== 0) continue;
    const middle = place(y, panel.units[i]! + 0.5);
    strokes.push(`M${coordinate(place(x, time))},${coordinate(middle - high / 2)}v${coordinate(high)}`);
  }
  return pathMark(name, strokes.join(""), { stroke: theme.series[0]!, width: 1.1 });
}
