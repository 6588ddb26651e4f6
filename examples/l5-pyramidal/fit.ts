/*
 * Fits an adaptive leaky soma to stimulus 04 according to fit.json, and writes experiment.json: the fitted soma under
 * the current of 04. The file is the same on every machine, with any number of threads.
 *
 *     npx tsx examples/l5-pyramidal/fit.ts
 */
import "spark-snn/node";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type FitProgress, type FitResult, readFitDocument, fit as seek } from "@spark-snn/fit";
import type { JsonObject } from "spark-snn";
import { pathOf } from "./recording.ts";

export const fitNeuron = async (progress?: (fraction: number, best: number) => void): Promise<FitResult> => {
  const document = JSON.parse(await readFile(pathOf("fit.json"), "utf8"));
  const { model, options } = await readFitDocument(document, { readFile: (path) => readFile(pathOf(path)) });
  const watched = { ...options, progress: ({ fraction, best }: FitProgress) => progress?.(fraction, best) };
  return seek(model, watched);
};

/** The fitted soma as an experiment document. */
export const experimentOf = (result: FitResult): JsonObject => {
  const current = { csv: "data/04.csv", time: "time_ms", column: "current_pA" };
  const { name, ...rest } = result.experiment("04", current) as unknown as JsonObject;
  return {
    $schema: "../../packages/spark/schema/experiment.schema.json",
    name: "A layer-5 pyramidal neuron, stimulus 04",
    description: "The recorded current of stimulus 04 drives an adaptive leaky soma whose parameters fit.ts found.",
    ...rest,
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await fitNeuron((fraction, best) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r  ${(100 * fraction).toFixed(0)} %, best Γ ${best.toFixed(4)}   `);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  await writeFile(pathOf("experiment.json"), `${JSON.stringify(experimentOf(result), null, 2)}\n`);
  for (const { name, role, meanCoincidence, ratio } of result.recordings) {
    console.log(`${name}, ${role}: Γ ${meanCoincidence.toFixed(3)}, ${ratio?.toFixed(3)} of the neuron's reliability`);
  }
  console.table(result.parameters);
  console.log(
    `Written: experiment.json, in ${result.wallTime.toFixed(1)} s. Next: npx tsx examples/l5-pyramidal/run.ts`,
  );
}
