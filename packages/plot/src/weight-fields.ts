import type { WeightFields } from "./data.ts";
import type { Area } from "./figure.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark } from "./panel.ts";
import { colorBar, rangeOf, shadedCells } from "./shades.ts";
import { coordinate } from "./strokes.ts";

/** Space between two images, px. */
const GAP = 3;
/** Largest side of a pixel, px. */
const LARGEST = 12;

/** The weights from each source unit to each drawn target unit, one image after the other; NaN for no synapse. */
export function pickFields(
  { sources, targets, weights, sourceCount }: WeightFields,
  units: readonly number[],
): Float64Array {
  const places = new Map(units.map((unit, k) => [unit, k]));
  const images = new Float64Array(units.length * sourceCount).fill(Number.NaN);
  for (let k = 0; k < weights.length; k++) {
    const image = places.get(targets[k]!);
    if (image === undefined) continue;
    const at = image * sourceCount + sources[k]!;
    // Several synapses of a pair act together.
    images[at] = (Number.isNaN(images[at]) ? 0 : images[at]!) + weights[k]!;
  }
  return images;
}

/** Columns of images, and the sides of an image, px. A pixel is a whole number of px if there is room for one. */
const gridOf = ({ shape: [rows, columns], columns: asked }: WeightFields, count: number, room: number) => {
  const across = Math.min(count, asked ?? Math.ceil(Math.sqrt((count * rows) / columns)));
  const fit = ((room + GAP) / across - GAP) / columns;
  const pixel = fit >= 1 ? Math.min(LARGEST, Math.floor(fit)) : fit;
  return { across, down: Math.ceil(count / across), pixel };
};

/** Sides of the panel that shows all images with at most a width, px. */
export function fieldSides(data: WeightFields, count: number, room: number): readonly [width: number, height: number] {
  const { across, down, pixel } = gridOf(data, count, room);
  const [rows, columns] = data.shape;
  return [across * (columns * pixel + GAP) - GAP, down * (rows * pixel + GAP) - GAP];
}

export function fieldPanels(
  data: WeightFields,
  units: readonly number[],
  images: Float64Array,
  title: string,
  area: Area,
  theme: Theme,
): Panel[] {
  const [rows, columns] = data.shape;
  const { across, down, pixel: fit } = gridOf(data, units.length, area.width);
  const pixel = Math.min(fit, ((area.height + GAP) / down - GAP) / rows);
  const [wide, high] = [columns * pixel, rows * pixel];
  const range = rangeOf(images);
  const cells = units.map((_, k) => ({
    columns,
    rows,
    values: images.subarray(k * rows * columns, (k + 1) * rows * columns),
    left: (k % across) * (wide + GAP),
    top: Math.floor(k / across) * (high + GAP),
    wide: pixel,
    high: pixel,
  }));
  const ground = cells.map(({ left, top }) => {
    const [x, y] = [coordinate(left), coordinate(top)];
    return `M${x},${y}h${coordinate(wide)}v${coordinate(high)}H${x}Z`;
  });
  const used = { ...area, height: down * (high + GAP) - GAP, width: across * (wide + GAP) - GAP };
  const panel: Panel = {
    top: area.top,
    height: used.height,
    x: { from: 0, to: 1, range: [0, used.width] },
    y: { from: 0, to: 1, range: [used.height, 0] },
    bare: true,
    marks: [pathMark("ground", ground.join(""), { fill: theme.shade }), ...shadedCells(cells, range)],
  };
  return [panel, colorBar(title, range, used, theme)];
}
