/*
 * Fits an adaptive leaky soma and its latency to the first half of the recording with slow fluctuations, according to
 * fit.json, and writes experiment.json: the fitted soma under that sound. The file is the same on every machine, with
 * any number of threads.
 *
 *     npx tsx examples/real-neuron/fit.ts
 */
import "spark-snn/node";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type FitProgress, type FitResult, readFitDocument, fit as seek } from "@spark-snn/fit";
import type { JsonObject } from "spark-snn";
import { pathOf, trained } from "./recording.ts";

export const fitNeuron = async (progress?: (fraction: number, best: number) => void): Promise<FitResult> => {
  const document = JSON.parse(await readFile(pathOf("fit.json"), "utf8"));
  const { model, options } = await readFitDocument(document, { readFile: (path) => readFile(pathOf(path)) });
  const watched = { ...options, progress: ({ fraction, best }: FitProgress) => progress?.(fraction, best) };
  return seek(model, watched);
};

/** The fitted soma as an experiment document. */
export const experimentOf = (result: FitResult): JsonObject => {
  const current = { csv: `data/${trained}.csv`, column: "current_pA" };
  const { name, ...rest } = result.experiment(trained, current) as unknown as JsonObject;
  return {
    $schema: "../../packages/spark/schema/experiment.schema.json",
    name: "A grasshopper's auditory receptor, 200 Hz, first half",
    description: "The amplitude of the sound drives an adaptive leaky soma whose parameters fit.ts found.",
    ...rest,
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log("Fitting the soma and its latency to the first half of one recording …");
  const result = await fitNeuron((fraction, best) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r  ${(100 * fraction).toFixed(0)} %, best score ${best.toFixed(4)}   `);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  await writeFile(pathOf("experiment.json"), `${JSON.stringify(experimentOf(result), null, 2)}\n`);
  for (const { name, role, meanCoincidence, spikes, recordedCounts } of result.recordings) {
    const counts = `${spikes.length} spikes, the neuron ${recordedCounts[0]}`;
    console.log(`${name.padEnd(12)}  ${role.padEnd(10)}  Γ ${meanCoincidence.toFixed(3)}  ${counts}`);
  }
  console.table(
    Object.fromEntries(result.fitted.map(({ name, value, low, high, unit }) => [name, { value, low, high, unit }])),
  );
  for (const warning of result.warnings) console.log(warning);
  console.log(
    `Written: experiment.json, in ${result.wallTime.toFixed(1)} s. Next: npx tsx examples/real-neuron/run.ts`,
  );
}
