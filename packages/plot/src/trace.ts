import type { Mark } from "vega";
import {
  requireAlong,
  requireAscending,
  requireCount,
  requireFigure,
  requireNumber,
  requireObject,
  requireText,
  requireTimes,
} from "./checks.ts";
import type { FigureOptions, Numbers, TraceData, TraceUnit } from "./data.ts";
import { type Area, drawFigure, type LegendEntry } from "./figure.ts";
import { measureText, printCount, printQuantity, spreadLabels } from "./lettering.ts";
import type { Theme } from "./palette.ts";
import { themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import {
  coordinate,
  drawBands,
  drawStrokes,
  drawTrace,
  extent,
  place,
  type Scale,
  widen,
  windowOf,
} from "./strokes.ts";

const gap = 14;
/** Height at the top of a panel for the strokes of the spikes, px. */
const spikeRoom = 22;

/**
 * Draws the membrane potential of a few units (mV) over time (ms), one panel per unit, with threshold, reset potential,
 * refractory periods and spikes, and the input current (pA) below if given.
 *
 * Spikes are strokes above the trace, which mark the time but not a voltage. Spikes outside the sampled times are
 * neither drawn nor counted. Long traces are decimated to the first, smallest, largest and last sample of each pixel
 * column, which looks the same and loses no spike.
 * @throws TypeError or RangeError that names the place, for data that is not finite, not ascending or of unequal length
 */
export function traceFigure(data: TraceData, options: FigureOptions = {}): string {
  requireFigure("traceFigure", data, options);
  checkTrace(data);
  const theme = themeOf(options);
  const first = data.time[0]!;
  const last = data.time[data.time.length - 1]!;
  const count = data.units.reduce((sum, unit) => {
    const [start, end] = windowOf(unit.spikes ?? [], first, last);
    return sum + end - start;
  }, 0);
  const spiking = data.units.some((unit) => unit.spikes !== undefined);
  const spikes = count === 0 ? "no spikes" : `${printCount(count)} ${count === 1 ? "spike" : "spikes"}`;
  return drawFigure(
    {
      kind: "traceFigure",
      ...(spiking ? { subtitle: spikes } : {}),
      legend: traceLegend(data, theme),
      rightMargin: marginOf(data.units),
      panels: (area) => tracePanels(data, area, theme),
    },
    options,
  );
}

function checkTrace(data: TraceData): void {
  const where = "traceFigure";
  requireTimes(`${where}.time`, data.time);
  requireCount(`${where}.units`, data.units, 1, 6, "Choose a few units; a raster figure shows many.");
  const along = `${where}.time`;
  const count = data.time.length;
  for (const [index, unit] of data.units.entries()) {
    const path = `${where}.units[${index}]`;
    requireObject(path, unit);
    if (unit.label !== undefined) requireText(`${path}.label`, unit.label);
    requireAlong(`${path}.potential`, unit.potential, "mV", count, along);
    if (unit.spikes !== undefined) requireAscending(`${path}.spikes`, unit.spikes, "ms");
    if (typeof unit.threshold === "number") requireNumber(`${path}.threshold`, unit.threshold, { unit: "mV" });
    else if (unit.threshold !== undefined) requireAlong(`${path}.threshold`, unit.threshold, "mV", count, along);
    if (unit.reset !== undefined) requireNumber(`${path}.reset`, unit.reset, { unit: "mV" });
    if (unit.refractory === undefined) continue;
    requireNumber(`${path}.refractory`, unit.refractory, { least: 0, unit: "ms" });
    if (unit.spikes !== undefined) continue;
    throw new RangeError(`${path}.refractory needs spikes; received only ${unit.refractory} ms. Give the spike times.`);
  }
  if (data.current !== undefined) requireAlong(`${where}.current`, data.current, "pA", count, along);
}

function traceLegend(data: TraceData, theme: Theme): LegendEntry[] {
  const entries: LegendEntry[] = [{ label: "potential", sample: "line", paint: potentialPaint(theme) }];
  const some = (holds: (unit: TraceUnit) => boolean): boolean => data.units.some(holds);
  if (some((unit) => unit.spikes !== undefined))
    entries.push({ label: "spike", sample: "strokes", paint: spikePaint(theme) });
  if (some((unit) => unit.threshold !== undefined))
    entries.push({ label: "threshold", sample: "line", paint: thresholdPaint(theme) });
  if (some((unit) => unit.reset !== undefined))
    entries.push({ label: "reset", sample: "line", paint: resetPaint(theme) });
  if (some((unit) => (unit.refractory ?? 0) > 0))
    entries.push({ label: "refractory", sample: "area", paint: { fill: theme.shade, stroke: theme.grid, width: 1 } });
  return entries;
}

const potentialPaint = (theme: Theme) => ({ stroke: theme.series[0]!, width: 1.5 });
const spikePaint = (theme: Theme) => ({ stroke: theme.ink, width: 1.6 });
const thresholdPaint = (theme: Theme) => ({ stroke: theme.series[1]!, width: 1.4, dash: [6, 3] });
const resetPaint = (theme: Theme) => ({ stroke: theme.series[2]!, width: 1.4, dash: [2, 3] });

/** Labels in the margin: their text and the value, mV, at which they are placed. */
function marginLabels(
  unit: TraceUnit,
): { readonly text: string; readonly value: number; readonly of: "threshold" | "reset" }[] {
  const labels: { text: string; value: number; of: "threshold" | "reset" }[] = [];
  if (typeof unit.threshold === "number")
    labels.push({ text: printQuantity(unit.threshold, "mV"), value: unit.threshold, of: "threshold" });
  if (unit.reset !== undefined) labels.push({ text: printQuantity(unit.reset, "mV"), value: unit.reset, of: "reset" });
  return labels;
}

function marginOf(units: readonly TraceUnit[]): number {
  const texts = units.flatMap((unit) => [unit.label ?? "", ...marginLabels(unit).map((label) => label.text)]);
  return Math.max(24, 18 + Math.ceil(Math.max(...texts.map((text) => measureText(text, 12)))));
}

function tracePanels(data: TraceData, area: Area, theme: Theme): Panel[] {
  const time = data.time;
  const x: Scale = { from: time[0]!, to: time[time.length - 1]!, range: [0, area.width] };
  const last = data.current === undefined ? data.units.length - 1 : -1;
  const currentHeight = data.current === undefined ? 0 : Math.max(54, Math.round(area.height * 0.22));
  const room = area.height - (data.current === undefined ? 0 : currentHeight + gap);
  const height = Math.floor((room - gap * (data.units.length - 1)) / data.units.length);
  const panels = data.units.map((unit, index) => {
    const top = area.top + index * (height + gap);
    const title = index === last ? { xTitle: "Time (ms)" } : {};
    return { ...unitPanel(time, unit, x, height, theme), top, ...title };
  });
  if (data.current === undefined) return panels;
  const y: Scale = scaleOf(widen(...extent(data.current)), currentHeight, 2);
  const current = pathMark("current", drawTrace(time, data.current, x, y), { stroke: theme.muted, width: 1.3 });
  const top = area.top + area.height - currentHeight;
  return [
    ...panels,
    { top, height: currentHeight, x, y, xTitle: "Time (ms)", yTitle: "Current (pA)", marks: [current] },
  ];
}

/** A vertical scale over a height, with `above` px free at the top. */
export function scaleOf(domain: readonly [number, number], height: number, above: number): Scale {
  return { from: domain[0], to: domain[1], range: [height, above] };
}

function unitPanel(time: Numbers, unit: TraceUnit, x: Scale, height: number, theme: Theme): Panel {
  const y = scaleOf(domainOf(unit), height, unit.spikes === undefined ? 2 : Math.min(spikeRoom, height * 0.3));
  const marks: Mark[] = [];
  const across = (value: number): string => `M0,${coordinate(place(y, value))}H${x.range[1]}`;
  if (unit.spikes !== undefined && (unit.refractory ?? 0) > 0) {
    const bands = drawBands(unit.spikes, { before: 0, after: unit.refractory! }, x, height);
    marks.push(pathMark("refractory", bands, { fill: theme.shade }));
  }
  if (unit.reset !== undefined) marks.push(pathMark("reset", across(unit.reset), resetPaint(theme)));
  marks.push(pathMark("potential", drawTrace(time, unit.potential, x, y), potentialPaint(theme)));
  if (unit.threshold !== undefined) {
    const level = unit.threshold;
    const path = typeof level === "number" ? across(level) : drawTrace(time, level, x, y);
    marks.push(pathMark("threshold", path, thresholdPaint(theme)));
  }
  if (unit.spikes !== undefined) {
    marks.push(pathMark("spikes", drawStrokes(unit.spikes, x, 2, y.range[1] - 4), spikePaint(theme)));
  }
  const labels = marginLabels(unit);
  const places = spreadLabels(
    labels.map((label) => place(y, label.value)),
    14,
    unit.label === undefined ? 6 : 22,
    height - 4,
  );
  for (const [index, label] of labels.entries()) {
    const color = label.of === "threshold" ? theme.series[1]! : theme.series[2]!;
    marks.push(textMark(label.text, x.range[1] + 6, places[index]!, { color }));
  }
  if (unit.label !== undefined) marks.push(textMark(unit.label, x.range[1] + 6, 6, { color: theme.ink, weight: 600 }));
  return { top: 0, height, x, y, yTitle: "Potential (mV)", marks };
}

function domainOf(unit: TraceUnit): readonly [number, number] {
  const bounds = [...extent(unit.potential)];
  if (typeof unit.threshold === "number") bounds.push(unit.threshold);
  else if (unit.threshold !== undefined) bounds.push(...extent(unit.threshold));
  if (unit.reset !== undefined) bounds.push(unit.reset);
  return widen(Math.min(...bounds), Math.max(...bounds));
}
