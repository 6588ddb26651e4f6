/*
 * Draws the picture of the README from the quickstart, and those of the custom soma, the recorded neuron and its fit from
 * their examples, for light and dark pages.
 *
 *     npx tsx docs/images/make.ts
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { drawMicrocircuit } from "../../examples/microcircuit/figure.ts";
import { simulateSecond } from "../../examples/microcircuit/second.ts";
import { drawCurve, measureCurve } from "../../examples/own-soma/curve.ts";
import { readComparison } from "../../examples/real-neuron/compare.ts";
import { drawComparison, drawPrediction, drawProfiles } from "../../examples/real-neuron/figure.ts";
import { fitNeuron } from "../../examples/real-neuron/fit.ts";
import { predict } from "../../examples/real-neuron/predict.ts";

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const scale = 0.1;
const { run, populations, rows } = await simulateSecond(scale);
const curve = await measureCurve();
const prediction = await predict("200Hz-second");
const result = await fitNeuron();
const comparison = await readComparison();
for (const theme of ["light", "dark"] as const) {
  const { duration } = run;
  await writeFile(at(`quickstart-${theme}.svg`), drawMicrocircuit(populations, rows, { duration, scale, theme }));
  await writeFile(at(`own-soma-${theme}.svg`), drawCurve(curve, theme));
  await writeFile(at(`real-neuron-${theme}.svg`), drawPrediction(prediction, 1000, 1300, theme));
  await writeFile(at(`real-neuron-profiles-${theme}.svg`), drawProfiles(result, theme));
  await writeFile(at(`real-neuron-comparison-${theme}.svg`), drawComparison(comparison, theme));
}
