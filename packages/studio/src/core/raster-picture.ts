import type { SpikeStore } from "./spikes.ts";
import {
  type Band,
  type Columns,
  columnOf,
  columnsOf,
  drawSpikes,
  type Marks,
  marksOf,
  type Part,
  type Picture,
  shownSpikes,
} from "./spikes-picture.ts";

/*
 * The picture of a raster. While the run goes on, the picture moves to the left, and only the columns with new spikes are
 * drawn: a million spikes on the screen then cost as much as a thousand.
 */

/** The spikes of one band in one run. */
export interface RasterLayer {
  readonly spikes: SpikeStore;
  readonly band: Band;
  readonly colour: number;
  /** The last step that is drawn. */
  readonly until: number;
  /** Its time step, as a multiple of that of the scene. */
  readonly stretch: number;
}

export interface RasterScene extends Pick<Part, "from" | "to" | "top" | "bottom"> {
  readonly width: number;
  readonly height: number;
  readonly paper: number;
  /** Colour of the lines between bands, and their rows. */
  readonly line: number;
  readonly lines: readonly number[];
  /** Least size of a spike, pixels. */
  readonly dot: number;
  /** From the lowest to the topmost. */
  readonly layers: readonly RasterLayer[];
}

/** What a picture shows. A scene that differs in nothing but its time continues the picture. */
interface Shown {
  readonly scene: RasterScene;
  readonly columns: Columns;
  readonly marks: readonly Marks[];
  readonly cuts: readonly number[];
}

const columnsIn = ({ perStep, origin }: Columns, { stretch }: RasterLayer): Columns => ({
  perStep: perStep * stretch,
  origin,
});

const sameLayer = (a: RasterLayer, b: RasterLayer): boolean =>
  a.spikes === b.spikes &&
  a.colour === b.colour &&
  a.stretch === b.stretch &&
  b.until >= a.until &&
  a.band.units === b.band.units &&
  a.band.top === b.band.top &&
  a.band.bottom === b.band.bottom;

const continues = (a: Shown, b: Shown): boolean =>
  (["width", "height", "paper", "line", "dot", "top", "bottom"] as const).every(
    (key) => a.scene[key] === b.scene[key],
  ) &&
  a.columns.perStep === b.columns.perStep &&
  b.columns.origin >= a.columns.origin &&
  a.scene.lines.join() === b.scene.lines.join() &&
  a.scene.layers.length === b.scene.layers.length &&
  a.scene.layers.every((layer, k) => sameLayer(layer, b.scene.layers[k]!)) &&
  a.marks.every(({ across, down }, k) => across === b.marks[k]!.across && down === b.marks[k]!.down) &&
  a.cuts.every((count, k) => count === b.cuts[k]);

export class RasterPicture {
  #shown: Shown | undefined;

  /**
   * Draws a scene into the pixels that contain the scene before, or anything if the size has changed.
   * @returns the columns that changed: from `first` to the right border
   */
  draw(pixels: Uint32Array, scene: RasterScene): { readonly first: number } {
    const { width, height, layers } = scene;
    const picture: Picture = { pixels, width, height };
    const columns = columnsOf(scene, width);
    const ranges = layers.map((layer) => shownSpikes(layer.spikes, columnsIn(columns, layer), layer.until));
    const marks = layers.map(({ band, colour }, k) =>
      marksOf(picture, ranges[k]![1] - ranges[k]![0], band, scene, colour, scene.dot),
    );
    const shown: Shown = { scene, columns, marks, cuts: layers.map(({ spikes }) => spikes.cuts) };
    const before = this.#shown;
    this.#shown = shown;
    if (!before || !continues(before, shown)) {
      this.#drawFrom(picture, shown, 0, ranges);
      return { first: 0 };
    }
    const moved = columns.origin - before.columns.origin;
    const left = this.#firstNew(before, shown);
    if (left >= width) return { first: width };
    // Columns that leave a row at its left border come to the end of the row above, which is drawn anew.
    if (moved > 0) pixels.copyWithin(0, Math.min(moved, pixels.length));
    this.#drawFrom(picture, shown, left, ranges);
    return { first: moved > 0 ? 0 : left };
  }

  /** The first column that differs from the picture before, after it has moved. */
  #firstNew({ scene, columns: { origin: earlier } }: Shown, { columns, marks, scene: { width } }: Shown): number {
    const { origin } = columns;
    // At the right border are columns that the picture before did not have.
    const entered = width - (origin - earlier);
    const first = scene.layers.map((layer, k) => {
      const { perStep } = columnsIn(columns, layer);
      return columnOf(Math.floor(layer.until) + 1, perStep) - origin + 1 - marks[k]!.across;
    });
    return Math.max(0, Math.min(entered, ...first));
  }

  #drawFrom(
    picture: Picture,
    { scene, columns, marks }: Shown,
    left: number,
    ranges: readonly (readonly [number, number])[],
  ): void {
    const { pixels, width, height } = picture;
    if (left === 0) pixels.fill(scene.paper);
    else for (let row = 0; row < height; row++) pixels.fill(scene.paper, row * width + left, (row + 1) * width);
    for (const row of scene.lines) pixels.fill(scene.line, row * width + left, (row + 1) * width);
    for (const [k, layer] of scene.layers.entries()) {
      const { spikes, band, until } = layer;
      const own = columnsIn(columns, layer);
      const shown = left === 0 ? ranges[k]! : shownSpikes(spikes, { ...own, origin: own.origin + left }, until);
      drawSpikes(picture, spikes, shown, band, scene, own, marks[k]!, left);
    }
  }
}
