import type { Mark } from "vega";
import { requireCount, requireNumber, requireNumbers, requireWindow } from "./checks.ts";
import type { FigureOptions, RasterData, RasterGroup } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, printCount, printQuantity, spreadLabels } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate, place, roundUp, type Scale } from "./strokes.ts";

/** Most spikes that are drawn one by one: about 1.6 MB of SVG. */
const mostStrokes = 100_000;
const shades = 6;
const gap = 16;

/** The grid that many spikes are counted in. */
interface Cells {
  readonly columns: number;
  readonly rows: number;
}

/** What the panels share. */
interface View {
  readonly from: number;
  readonly to: number;
  readonly bin: number;
  readonly cells: Cells | undefined;
}

/** Spikes of one colour inside the window. */
interface Series {
  readonly label?: string;
  readonly color: string;
  readonly from: number;
  readonly to: number;
  readonly times: number[];
  readonly units: number[];
}

/**
 * Spike raster, unit against ms, and under it the population rate, Hz per unit, of every group in bins.
 *
 * Up to 100 000 spikes are drawn one by one. More are counted in cells of about 2 × 2 px whose colour is the fuller the more spikes
 * they hold; the subtitle then says so and how large a cell is. Any number of spikes stays below 2 MB at 1000 × 500 px.
 * Throws TypeError and RangeError, naming the place, for units outside 0 … unitCount, groups that share a unit, and
 * values that are not finite.
 */
export function rasterFigure(data: RasterData, options: FigureOptions = {}): string {
  checkRaster(data);
  const { from = 0, to } = data;
  const bin = data.bin ?? roundUp((to - from) / 100);
  const theme = themeOf(options.theme ?? "light");
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
  requireNumbers(`${where}.times`, data.times, "ms");
  requireNumbers(`${where}.units`, data.units, "");
  if (data.units.length !== data.times.length) {
    const rule = `must hold the unit of each of the ${data.times.length} spikes of ${where}.times`;
    throw new RangeError(`${where}.units ${rule}; received ${data.units.length}. Give both the same length.`);
  }
  for (let i = 0; i < data.units.length; i++) {
    const unit = data.units[i]!;
    if (Number.isInteger(unit) && unit >= 0 && unit < data.unitCount) continue;
    const rule = `must be a whole number from 0 to ${data.unitCount - 1}`;
    throw new RangeError(`${where}.units[${i}] ${rule}; received ${unit}. Correct it, or raise unitCount.`);
  }
  requireWindow(where, data.from ?? 0, data.to);
  if (data.bin !== undefined) {
    const span = data.to - (data.from ?? 0);
    requireNumber(`${where}.bin`, data.bin, { least: span / 10_000, most: span, unit: "ms" });
  }
  requireCount(`${where}.groups`, data.groups?.length ?? 0, 0, 7, "Join groups: no more colours can be told apart.");
  checkGroups(where, data.groups ?? [], data.unitCount);
}

function checkGroups(where: string, groups: readonly RasterGroup[], unitCount: number): void {
  for (const [index, group] of groups.entries()) {
    const path = `${where}.groups[${index}]`;
    requireNumber(`${path}.from`, group.from, { least: 0, most: unitCount - 1, whole: true, unit: "" });
    requireNumber(`${path}.to`, group.to, { least: group.from + 1, most: unitCount, whole: true, unit: "" });
    for (const [other, earlier] of groups.slice(0, index).entries()) {
      if (group.from >= earlier.to || earlier.from >= group.to) continue;
      const received = `${group.from} to ${group.to} and ${earlier.from} to ${earlier.to}`;
      throw new RangeError(`${path} must share no unit with groups[${other}]; received ${received}. Part them.`);
    }
  }
}

/** The spikes of the window by group; the units of no group form a neutral one where they have spikes. */
function sortSpikes(data: RasterData, from: number, theme: Theme): Series[] {
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

/** Cells of about 2 × 2 px, at most one row a unit. */
function cellsOf(options: FigureOptions, unitCount: number): Cells {
  const { width = 1000, height = 500 } = options;
  return { columns: Math.round(width * 0.45), rows: Math.min(unitCount, Math.round(height * 0.27)) };
}

function describe(data: RasterData, count: number, view: View): string {
  const spikes = count === 0 ? "no spikes" : `${printCount(count)} ${count === 1 ? "spike" : "spikes"}`;
  const units = `${printCount(data.unitCount)} ${data.unitCount === 1 ? "unit" : "units"}`;
  const span = view.to - view.from;
  const rate = printQuantity((count / data.unitCount / span) * 1000, "Hz", 3);
  const text = `${spikes} of ${units} · mean ${rate} · rate in bins of ${printQuantity(view.bin, "ms")}`;
  if (view.cells === undefined) return text;
  const cell = `${printQuantity(span / view.cells.columns, "ms", 3)} × ${printQuantity(data.unitCount / view.cells.rows, "units", 3)}`;
  return `${text} · spikes are not drawn one by one but counted in cells of ${cell}, fuller colour where there are more`;
}

function rasterPanels(data: RasterData, series: readonly Series[], view: View, area: Area, theme: Theme): Panel[] {
  const height = Math.round((area.height - gap) * 0.7);
  const x: Scale = { from: view.from, to: view.to, range: [0, area.width] };
  // A row of half a unit on either side, so that unit 0 does not sit on the axis.
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

/** One path a shade; neighbouring cells of a row join into one run. */
function drawCells(
  group: Series,
  index: number,
  unitCount: number,
  { columns, rows }: Cells,
  x: Scale,
  height: number,
): Mark[] {
  const counts = new Uint32Array(columns * rows);
  let most = 1;
  for (let i = 0; i < group.times.length; i++) {
    const share = (group.times[i]! - x.from) / (x.to - x.from);
    const column = Math.min(columns - 1, Math.floor(share * columns));
    const row = rows - 1 - Math.floor((group.units[i]! / unitCount) * rows);
    const cell = row * columns + column;
    counts[cell] = counts[cell]! + 1;
    most = Math.max(most, counts[cell]!);
  }
  const wide = x.range[1] / columns;
  const high = height / rows;
  const paths: string[][] = Array.from({ length: shades }, () => []);
  // By the root of the count, so that one crowded cell does not wash out all others.
  const shadeOf = (count: number): number => (count === 0 ? -1 : Math.ceil(Math.sqrt(count / most) * shades) - 1);
  for (let row = 0; row < rows; row++) {
    for (let start = 0, column = 1; column <= columns; column++) {
      const shade = shadeOf(counts[row * columns + start]!);
      if (column < columns && shadeOf(counts[row * columns + column]!) === shade) continue;
      if (shade >= 0) {
        const middle = coordinate((row + 0.5) * high);
        paths[shade]!.push(`M${coordinate(start * wide)},${middle}H${coordinate(column * wide)}`);
      }
      start = column;
    }
  }
  return paths.map((path, shade) =>
    pathMark(`cells${index + 1}shade${shade + 1}`, path.join(""), {
      stroke: group.color,
      width: high,
      opacity: (shade + 1) / shades,
      cap: "butt",
    }),
  );
}

function ratePanel(
  data: RasterData,
  series: readonly Series[],
  view: View,
  x: Scale,
  height: number,
  theme: Theme,
): Omit<Panel, "top"> {
  const grouped = (data.groups ?? []).length > 0;
  const shown = series.filter((group) => !grouped || group.label !== undefined);
  const rates = shown.map((group) => binRates(group, view));
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

/** Mean rate of a unit in each bin, Hz; the last bin may be shorter than the others. */
function binRates(group: Series, view: View): number[] {
  const bins = Math.max(1, Math.ceil((view.to - view.from) / view.bin - 1e-9));
  const counts = new Array<number>(bins).fill(0);
  for (const time of group.times) {
    const index = Math.min(bins - 1, Math.floor((time - view.from) / view.bin));
    counts[index] = counts[index]! + 1;
  }
  const population = group.to - group.from;
  return counts.map((count, index) => {
    const width = Math.min(view.bin, view.to - view.from - index * view.bin);
    return (count / population / width) * 1000;
  });
}

function drawSteps(rates: readonly number[], view: View, x: Scale, y: Scale): string {
  let path = "";
  for (const [index, rate] of rates.entries()) {
    const height = coordinate(place(y, rate));
    const end = Math.min(view.to, view.from + (index + 1) * view.bin);
    path += `${index === 0 ? `M0,${height}` : `V${height}`}H${coordinate(place(x, end))}`;
  }
  return path;
}
