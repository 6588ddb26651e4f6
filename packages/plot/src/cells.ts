import type { Mark } from "vega";
import { pathMark } from "./panel.ts";
import type { Cells, Series } from "./series.ts";
import { coordinate, type Scale } from "./strokes.ts";

const shades = 6;

/** Spikes counted in cells: one path per shade. Neighbouring cells of a row and shade are drawn as one line. */
export function drawCells(
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
  // The square root of the count keeps sparse cells visible next to a crowded one.
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
