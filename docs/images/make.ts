/*
 * Draws the picture of the README and that of the fit from the example, for light and dark pages.
 *
 *     npx tsx docs/images/make.ts
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { drawPrediction, drawProfiles } from "../../examples/l5-pyramidal/figure.ts";
import { fitNeuron } from "../../examples/l5-pyramidal/fit.ts";
import { predict } from "../../examples/l5-pyramidal/predict.ts";

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const prediction = await predict("04");
const result = await fitNeuron();
for (const theme of ["light", "dark"] as const) {
  await writeFile(at(`l5-pyramidal-${theme}.svg`), drawPrediction(prediction, 10_000, 11_500, theme));
  await writeFile(at(`l5-profiles-${theme}.svg`), drawProfiles(result, theme));
}
