import { firstAbove, type SpikeStore } from "./spikes.ts";

/* Rasters of spikes as pixels. */

/** A band of a raster: the units of one population. */
export interface Band {
  readonly name: string;
  readonly units: number;
  /** Borders, as shares of the whole raster. */
  readonly top: number;
  readonly bottom: number;
}

/** Least share of the height that a population gets, so that small ones stay visible. */
const leastShare = 0.06;

/** Stacks populations, with heights in proportion to their units. */
export const bandsOf = (populations: readonly { readonly name: string; readonly units: number }[]): readonly Band[] => {
  const total = populations.reduce((sum, { units }) => sum + units, 0);
  const shares = populations.map(({ units }) => Math.max(leastShare, units / total));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let top = 0;
  return populations.map(({ name, units }, k) => {
    const bottom = k === populations.length - 1 ? 1 : top + shares[k]! / whole;
    const band = { name, units, top, bottom };
    top = bottom;
    return band;
  });
};

/** The part of a raster that is shown: steps after `from` up to `to`, and shares of its height. */
export interface Part {
  readonly from: number;
  readonly to: number;
  /** The last step whose spikes are drawn. Default: `to`. */
  readonly until?: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Picture {
  /** Colours of pixels, row by row, as the words of ImageData. */
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The columns of a picture. They are counted from the start of the run, so that a picture of a later time has the same
 * columns, further to the left.
 */
export interface Columns {
  /** Pixels per step. */
  readonly perStep: number;
  /** The first column that is shown. */
  readonly origin: number;
}

/** Rounding errors of a product of a step and the pixels per step. */
const rounding = 1e-6;

/** The column of a spike. The steps after the left border of a column up to its right border belong to it. */
export const columnOf = (step: number, perStep: number): number => Math.ceil(step * perStep - rounding) - 1;

/** The columns that show the steps after `from` up to `to`. */
export const columnsOf = ({ from, to }: Pick<Part, "from" | "to">, width: number): Columns => {
  // The length of a window that moves has rounding errors, which must not change the scale.
  const perStep = width / Number((to - from).toPrecision(9));
  return { perStep, origin: columnOf(to, perStep) + 1 - width };
};

/** How the spikes of a band are drawn. */
export interface Marks {
  readonly colour: number;
  /** Size of a spike, pixels. It extends to the left of its column. */
  readonly across: number;
  readonly down: number;
}

/** Indices of the first spike that is shown, and of the one after the last. */
export const shownSpikes = (
  { steps, count }: Pick<SpikeStore, "steps" | "count">,
  { perStep, origin }: Columns,
  until: number,
): readonly [number, number] => [
  firstAbove(steps, count, (origin + rounding) / perStep),
  firstAbove(steps, count, until),
];

/** The size of the spikes of a band: single pixels if they are many. */
export const marksOf = (
  { width, height }: Pick<Picture, "width" | "height">,
  count: number,
  band: Band,
  { top, bottom }: Pick<Part, "top" | "bottom">,
  colour: number,
  dot: number,
): Marks => {
  if (count > 0.2 * width * height) return { colour, across: 1, down: 1 };
  const perUnit = ((band.bottom - band.top) / band.units) * (height / (bottom - top));
  const tall = Math.max(1, Math.min(4 * dot, Math.floor(perUnit * 0.75) || 1));
  return { colour, across: dot, down: Math.max(dot, tall) };
};

/** Draws spikes from an index on, up to another one. Only columns from `left` on change, counted from the border. */
export const drawSpikes = (
  { pixels, width, height }: Picture,
  { steps, units }: Pick<SpikeStore, "steps" | "units">,
  [first, last]: readonly [number, number],
  band: Band,
  { top, bottom }: Pick<Part, "top" | "bottom">,
  { perStep, origin }: Columns,
  { colour, across, down }: Marks,
  left = 0,
): void => {
  const perUnit = ((band.bottom - band.top) / band.units) * (height / (bottom - top));
  const offset = (band.top - top) * (height / (bottom - top)) + 0.5 * perUnit - down / 2;
  const highest = height - down;
  const isPoint = across === 1 && down === 1;
  const start = 1 + origin;
  for (let k = first; k < last; k++) {
    let y = (offset + units[k]! * perUnit) | 0;
    if (y < 0 || y > highest) {
      if (y < -down || y > height) continue;
      y = y < 0 ? 0 : highest;
    }
    const x = Math.ceil(steps[k]! * perStep - rounding) - start;
    if (x < left || x >= width) continue;
    let at = y * width;
    if (isPoint) pixels[at + x] = colour;
    else {
      const begin = Math.max(left, x + 1 - across);
      for (let row = 0; row < down; row++) {
        for (let column = begin; column <= x; column++) pixels[at + column] = colour;
        at += width;
      }
    }
  }
};

/** Draws the spikes of one band. Returns the number of drawn spikes. `dot` is the least size of a spike in pixels. */
export const drawBand = (
  picture: Picture,
  spikes: Pick<SpikeStore, "steps" | "units" | "count">,
  band: Band,
  part: Part,
  colour: number,
  dot: number,
): number => {
  const columns = columnsOf(part, picture.width);
  const shown = shownSpikes(spikes, columns, part.until ?? part.to);
  const count = shown[1] - shown[0];
  drawSpikes(picture, spikes, shown, band, part, columns, marksOf(picture, count, band, part, colour, dot));
  return count;
};

/** The population and the unit at a share of the height of a raster. */
export const unitAt = (
  bands: readonly Band[],
  share: number,
): { readonly band: Band; readonly unit: number } | undefined => {
  const band = bands.find(({ top, bottom }) => share >= top && share < bottom);
  if (!band) return undefined;
  return { band, unit: Math.floor(((share - band.top) / (band.bottom - band.top)) * band.units) };
};
