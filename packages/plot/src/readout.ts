import { requireAlong, requireCount, requireFigure, requireObject, requireText, requireTimes } from "./checks.ts";
import type { FigureOptions, ReadoutCurves, ReadoutData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { drawTrace, extent, type Scale, widen } from "./strokes.ts";
import { scaleOf } from "./trace.ts";

const gap = 14;
const MOST_PANELS = 6;
const MOST_CURVES = 7;

/**
 * Draws read-outs over time, one panel each: a rate in Hz, a potential in mV or any other number, with one curve per
 * unit or one for their mean. All panels share the longest time range. Long curves are decimated as in `traceFigure`.
 * @throws TypeError or RangeError that names the place, for data that is not finite, not ascending or of unequal length
 */
export function readoutFigure(data: ReadoutData, options: FigureOptions = {}): string {
  requireFigure("readoutFigure", data, options);
  const where = "readoutFigure";
  requireCount(`${where}.readouts`, data.readouts, 1, MOST_PANELS, "Choose a few of them.");
  for (const [index, readout] of data.readouts.entries()) {
    const path = `${where}.readouts[${index}]`;
    requireObject(path, readout);
    const { label, unit, time, curves } = readout;
    requireText(`${path}.label`, label);
    requireText(`${path}.unit`, unit);
    requireTimes(`${path}.time`, time);
    requireCount(`${path}.curves`, curves, 1, MOST_CURVES, "Choose a few units.");
    for (const [k, curve] of curves.entries()) {
      const own = `${path}.curves[${k}]`;
      requireObject(own, curve);
      requireText(`${own}.label`, curve.label);
      requireAlong(`${own}.values`, curve.values, unit, time.length, `${path}.time`);
    }
  }
  const theme = themeOf(options);
  const labels = data.readouts.flatMap(({ curves }) => curves.map(({ label }) => label));
  const rightMargin = Math.max(24, 18 + Math.ceil(Math.max(...labels.map((label) => measureText(label, 12)))));
  return drawFigure({ kind: where, rightMargin, panels: (area) => panelsOf(data.readouts, area, theme) }, options);
}

function panelsOf(readouts: readonly ReadoutCurves[], area: Area, theme: Theme): Panel[] {
  const starts = readouts.map(({ time }) => time[0]!);
  const ends = readouts.map(({ time }) => time[time.length - 1]!);
  const x: Scale = { from: Math.min(...starts), to: Math.max(...ends), range: [0, area.width] };
  const height = Math.floor((area.height - gap * (readouts.length - 1)) / readouts.length);
  return readouts.map((readout, index) => ({
    ...panelOf(readout, x, height, theme),
    top: area.top + index * (height + gap),
    ...(index === readouts.length - 1 && { xTitle: "Time (ms)" }),
  }));
}

function panelOf({ label, unit, time, curves }: ReadoutCurves, x: Scale, height: number, theme: Theme): Panel {
  const bounds = curves.flatMap(({ values }) => extent(values));
  const y = scaleOf(widen(Math.min(...bounds), Math.max(...bounds)), height, 2);
  // The names of many curves beside a low panel end before those of the next panel.
  const line = Math.min(16, (height + gap / 2) / curves.length);
  const size = Math.min(12, line);
  const marks = curves.flatMap((curve, k) => {
    const color = theme.series[k]!;
    const path = pathMark(`curve ${k}`, drawTrace(time, curve.values, x, y), { stroke: color, width: 1.5 });
    return [path, textMark(curve.label, x.range[1] + 6, 6 + line * k, { color, size })];
  });
  return { top: 0, height, x, y, yTitle: unit === "" ? label : `${label} (${unit})`, marks };
}
