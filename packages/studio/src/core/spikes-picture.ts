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

/** Draws the spikes of one band. Returns the number of drawn spikes. `dot` is the least size of a spike in pixels. */
export const drawBand = (
  { pixels, width, height }: Picture,
  spikes: Pick<SpikeStore, "steps" | "units" | "count">,
  band: Band,
  { from, to, until = to, top, bottom }: Part,
  colour: number,
  dot: number,
): number => {
  const { steps, units, count } = spikes;
  const first = firstAbove(steps, count, from);
  const last = firstAbove(steps, count, until);
  const perStep = width / (to - from);
  const perUnit = ((band.bottom - band.top) / band.units) * (height / (bottom - top));
  const offset = (band.top - top) * (height / (bottom - top));
  const tall = Math.max(1, Math.min(4 * dot, Math.floor(perUnit * 0.75) || 1));
  const crowded = last - first > 0.2 * width * height;
  const across = crowded ? 1 : dot;
  const down = crowded ? 1 : Math.max(dot, tall);
  const highest = height - down;
  const furthest = width - across;
  for (let k = first; k < last; k++) {
    let y = (offset + (units[k]! + 0.5) * perUnit - down / 2) | 0;
    if (y < 0 || y > highest) {
      if (y < -down || y > height) continue;
      y = y < 0 ? 0 : highest;
    }
    let x = ((steps[k]! - from) * perStep) | 0;
    if (x > furthest) x = furthest;
    let at = y * width + x;
    if (across === 1 && down === 1) pixels[at] = colour;
    else {
      for (let row = 0; row < down; row++) {
        for (let column = 0; column < across; column++) pixels[at + column] = colour;
        at += width;
      }
    }
  }
  return last - first;
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
