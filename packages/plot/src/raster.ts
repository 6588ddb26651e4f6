import type { Mark } from "vega";
import { drawCells } from "./cells.ts";
import {
  requireCount,
  requireFigure,
  requireNumber,
  requireObject,
  requireRecorded,
  requireSpikes,
  requireText,
  requireWindow,
} from "./checks.ts";
import type { FigureOptions, RasterData, RasterGroup } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, printCount, printQuantity, printRecorded, spreadLabels } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { countRecorded, ratePanel } from "./rate.ts";
import { type Cells, type Series, sortSpikes, type View } from "./series.ts";
import { coordinate, place, roundUp, type Scale } from "./strokes.ts";

/** Largest number of spikes that are drawn individually: about 1.6 MB of SVG. */
const mostStrokes = 100_000;
const gap = 16;

/**
 * Draws a spike raster, unit against time (ms), and below it the population rate of every group in bins, Hz per unit.
 *
 * Up to 100 000 spikes are drawn individually. More spikes are counted in cells of about 2 × 2 px, and a stronger
 * colour means more spikes. The subtitle then gives the size of the cells. For any number of spikes, the figure stays
 * below 2 MB at 1000 × 500 px.
 * @throws TypeError or RangeError that names the place, for units outside 0 … unitCount − 1, groups with common units,
 * and values that are not finite
 */
export function rasterFigure(data: RasterData, options: FigureOptions = {}): string {
  requireFigure("rasterFigure", data, options);
  checkRaster(data);
  const { from = 0, to } = data;
  const bin = data.bin ?? roundUp((to - from) / 100);
  const theme = themeOf(options);
  const series = sortSpikes(data, from, theme);
  const count = series.reduce((sum, group) => sum + group.times.length, 0);
  const labels = series.map((group) => group.label ?? "");
  const rightMargin = Math.max(24, 18 + Math.ceil(Math.max(...labels.map((label) => measureText(label, 12)))));
  const cells = count > mostStrokes ? cellsOf(options, data.unitCount) : undefined;
  const view: View = { from, to, bin, cells };
  return drawFigure(
    {
      kind: "rasterFigure",
      subtitle: describe(data, count, view),
      rightMargin,
      panels: (area) => rasterPanels(data, series, view, area, theme),
    },
    options,
  );
}

function checkRaster(data: RasterData): void {
  const where = "rasterFigure";
  requireNumber(`${where}.unitCount`, data.unitCount, { least: 1, whole: true, unit: "" });
  requireSpikes(where, data.times, data.units, data.unitCount);
  requireWindow(where, data.from ?? 0, data.to);
  requireRecorded(where, data.recorded);
  if (data.bin !== undefined) {
    const span = data.to - (data.from ?? 0);
    requireNumber(`${where}.bin`, data.bin, { least: span / 10_000, most: span, unit: "ms" });
  }
  requireCount(`${where}.groups`, data.groups ?? [], 0, 7, "Join groups: more colours would not be distinguishable.");
  checkGroups(where, data.groups ?? [], data.unitCount);
}

function checkGroups(where: string, groups: readonly RasterGroup[], unitCount: number): void {
  for (const [index, group] of groups.entries()) {
    const path = `${where}.groups[${index}]`;
    requireObject(path, group);
    requireText(`${path}.label`, group.label);
    requireNumber(`${path}.from`, group.from, { least: 0, most: unitCount - 1, whole: true, unit: "" });
    requireNumber(`${path}.to`, group.to, { least: group.from + 1, most: unitCount, whole: true, unit: "" });
    for (const [other, earlier] of groups.slice(0, index).entries()) {
      if (group.from >= earlier.to || earlier.from >= group.to) continue;
      const received = `${group.from} to ${group.to} and ${earlier.from} to ${earlier.to}`;
      throw new RangeError(`${path} must share no unit with groups[${other}]; received ${received}. Separate them.`);
    }
  }
}

/** Cells of about 2 × 2 px, with at most one row per unit. */
function cellsOf(options: FigureOptions, unitCount: number): Cells {
  const { width = 1000, height = 500 } = options;
  return { columns: Math.round(width * 0.45), rows: Math.min(unitCount, Math.round(height * 0.27)) };
}

function describe(data: RasterData, count: number, view: View): string {
  const spikes = count === 0 ? "no spikes" : `${printCount(count)} ${count === 1 ? "spike" : "spikes"}`;
  const recorded = countRecorded(data.recorded, 0, data.unitCount);
  const units = printRecorded(recorded, data.unitCount);
  const span = view.to - view.from;
  const { from = view.from, to = view.to } = data.recorded ?? {};
  const seen = Math.min(to, view.to) - Math.max(from, view.from);
  const mean = recorded > 0 && seen > 0 ? (count / recorded / seen) * 1000 : 0;
  const rate = printQuantity(mean, "Hz", 3);
  const text = `${spikes} of ${units} · mean ${rate} · rate in bins of ${printQuantity(view.bin, "ms")}`;
  if (view.cells === undefined) return text;
  const cell = `${printQuantity(span / view.cells.columns, "ms", 3)} × ${printQuantity(data.unitCount / view.cells.rows, "units", 3)}`;
  return `${text} · spikes counted in cells of ${cell}; a stronger colour means more spikes`;
}

function rasterPanels(data: RasterData, series: readonly Series[], view: View, area: Area, theme: Theme): Panel[] {
  const height = Math.round((area.height - gap) * 0.7);
  const x: Scale = { from: view.from, to: view.to, range: [0, area.width] };
  // Half a unit of space on either side, so that unit 0 is not on the axis.
  const y: Scale = { from: -0.5, to: data.unitCount - 0.5, range: [height, 0] };
  const marks: Mark[] = series.flatMap((group, index) =>
    view.cells === undefined
      ? [drawSpikes(group, index, data.unitCount, x, y)]
      : drawCells(group, index, data.unitCount, view.cells, x, height),
  );
  const middles = series.map((group) => place(y, (group.from + group.to - 1) / 2));
  const places = spreadLabels(middles, 15, 6, height - 6);
  for (const [index, group] of series.entries()) {
    if (group.label === undefined) continue;
    marks.push(textMark(group.label, area.width + 6, places[index]!, { color: group.color, weight: 600 }));
  }
  const top = area.top + height + gap;
  const rates = ratePanel(data, series, view, x, area.height - height - gap, theme);
  return [
    { top: area.top, height, x, y, yTitle: "Unit", whole: true, marks },
    { ...rates, top },
  ];
}

function drawSpikes(group: Series, index: number, unitCount: number, x: Scale, y: Scale): Mark {
  const row = y.range[0] / unitCount;
  const length = Math.min(14, Math.max(1.6, row * 0.75));
  const width = row >= 6 ? 1.6 : 1.2;
  const parts: string[] = [];
  for (let i = 0; i < group.times.length; i++) {
    const top = place(y, group.units[i]!) - length / 2;
    parts.push(`M${coordinate(place(x, group.times[i]!))},${coordinate(top)}v${coordinate(length)}`);
  }
  return pathMark(`spikes${index + 1}`, parts.join(""), { stroke: group.color, width });
}
