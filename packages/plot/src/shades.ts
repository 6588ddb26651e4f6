import type { Mark } from "vega";
import type { Numbers } from "./data.ts";
import type { Area } from "./figure.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate } from "./strokes.ts";

/** Number of colours, more than the eye tells apart in neighbouring cells. */
export const SHADES = 64;
/** Room that the bar of colours needs at the right of the panels, px. */
export const BAR_ROOM = 110;
const barWidth = 14;

/** The smallest and largest value that is not NaN; equal values are widened, so that they have a colour. */
export const rangeOf = (values: Numbers): readonly [number, number] => {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  if (known.length === 0) return [0, 1];
  const [least, greatest] = known.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)] as const, [
    Infinity,
    -Infinity,
  ] as readonly [number, number]);
  if (least < greatest) return [least, greatest];
  // Around the only value, but a scale of values of one sign, such as rates, keeps to that sign.
  return least === 0 ? [0, 1] : [Math.min(0, 2 * least), Math.max(0, 2 * least)];
};

const channels = (color: string): number[] => [1, 3, 5].map((k) => Number.parseInt(color.slice(k, k + 2), 16));

/**
 * The stops of the colours, whose lightness changes evenly: viridis of matplotlib 2 (Smith and van der Walt, CC0), which
 * readers with colour blindness can read too.
 */
const stops = [
  "#440154",
  "#482878",
  "#3e4989",
  "#31688e",
  "#26828e",
  "#1f9e89",
  "#35b779",
  "#6ece58",
  "#b5de2b",
  "#fde725",
];

/** The colour with a number. */
export const colorOfShade = (shade: number): string => colorOf((shade + 0.5) / SHADES);

/** The colour of a fraction from 0 to 1. */
const colorOf = (fraction: number): string => {
  const at = Math.min(stops.length - 1.000001, Math.max(0, fraction * (stops.length - 1)));
  const [from, to] = [channels(stops[Math.floor(at)]!), channels(stops[Math.floor(at) + 1]!)];
  const mixed = from.map((value, k) => Math.round(value + (to[k]! - value) * (at % 1)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
};

/** The number of the colour of a value. */
export const shadeOf = (value: number, [least, greatest]: readonly [number, number]): number =>
  Math.min(SHADES - 1, Math.floor(((value - least) / (greatest - least)) * SHADES));

/** The bar of colours at the right of an area, with its title above. */
export const colorBar = (title: string, range: readonly [number, number], area: Area, theme: Theme): Panel => ({
  top: area.top,
  left: area.width + 34,
  height: area.height,
  x: { from: 0, to: 1, range: [0, barWidth] },
  y: { from: range[0], to: range[1], range: [area.height, 0] },
  marks: barMarks(area.height, title, theme),
});

const barMarks = (height: number, title: string, theme: Theme): Mark[] => {
  const step = height / SHADES;
  const shades = Array.from({ length: SHADES }, (_, shade) => {
    const [top, bottom] = [Math.max(0, height - (shade + 1) * step - 0.3), height - shade * step].map(coordinate);
    return pathMark(`bar${shade + 1}`, `M0,${top}H${barWidth}V${bottom}H0Z`, { fill: colorOfShade(shade) });
  });
  return [...shades, textMark(title, barWidth, -15, { color: theme.ink, align: "center" })];
};

/** A rectangle of cells, row by row from the top; NaN leaves a cell empty. */
export interface ShadedCells {
  readonly columns: number;
  readonly rows: number;
  readonly values: ArrayLike<number>;
  /** Corner of the rectangle, px. */
  readonly left: number;
  readonly top: number;
  /** Sides of a cell, px. */
  readonly wide: number;
  readonly high: number;
}

/** Rectangles of cells of one height, one path per colour. Neighbouring cells of a row and colour are drawn as one line. */
export const shadedCells = (rectangles: readonly ShadedCells[], range: readonly [number, number]): Mark[] => {
  const paths = Array.from({ length: SHADES }, (): string[] => []);
  for (const { columns, rows, values, left, top, wide, high } of rectangles) {
    for (let row = 0; row < rows; row++) {
      const middle = coordinate(top + (row + 0.5) * high);
      const shadeAt = (column: number): number => {
        const value = values[row * columns + column]!;
        return Number.isNaN(value) ? -1 : Math.max(0, shadeOf(value, range));
      };
      for (let start = 0, column = 1; column <= columns; column++) {
        const shade = shadeAt(start);
        if (column < columns && shadeAt(column) === shade) continue;
        if (shade >= 0) {
          paths[shade]!.push(`M${coordinate(left + start * wide)},${middle}H${coordinate(left + column * wide)}`);
        }
        start = column;
      }
    }
  }
  // A little more than the height of a row, because the edges of neighbours are drawn half transparent.
  const width = (rectangles[0]?.high ?? 1) + 0.3;
  return paths.flatMap((path, shade) => {
    if (path.length === 0) return [];
    return [pathMark(`shade${shade + 1}`, path.join(""), { stroke: colorOfShade(shade), width, cap: "butt" })];
  });
};
