/*
 * Units that learn to recognise handwritten digits: prints progress, the share of images that they recognise, and which
 * digits they confuse; draws what some of them respond to.
 *
 *     npx tsx examples/digits/run.ts [seed]
 */
import "spark-snn/node";
import { writeFigure } from "../write-figure.ts";
import { drawFields } from "./figure.ts";
import { full } from "./network.ts";
import { readImages } from "./read-images.ts";
import { recognise } from "./recognition.ts";

const seed = Number(process.argv[2] ?? 1);
const training = 8000;
const began = performance.now();
const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;
let spikes = 0;
const { digits, accuracy, confusion } = await recognise({
  images: await readImages(seed),
  units: 400,
  side: full,
  seed,
  training,
  labelled: 4000,
  tests: 2000,
  onImage: (shown, counts) => {
    for (const count of counts) spikes += count;
    if (shown % 1000 !== 0) return;
    console.log(`${shown} images in ${seconds()}: ${(spikes / 1000).toFixed(1)} spikes for each of the last 1000`);
    spikes = 0;
  },
});
console.log(`\nRecognised: ${(100 * accuracy).toFixed(1)} % of 2000 other images, in ${seconds()} in all.\n`);
console.log("Digit   taken for 0 to 9");
for (const [digit, row] of confusion.entries()) {
  console.log(`${digit}`.padStart(5), ...row.map((count) => `${count}`.padStart(4)));
}
await writeFigure(drawFields(digits, 100), new URL("out/fields.svg", import.meta.url));
