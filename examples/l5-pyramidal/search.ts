/*
 * Seeks the parameters of an adaptive leaky soma on stimulus 04 alone, and writes them to parameters.json and into
 * experiment.json.
 *
 *     npx tsx examples/l5-pyramidal/search.ts [seed]
 */
import { readFile, writeFile } from "node:fs/promises";
import { analysis } from "spark-snn";
import { search } from "./candidates.ts";
import { pathOf, readRecording } from "./recording.ts";

const seed = Number(process.argv[2] ?? 1);
const settings = { seed, generations: 20, candidates: 1600, dt: 0.5 } as const;
const recording = await readRecording("04");
const terminal = process.stderr.isTTY;
const begin = performance.now();

console.log(`Trying ${settings.generations * settings.candidates} candidates on stimulus 04, seed ${seed} …`);
const { parameters, score } = await search(recording, {
  ...settings,
  progress: (generation, best) => {
    if (!terminal) return;
    const filled = Math.round((30 * generation) / settings.generations);
    const end = generation === settings.generations ? "\n" : "";
    process.stderr.write(
      `\r  ${"█".repeat(filled)}${"░".repeat(30 - filled)} generation ${generation}, Γ ${best.toFixed(4)}${end}`,
    );
  },
});
const reliability = analysis.reliability(recording.repetitions, { duration: recording.duration, window: 4 });
const seconds = ((performance.now() - begin) / 1000).toFixed(1);
console.log(
  `Γ ${score.toFixed(4)}, ${(score / reliability).toFixed(3)} of the neuron's own reliability, in ${seconds} s.`,
);
console.table(parameters);

const result = { soma: "AdaptiveLeakySoma", parameters, score, fittedOn: "04", search: settings };
await writeFile(pathOf("parameters.json"), `${JSON.stringify(result, null, 2)}\n`);
const document = JSON.parse(await readFile(pathOf("experiment.json"), "utf8"));
document.model = { soma: "AdaptiveLeakySoma", ...parameters };
await writeFile(pathOf("experiment.json"), `${JSON.stringify(document, null, 2)}\n`);
console.log("Written: parameters.json and the model of experiment.json. Next: npx tsx examples/l5-pyramidal/run.ts");
