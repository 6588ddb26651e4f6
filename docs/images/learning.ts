/*
 * Draws the pictures of the examples of learning, for light and dark pages. This takes some minutes.
 *
 *     npx tsx docs/images/learning.ts [name …]
 */
import { readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import type { ThemeName } from "@spark-snn/plot";
import { simulate } from "spark-snn";
import "spark-snn/node";
import { drawScores, type Lengths } from "../../examples/cartpole/figure.ts";
import { drawRates } from "../../examples/balanced-inhibition/figure.ts";
import { simulateBalance } from "../../examples/balanced-inhibition/simulate.ts";
import { drawFields } from "../../examples/digits/figure.ts";
import { full } from "../../examples/digits/network.ts";
import { readImages } from "../../examples/digits/read-images.ts";
import { recognise } from "../../examples/digits/recognition.ts";
import { drawPhases } from "../../examples/hidden-pattern/figure.ts";
import { simulatePattern } from "../../examples/hidden-pattern/simulate.ts";
import { drawReward } from "../../examples/reward/figure.ts";
import { simulateReward } from "../../examples/reward/simulate.ts";
import { drawWindow } from "../../examples/stdp-window/figure.ts";
import * as ofWindow from "../../examples/stdp-window/network.ts";
import { drawFrequencies } from "../../examples/triplet-frequency/figure.ts";
import * as ofFrequency from "../../examples/triplet-frequency/network.ts";

/** For each picture, a function that runs the example and returns a function that draws it. */
const pictures: Readonly<Record<string, () => Promise<(theme: ThemeName) => string>>> = {
  "stdp-window": async () => {
    const { weights } = await simulate(ofWindow.network, ofWindow.options);
    const changes = Array.from(weights.learned.values, (weight) => weight - ofWindow.start);
    return (theme) => drawWindow(changes, theme);
  },
  "triplet-frequency": async () => {
    const { weights } = await simulate(ofFrequency.network(), ofFrequency.options);
    return (theme) => drawFrequencies(ofFrequency.changesOf(weights.learned.values), theme);
  },
  "balanced-inhibition": async () => {
    const run = await simulateBalance({ rate: 0.1, duration: 60_000 });
    return (theme) => drawRates(run, theme);
  },
  "hidden-pattern": async () => {
    const run = await simulatePattern({ duration: 450_000 });
    return (theme) => drawPhases(run, theme);
  },
  cartpole: async () => {
    const lengths = JSON.parse(
      await readFile(new URL("../../examples/cartpole/data/lengths.json", import.meta.url), "utf8"),
    ) as Lengths;
    return (theme) => drawScores(lengths, theme);
  },
  digits: async () => {
    const options = { units: 400, side: full, training: 8000, labelled: 1, tests: 1 };
    const { digits } = await recognise({ ...options, images: await readImages(1) });
    return (theme) => drawFields(digits, 42, theme);
  },
  reward: async () => {
    const options = { seconds: 3600, every: 20 };
    const rewarded = await simulateReward(options);
    const shuffled = await simulateReward({ ...options, reward: "shuffled" });
    return (theme) => drawReward(rewarded, shuffled, theme);
  },
};

const asked = argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(pictures)) {
  const draw = await pictures[name]!();
  for (const theme of ["light", "dark"] as const) {
    await writeFile(fileURLToPath(new URL(`${name}-${theme}.svg`, import.meta.url)), draw(theme));
  }
}
