import type { Data, Mark, SymbolShape } from "vega";
import {
  requireAlong,
  requireAscending,
  requireCount,
  requireFigure,
  requireNumber,
  requireObject,
  requireText,
} from "./checks.ts";
import type { FigureOptions, FrequencyCurve, FrequencyData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, printQuantity, spreadLabels } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, rimmedText, textMark } from "./panel.ts";
import { coordinate, place, type Scale, widen } from "./strokes.ts";

/** One shape per curve, so that curves differ not only in colour. */
const shapes: readonly SymbolShape[] = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "cross",
  "triangle-right",
];

/**
 * Draws f–I curves: firing rate (Hz) against current (pA). Each curve is labelled at its end, and its rheobase is
 * marked if given.
 * @throws TypeError or RangeError that names the place, for currents that are not ascending, negative rates, values
 * that are not finite, and fewer than 1 or more than 7 curves
 */
export function frequencyFigure(data: FrequencyData, options: FigureOptions = {}): string {
  requireFigure("frequencyFigure", data, options);
  checkFrequency(data);
  const theme = themeOf(options);
  const widest = Math.max(...data.curves.map((curve) => measureText(curve.label, 12)));
  return drawFigure(
    {
      kind: "frequencyFigure",
      rightMargin: Math.max(24, 20 + Math.ceil(widest * 1.05)),
      panels: (area) => [frequencyPanel(data.curves, area, theme)],
    },
    options,
  );
}

function checkFrequency(data: FrequencyData): void {
  const where = "frequencyFigure.curves";
  requireCount(where, data.curves, 1, 7, "Draw more curves in a second figure.");
  for (const [index, curve] of data.curves.entries()) {
    const path = `${where}[${index}]`;
    requireObject(path, curve);
    requireText(`${path}.label`, curve.label);
    requireAscending(`${path}.current`, curve.current, "pA");
    requireCount(`${path}.current`, curve.current, 1, 100_000, "Give at least one current.");
    requireAlong(`${path}.rate`, curve.rate, "Hz", curve.current.length, `${path}.current`);
    for (let i = 0; i < curve.rate.length; i++) {
      requireNumber(`${path}.rate[${i}]`, curve.rate[i]!, { least: 0, unit: "Hz" });
    }
    if (curve.rheobase !== undefined) requireNumber(`${path}.rheobase`, curve.rheobase, { unit: "pA" });
  }
}

function frequencyPanel(curves: readonly FrequencyCurve[], area: Area, theme: Theme): Panel {
  const currents = curves.flatMap((curve) => [
    curve.current[0]!,
    curve.current[curve.current.length - 1]!,
    ...(curve.rheobase === undefined ? [] : [curve.rheobase]),
  ]);
  const highest = curves.reduce((high, curve) => {
    let most = high;
    for (let i = 0; i < curve.rate.length; i++) most = Math.max(most, curve.rate[i]!);
    return most;
  }, 0);
  const bounds = widen(Math.min(...currents), Math.max(...currents), 0.02);
  const x: Scale = { from: bounds[0], to: bounds[1], range: [0, area.width] };
  const y: Scale = { from: 0, to: highest > 0 ? highest * 1.08 : 1, range: [area.height, 0] };
  const marks: Mark[] = [];
  for (const [index, curve] of curves.entries()) marks.push(...drawRheobase(curve, index, x, area.height, theme));
  for (const [index, curve] of curves.entries()) marks.push(...drawCurve(curve, index, x, y, theme));
  const ends = curves.map((curve) => place(y, curve.rate[curve.rate.length - 1]!));
  const places = spreadLabels(ends, 16, 6, area.height - 8);
  for (const [index, curve] of curves.entries()) {
    const lettering = { color: theme.series[index]!, weight: 600 } as const;
    marks.push(textMark(curve.label, area.width + 8, places[index]!, lettering));
  }
  return {
    top: area.top,
    height: area.height,
    x,
    y,
    xTitle: "Current (pA)",
    yTitle: "Rate (Hz)",
    data: curves.map(pointsOf),
    marks,
  };
}

function drawCurve(curve: FrequencyCurve, index: number, x: Scale, y: Scale, theme: Theme): Mark[] {
  const color = theme.series[index]!;
  let path = "";
  for (let i = 0; i < curve.current.length; i++) {
    const point = `${coordinate(place(x, curve.current[i]!))},${coordinate(place(y, curve.rate[i]!))}`;
    path += `${i === 0 ? "M" : "L"}${point}`;
  }
  const line = pathMark(`curve${index + 1}`, path, { stroke: color, width: 2 });
  if (!spaced(curve, x)) return [line];
  const symbols: Mark = {
    type: "symbol",
    name: `symbols${index + 1}`,
    from: { data: pointsName(index) },
    aria: false,
    encode: {
      enter: {
        x: { scale: "x", field: "current" },
        y: { scale: "y", field: "rate" },
        shape: { value: shapes[index]! },
        size: { value: 48 },
        fill: { value: color },
        stroke: { value: theme.background },
        strokeWidth: { value: 1 },
      },
    },
  };
  return [line, symbols];
}

const pointsName = (index: number): string => `points${index + 1}`;

/** Whether the distance of the markers is large enough not to hide the line. */
function spaced(curve: FrequencyCurve, x: Scale): boolean {
  const count = curve.current.length;
  const span = place(x, curve.current[count - 1]!) - place(x, curve.current[0]!);
  return count === 1 || span / (count - 1) >= 11;
}

function pointsOf(curve: FrequencyCurve, index: number): Data {
  const values = Array.from({ length: curve.current.length }, (_, i) => ({
    current: curve.current[i]!,
    rate: curve.rate[i]!,
  }));
  return { name: pointsName(index), values };
}

/** A dotted line from the rheobase to its label. The labels are below each other and do not overlap. */
function drawRheobase(curve: FrequencyCurve, index: number, x: Scale, height: number, theme: Theme): Mark[] {
  if (curve.rheobase === undefined) return [];
  const at = place(x, curve.rheobase);
  const color = theme.series[index]!;
  const level = 8 + 17 * index;
  const text = `rheobase ${printQuantity(curve.rheobase, "pA")}`;
  const left = at < x.range[1] * 0.75;
  const arrow = `M${coordinate(at)},${coordinate(height)}l-5,-9h10Z`;
  return [
    pathMark(`rheobase${index + 1}`, `M${coordinate(at)},${coordinate(height)}V${coordinate(level - 6)}`, {
      stroke: color,
      width: 1.4,
      dash: [2, 4],
    }),
    pathMark(`rheobaseArrow${index + 1}`, arrow, { fill: color }),
    ...rimmedText(text, at + (left ? 8 : -8), level, { color, align: left ? "left" : "right" }, theme),
  ];
}
