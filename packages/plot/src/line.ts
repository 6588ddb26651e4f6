import type { Mark } from "vega";
import {
  requireAscending,
  requireChoice,
  requireCount,
  requireFigure,
  requireGaps,
  requireNumber,
  requireObject,
  requireText,
} from "./checks.ts";
import type { FigureOptions, LineCurve, LineData, Numbers } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, spreadLabels } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate, place, type Scale, widen } from "./strokes.ts";

/**
 * Draws values against a quantity, such as a measure against a parameter, each curve with its spread as a band. A value
 * that is NaN leaves a gap.
 * @throws TypeError or RangeError that names the place, for positions that are not ascending, lists of other lengths,
 * infinite values, and fewer than 1 or more than 8 curves
 */
export function lineFigure(data: LineData, options: FigureOptions = {}): string {
  const where = "lineFigure";
  requireFigure(where, data, options);
  requireCount(`${where}.curves`, data.curves, 1, 8, "Draw more curves in a second figure.");
  requireText(`${where}.xTitle`, data.xTitle);
  requireText(`${where}.yTitle`, data.yTitle);
  if (data.spread !== undefined) requireText(`${where}.spread`, data.spread);
  requireChoice(`${where}.scale`, data.scale, ["linear", "log"]);
  for (const [k, curve] of data.curves.entries()) checkCurve(`${where}.curves[${k}]`, curve, data.scale === "log");
  const theme = themeOf(options);
  const widest = Math.max(...data.curves.map(({ label }) => measureText(label, 12)));
  const [first] = data.curves;
  const band = data.curves.some(({ low, draw }) => low && draw !== "points") && data.spread;
  return drawFigure(
    {
      kind: where,
      rightMargin: Math.max(24, 20 + Math.ceil(widest * 1.05)),
      ...(band && first && { legend: [{ label: band, sample: "area", paint: bandPaint(colorOf(first, 0, theme)) }] }),
      panels: (area) => [linePanel(data, area, theme)],
    },
    options,
  );
}

const colorOf = ({ color }: LineCurve, k: number, theme: Theme): string => theme.series[color ?? k]!;

const bandPaint = (color: string) => ({ fill: color, opacity: 0.2 });

function checkCurve(where: string, curve: LineCurve, logarithmic: boolean): void {
  requireObject(where, curve);
  requireText(`${where}.label`, curve.label);
  requireChoice(`${where}.draw`, curve.draw, ["line", "curve", "points"]);
  requireNumber(`${where}.color`, curve.color ?? 0, { least: 0, most: 7, whole: true, unit: "" });
  requireAscending(`${where}.x`, curve.x, "");
  requireCount(`${where}.x`, curve.x, 1, 100_000, "Give at least one position.");
  if (logarithmic && curve.x[0]! <= 0) {
    throw new RangeError(`${where}.x[0] must be above 0 on a logarithmic axis; received ${curve.x[0]}. Omit scale.`);
  }
  const { low, high, x } = curve;
  requireGaps(`${where}.y`, curve.y, x.length);
  if ((low === undefined) !== (high === undefined)) {
    throw new TypeError(`${where} must have low and high, or neither. Give both ends of the spread.`);
  }
  if (low) requireGaps(`${where}.low`, low, x.length);
  if (high) requireGaps(`${where}.high`, high, x.length);
}

/** The smallest and largest value that is not NaN. */
const extentOf = (lists: readonly Numbers[]): readonly [number, number] => {
  let [least, greatest] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let k = 0; k < list.length; k++) {
      if (Number.isNaN(list[k])) continue;
      least = Math.min(least, list[k]!);
      greatest = Math.max(greatest, list[k]!);
    }
  }
  return [least, greatest];
};

function linePanel({ curves, xTitle, yTitle, scale }: LineData, area: Area, theme: Theme): Panel {
  const logarithmic = scale === "log";
  const [first, last] = extentOf(curves.map(({ x }) => x));
  // On a logarithmic axis, the margins are factors.
  const [from, to] = logarithmic
    ? (widen(Math.log(first), Math.log(last), 0.02).map(Math.exp) as [number, number])
    : widen(first, last, 0.02);
  const x: Scale = { from, to, range: [0, area.width] };
  const heights = extentOf(curves.flatMap(({ y, low, high }) => [y, ...(low && high ? [low, high] : [])]));
  const [least, greatest] = widen(...heights);
  // The axis begins at 0 if all values are at least 0, as measures of spikes are.
  const y: Scale = { from: heights[0] >= 0 ? 0 : least, to: greatest, range: [area.height, 0] };
  const placing: Scale = logarithmic ? { ...x, from: Math.log(from), to: Math.log(to) } : x;
  const at = (value: number): string => coordinate(place(placing, logarithmic ? Math.log(value) : value));
  const up = (value: number): string => coordinate(place(y, value));
  const marks: Mark[] = [];
  for (const [k, curve] of curves.entries()) {
    const path = bandPath(curve, at, up);
    if (path !== "") marks.push(pathMark(`spread${k + 1}`, path, bandPaint(colorOf(curve, k, theme))));
  }
  for (const [k, curve] of curves.entries()) marks.push(...curveMarks(curve, k, at, up, theme));
  const ends = curves.map((curve) => place(y, lastValue(curve.y)));
  const places = spreadLabels(ends, 16, 6, area.height - 8);
  for (const [k, curve] of curves.entries()) {
    const color = colorOf(curve, k, theme);
    marks.push(textMark(curve.label, area.width + 8, places[k]!, { color, weight: 600 }));
  }
  return { top: area.top, height: area.height, x, logarithmic, y, xTitle, yTitle, marks };
}

const lastValue = (values: Numbers): number => {
  for (let k = values.length - 1; k >= 0; k--) if (!Number.isNaN(values[k])) return values[k]!;
  return 0;
};

/** Stretches of positions without NaN. */
const stretches = (lists: readonly Numbers[]): number[][] => {
  const found: number[][] = [[]];
  for (let k = 0; k < lists[0]!.length; k++) {
    if (lists.some((list) => Number.isNaN(list[k]))) found.push([]);
    else found[found.length - 1]!.push(k);
  }
  return found.filter(({ length }) => length > 0);
};

type Place = (value: number) => string;

const bandPath = ({ x, low, high, draw }: LineCurve, at: Place, up: Place): string => {
  if (!low || !high || draw === "points") return "";
  return stretches([low, high])
    .filter(({ length }) => length > 1)
    .map((indices) => {
      const top = indices.map((k) => `${at(x[k]!)},${up(high[k]!)}`);
      const bottom = indices.map((k) => `${at(x[k]!)},${up(low[k]!)}`).reverse();
      return `M${[...top, ...bottom].join("L")}Z`;
    })
    .join("");
};

/** Most positions of a line that get a dot each. */
const DOTS = 60;
/** Number of points from which they are drawn smaller. */
const CROWD = 300;

/** Path of a dot around the current point, with a radius in px. */
const dotOf = (r: number): string => `m${-r},0a${r},${r},0,1,0,${2 * r},0a${r},${r},0,1,0,${-2 * r},0`;

const curveMarks = (curve: LineCurve, k: number, at: Place, up: Place, theme: Theme): Mark[] => {
  const { x, y, low, high, draw } = curve;
  const color = colorOf(curve, k, theme);
  const isPoints = draw === "points";
  const dot = x.length > CROWD ? dotOf(1.3) : dotOf(3.2);
  const parts = stretches([y]);
  const line = parts.map((indices) => `M${indices.map((i) => `${at(x[i]!)},${up(y[i]!)}`).join("L")}`).join("");
  const dots = parts
    .flat()
    .map((i) => `M${at(x[i]!)},${up(y[i]!)}${dot}`)
    .join("");
  const bars =
    low && high
      ? parts
          .flat()
          .map((i) => `M${at(x[i]!)},${up(low[i]!)}V${up(high[i]!)}`)
          .join("")
      : "";
  return [
    ...(isPoints ? [] : [pathMark(`curve${k + 1}`, line, { stroke: color, width: 2 })]),
    // A single position has no band.
    ...((isPoints || x.length === 1) && bars !== ""
      ? [pathMark(`bars${k + 1}`, bars, { stroke: color, width: 1.4 })]
      : []),
    ...(isPoints || (draw !== "curve" && x.length <= DOTS) ? [pathMark(`dots${k + 1}`, dots, { fill: color })] : []),
  ];
};
