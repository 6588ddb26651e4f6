import { drawsFor } from "spark-snn";
import { full, pause, rateOf, shown } from "./network.ts";

/** A handwritten digit: its pixels from 0 to 1, row by row, and the digit. */
export interface Image {
  readonly pixels: Float32Array;
  readonly digit: number;
}

/** Pixels of a side after reduction. */
export const small = 8;

/** The images of a digit, from the numbers of a file of the package `mnist`. */
export const imagesOf = (digit: number, data: ArrayLike<number>): Image[] => {
  const size = full * full;
  return Array.from({ length: Math.floor(data.length / size) }, (_, k) => ({
    digit,
    pixels: Float32Array.from({ length: size }, (_, pixel) => data[k * size + pixel]!),
  }));
};

/** A list in random order. The same seed gives the same order. */
export const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const draws = drawsFor(seed, "digits.order");
  return items
    .map((item, k) => ({ item, place: draws.uniform(k) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
};

/** An image with 8 × 8 pixels: means over 3 × 3 pixels, without the margin of two pixels. */
export const reduced = ({ pixels, digit }: Image): Image => {
  const factor = 3;
  const margin = (full - small * factor) / 2;
  const values = new Float32Array(small * small);
  for (let row = margin; row < full - margin; row++) {
    for (let column = margin; column < full - margin; column++) {
      const place = small * Math.floor((row - margin) / factor) + Math.floor((column - margin) / factor);
      values[place] = values[place]! + pixels[row * full + column]! / factor ** 2;
    }
  }
  return { pixels: values, digit };
};

/** Small images as a series of rates in Hz, each image for its time and then nothing, and the time of each sample, ms. */
export const seriesOf = (images: readonly Image[]) => ({
  series: images.flatMap(({ pixels }) => [
    Array.from(pixels, (pixel) => Math.round(rateOf(small) * pixel)),
    Array<number>(small * small).fill(0),
  ]),
  times: images.flatMap((_, k) => [k * (shown + pause), k * (shown + pause) + shown]),
});
