import type { Image } from "./images.ts";
import { type Counts, Digits, type DigitsOptions } from "./learning.ts";
import { Reader } from "./reader.ts";

/** Brightness of the images after learning. More units then respond than while they compete to learn. */
const bright = 2;

export interface RecognitionOptions extends DigitsOptions {
  readonly images: readonly Image[];
  /** Number of images to learn from, the first ones. Each is shown once. */
  readonly training: number;
  /** Number of the last of these that are shown again after learning, to find what the units respond to. */
  readonly labelled: number;
  /** Number of images to recognise, those after the ones to learn from. */
  readonly tests: number;
  /** Whether the network learns. Default true. */
  readonly learns?: boolean;
  /** Called after each image to learn from. */
  readonly onImage?: (shown: number, counts: Counts) => void;
}

export interface Recognition {
  readonly digits: Digits;
  readonly reader: Reader;
  /** Share of the tests that were recognised. */
  readonly accuracy: number;
  /** How often each digit (row) was taken for each other (column). */
  readonly confusion: readonly (readonly number[])[];
}

/** Learns from images, finds out what the units respond to, and recognises other images. */
export const recognise = async (options: RecognitionOptions): Promise<Recognition> => {
  const { images, training, labelled, tests, learns = true, onImage } = options;
  const digits = await Digits.create(options);
  if (learns) {
    for (let k = 0; k < training; k++) {
      const counts = await digits.show(images[k]!);
      onImage?.(k + 1, counts);
    }
  }
  digits.freeze();
  const seen: { image: Image; counts: Counts }[] = [];
  for (const image of images.slice(training - labelled, training)) {
    seen.push({ image, counts: await digits.show(image, bright) });
  }
  const reader = new Reader(seen);
  const confusion = Array.from({ length: 10 }, () => Array<number>(10).fill(0));
  for (const image of images.slice(training, training + tests)) {
    confusion[image.digit]![reader.digitOf(await digits.show(image, bright))]!++;
  }
  const right = confusion.reduce((sum, row, digit) => sum + row[digit]!, 0);
  return { digits, reader, accuracy: right / tests, confusion };
};
