import { RasterPicture, type RasterScene } from "../src/core/raster-picture.ts";
import { spikeStore } from "../src/core/spikes.ts";
import { bandsOf } from "../src/core/spikes-picture.ts";

/*
 * Time that a frame of a raster takes with a million spikes on the screen, while the run goes on: with all spikes drawn in
 * each frame, and with a picture that moves.
 *
 * Usage: npx tsx packages/studio/bench/raster.ts [spikes]
 */

const wanted = Number(process.argv[2] ?? 1_000_000);
const units = 100_000;
/** Steps on the screen, and steps of a frame. */
const [span, perFrame] = [5000, 8];
const frames = 200;
const [width, height] = [1400, 500];

const [band] = bandsOf([{ name: "a", units }]);
const spikes = spikeStore(2 * wanted, 0);
const perStep = wanted / span;
let [step, seed] = [0, 1];
const run = (steps: number): void => {
  const [at, of] = [new Uint32Array(steps * perStep), new Uint32Array(steps * perStep)];
  for (let k = 0; k < at.length; k++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    at[k] = step + 1 + Math.floor(k / perStep);
    of[k] = seed % units;
  }
  spikes.append(at, of);
  step += steps;
};
const scene = (): RasterScene => ({
  from: step - span,
  to: step,
  top: 0,
  bottom: 1,
  width,
  height,
  paper: 0xff_ff_ff_ff,
  line: 0,
  lines: [],
  dot: 2,
  layers: [{ spikes, band: band!, colour: 0xff_00_00_00, until: step, stretch: 1 }],
});

run(span);
const pixels = new Uint32Array(width * height);
for (const [name, pictureOf] of [
  ["all spikes drawn", () => new RasterPicture()],
  ["picture moved", (before: RasterPicture) => before],
] as const) {
  let picture = new RasterPicture();
  picture.draw(pixels, scene());
  const times: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    run(perFrame);
    picture = pictureOf(picture);
    const began = performance.now();
    picture.draw(pixels, scene());
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const median = times[frames >> 1]!;
  console.log(
    `${name.padEnd(18)} ${median.toFixed(2)} ms a frame (median), ${times[Math.floor(0.95 * frames)]!.toFixed(2)} ms at 95 %`,
  );
}
console.log(`${wanted.toLocaleString("en")} spikes on ${width} × ${height} pixels`);
