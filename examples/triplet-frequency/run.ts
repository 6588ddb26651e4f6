/*
 * Changes weights by 60 pairings at several frequencies with triplet STDP, and draws them with the measured changes.
 *
 *     npx tsx examples/triplet-frequency/run.ts
 */
import { simulate } from "spark-snn";
import { writeFigure } from "../write-figure.ts";
import { drawFrequencies } from "./figure.ts";
import { changesOf, frequencies, measured, models, network, options } from "./network.ts";

for (const model of Object.keys(models) as (keyof typeof models)[]) {
  const { weights } = await simulate(network(model), options);
  const changes = changesOf(weights.learned.values);
  console.log(`${model} model\nfrequency  pre first  measured  post first  measured`);
  for (const { frequency, before, after } of measured) {
    const k = frequencies.indexOf(frequency);
    const cells = [changes.before[k]!, before[0], changes.after[k]!, after[0]].map((change) =>
      change.toFixed(3).padStart(9),
    );
    console.log(`${frequency} Hz`.padStart(9), ...cells);
  }
  if (model === "full") await writeFigure(drawFrequencies(changes), new URL("out/frequency.svg", import.meta.url));
}
