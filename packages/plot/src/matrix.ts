import type { Mark } from "vega";
import { requireCount, requireFigure, requireGaps, requireText } from "./checks.ts";
import type { FigureOptions, MatrixData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { BAR_ROOM, colorBar, colorOfShade, rangeOf, SHADES, shadeOf } from "./shades.ts";
import { coordinate, type Scale } from "./strokes.ts";

/** Longest side of the matrix, cells. */
const LONGEST = 400;

/**
 * Draws a matrix as a heat map with a bar of colours, such as a measure over two parameters. Cells with NaN are empty.
 * @throws TypeError or RangeError that names the place, for lists of other lengths, infinite values, and more than 400
 * rows or columns
 */
export function matrixFigure(data: MatrixData, options: FigureOptions = {}): string {
  const where = "matrixFigure";
  requireFigure(where, data, options);
  for (const name of ["columns", "rows"] as const) {
    requireCount(`${where}.${name}`, data[name], 1, LONGEST, "Draw a part of the matrix.");
    for (const [k, label] of data[name].entries())
      if (typeof label !== "number") requireText(`${where}.${name}[${k}]`, label);
  }
  for (const name of ["xTitle", "yTitle", "title"] as const) requireText(`${where}.${name}`, data[name]);
  requireGaps(`${where}.values`, data.values, data.columns.length * data.rows.length);
  const theme = themeOf(options);
  const widest = Math.max(...data.rows.map((label) => measureText(labelText(label), 12)));
  return drawFigure(
    {
      kind: where,
      leftMargin: Math.max(76, Math.ceil(widest) + 44),
      rightMargin: BAR_ROOM,
      panels: (area) => matrixPanels(data, area, theme),
    },
    { height: 560, width: 760, ...options },
  );
}

/** A label as text: a number with four digits. */
const labelText = (label: number | string): string =>
  typeof label === "number" ? `${Number(label.toPrecision(4))}` : label;

function matrixPanels(data: MatrixData, area: Area, theme: Theme): Panel[] {
  const { columns, rows, values, xTitle, yTitle, title } = data;
  const range = rangeOf(values);
  const wide = area.width / columns.length;
  const high = area.height / rows.length;
  const paths = Array.from({ length: SHADES }, () => "");
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < columns.length; column++) {
      const value = values[row * columns.length + column]!;
      if (Number.isNaN(value)) continue;
      const [left, right] = [column * wide, (column + 1) * wide].map(coordinate);
      const [top, bottom] = [area.height - (row + 1) * high, area.height - row * high].map(coordinate);
      paths[shadeOf(value, range)] += `M${left},${top}H${right}V${bottom}H${left}Z`;
    }
  }
  const marks: Mark[] = paths.flatMap((path, shade) =>
    path === "" ? [] : [pathMark(`shade${shade + 1}`, path, { fill: colorOfShade(shade) })],
  );
  marks.push(...labelsBelow(columns, wide, area.height, theme), ...labelsBeside(rows, high, area.height, theme));
  const x: Scale = { from: 0, to: columns.length, range: [0, area.width] };
  const y: Scale = { from: 0, to: rows.length, range: [area.height, 0] };
  // Titles in px: the labels are texts at the middle of the cells, not ticks of an axis.
  marks.push(textMark(xTitle, area.width / 2, area.height + 36, { color: theme.ink, align: "center" }));
  return [
    { top: area.top, height: area.height, x, y, yTicks: false, yTitle, marks },
    colorBar(title, range, area, theme),
  ];
}

/** Shows every n-th label, so that labels do not overlap. */
const everyNth = (room: number, size: number): number => Math.max(1, Math.ceil(size / room));

const labelsBelow = (labels: readonly (number | string)[], wide: number, height: number, theme: Theme): Mark[] => {
  const widest = Math.max(...labels.map((label) => measureText(labelText(label), 12))) + 10;
  const every = everyNth(wide, widest);
  return labels.flatMap((label, k) =>
    k % every === 0
      ? [textMark(labelText(label), (k + 0.5) * wide, height + 14, { color: theme.muted, align: "center" })]
      : [],
  );
};

const labelsBeside = (labels: readonly (number | string)[], high: number, height: number, theme: Theme): Mark[] => {
  const every = everyNth(high, 16);
  return labels.flatMap((label, k) =>
    k % every === 0
      ? [textMark(labelText(label), -8, height - (k + 0.5) * high, { color: theme.muted, align: "right" })]
      : [],
  );
};
