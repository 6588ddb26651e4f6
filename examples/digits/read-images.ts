import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Image, imagesOf, shuffled } from "./images.ts";

const { resolve } = createRequire(import.meta.url);

/** The 10 000 images of the package `mnist`, in an order that the seed decides. */
export const readImages = async (seed: number): Promise<Image[]> => {
  const images: Image[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(await readFile(resolve(`mnist/src/digits/${digit}.json`), "utf8"));
    images.push(...imagesOf(digit, data));
  }
  return shuffled(images, seed);
};
